"""``medusa new …``: code to begin with, and a test that says what to fill in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from medusa.cli.console import err, out

HELP = """Write code to begin with, and a test that fails until it is filled in.

Files go below src (in a plug-in: into its package), tests below tests. A test's message says what to do.

[bold]Examples[/bold]

  medusa new module brand                    src/modules/brand\n
  medusa new link product brand --left-many  src/links/product_brand.py\n
  medusa new route store/brands              src/api/store/brands.py\n
  medusa new provider payment acme           src/providers/acme.py\n
"""
app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode="rich")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Letters, digits and dashes.", show_default=False)]


class HttpMethod(StrEnum):
    """The methods of routes."""

    GET = "get"
    POST = "post"
    PUT = "put"
    PATCH = "patch"
    DELETE = "delete"


@app.callback()
def group() -> None:
    """Write code to begin with."""


@app.command("module")
def module(name: NameArgument) -> None:
    """A module: a table and its service.

    Example: medusa new module brand
    """
    from medusa.cli.generators import kinds  # when it is needed: --help stays quick

    made = kinds.module(name)
    _say(
        made, f"Say in models.py what it is, then [bold]medusa db:generate {escape(Path(made[0]).parent.name)}[/bold]."
    )


@app.command("link")
def link(
    left: Annotated[str, typer.Argument(metavar="LEFT", help="A model: product, brand ...", show_default=False)],
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="Another one.", show_default=False)],
    extra: Annotated[
        list[str] | None, typer.Option("--extra", help="A column of the link, as name:type; may be repeated.")
    ] = None,
    left_many: Annotated[bool, typer.Option("--left-many", help="RIGHT can have several LEFT.")] = False,
    right_many: Annotated[bool, typer.Option("--right-many", help="LEFT can have several RIGHT.")] = False,
) -> None:
    """A link between models of two modules.

    Example: medusa new link product brand --left-many --extra position:int
    """
    from medusa.cli.generators import kinds

    made = kinds.link(left, right, extra or (), left_many=left_many, right_many=right_many)
    _say(made, "[bold]medusa db:migrate[/bold] makes its table.")


@app.command("route")
def route(
    path: Annotated[str, typer.Argument(metavar="PATH", help="store/brands, admin/brands/{id}.", show_default=False)],
    method: Annotated[
        list[HttpMethod] | None, typer.Option("--method", "-m", help="May be repeated. [default: get]")
    ] = None,
) -> None:
    """A route; the first part of its path decides who may call it.

    Example: medusa new route store/brands

    Example: medusa new route "admin/brands/{id}" -m get -m post -m delete
    """
    from medusa.cli.generators import kinds

    chosen = list(dict.fromkeys(method or [HttpMethod.GET]))
    _say(kinds.route(path, [each.name for each in chosen]))


@app.command("workflow")
def workflow(name: NameArgument) -> None:
    """A workflow: what happens completely or not at all.

    Example: medusa new workflow register-brand
    """
    from medusa.cli.generators import kinds

    _say(kinds.workflow(name))


@app.command("step")
def step(
    name: NameArgument,
    external: Annotated[
        bool, typer.Option("--external", help="It reaches outside the database, and has an undo.")
    ] = False,
) -> None:
    """A step for workflows.

    Example: medusa new step charge-points --external
    """
    from medusa.cli.generators import kinds

    _say(kinds.step(name, external=external))


@app.command("subscriber")
def subscriber(
    name: NameArgument,
    event: Annotated[str, typer.Option("--event", "-e", help="The event it runs after.")] = "order.placed",
) -> None:
    """A subscriber: runs after an event.

    Example: medusa new subscriber thank --event order.placed
    """
    from medusa.cli.generators import kinds

    _say(kinds.subscriber(name, event))


@app.command("job")
def job(
    name: NameArgument,
    cron: Annotated[str, typer.Option("--cron", help="When: minute, hour, day, month, weekday, in UTC.")] = "0 3 * * *",
) -> None:
    """A scheduled job: runs at certain times.

    Example: medusa new job forget-carts --cron "0 3 * * *"
    """
    from medusa.cli.generators import kinds

    _say(kinds.job(name, cron))


@app.command("provider")
def provider(
    module: Annotated[
        str, typer.Argument(metavar="MODULE", help="payment, fulfillment, tax, auth, files ...", show_default=False)
    ],
    name: NameArgument,
) -> None:
    """A provider: does a module's work with somebody else's service.

    Example: medusa new provider payment acme
    """
    from medusa.cli.generators import kinds

    made, line = kinds.provider(module, name)
    _say(made, f"Configure it in medusa_config.py: {escape(line)}")


def _say(paths: list[str], more: str = "") -> None:
    for path in paths:
        out.print(path, markup=False)
    err.print(f"The test says what to do: [bold]uv run pytest {escape(paths[-1])}[/bold]")
    if more:
        err.print(more)
