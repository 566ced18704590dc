"""``medusa exec``: what works inside the application."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("exec", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(execute)


def execute(
    context: typer.Context,
    script: Annotated[
        Path,
        typer.Argument(metavar="SCRIPT", exists=True, dir_okay=False, help="A file with async def main(app, args)."),
    ],
) -> None:
    """Run a script inside the application: its main gets the App and the arguments that follow.

    Example: medusa exec src/scripts/seed.py

    [bold]The smallest script[/bold]

      async def main(app, args):\n
          async with app.database.reader() as session:\n
              print(await app.query.page(session, "product", fields="id,title"))\n
    """
    from medusa.cli.running import run_script  # when it is needed: --help stays quick

    run_script(script, context.args)
