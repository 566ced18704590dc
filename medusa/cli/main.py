"""The ``medusa`` command."""

from __future__ import annotations

from typing import Annotated

import typer

from medusa.cli import application, databases, events, new, plugins, queries, serving, workflows
from medusa.cli.console import out, run_explained
from medusa.cli.version import version

HELP = """Run and manage a Medusa application.

Run it in the application's directory, the one with medusa_config.py.

[bold]A first day[/bold]

  create-medusa-app my-medusa-store        an application, with its database and demo products\n
  cd my-medusa-store && medusa develop     http://localhost:9000, restarts when you save\n
  medusa user -e admin@medusajs.com -p supersecret\n

[bold]Something of your own[/bold]

  medusa new module brand                  code to begin with, and a test that says what to fill in


[bold]When a model has changed[/bold]

  medusa db:generate brand                 write the migration of src/modules/brand\n
  medusa db:migrate                        apply what is new, and create the tables of links\n
"""

app = typer.Typer(
    name="medusa", help=HELP, rich_markup_mode="rich", no_args_is_help=True, pretty_exceptions_enable=False
)
serving.register(app)
databases.register(app)
application.register(app)
events.register(app)
workflows.register(app)
app.add_typer(queries.app, name="query")
app.add_typer(new.app, name="new")
plugins.register(app, new.app)


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(version())
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options of the command itself."""


def main() -> None:
    """The entry point: what a user can cause becomes one line and exit code 1; MEDUSA_DEBUG=1 shows the traceback."""
    run_explained(app)


if __name__ == "__main__":
    main()
