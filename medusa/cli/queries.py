"""``medusa query explain``: what a query becomes."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.syntax import Syntax

from medusa.cli.console import err, out
from medusa.framework.errors import ConfigurationError

app = typer.Typer(help="Look into queries.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Look into queries."""


@app.command("explain")
def explain(
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="product, cart, order, or one of your models.")],
    fields: Annotated[str, typer.Option(help="As in the HTTP API.")] = "id",
    order: Annotated[str | None, typer.Option(help="As in the HTTP API: -created_at.")] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="Rows.")] = 20,
    context: Annotated[
        list[str] | None, typer.Option("--context", "-c", help="KEY=VALUE for computed fields; may be repeated.")
    ] = None,
    analyze: Annotated[bool, typer.Option("--analyze", help="Run it, and show the times.")] = False,
) -> None:
    """Show the one SQL statement that a query becomes, and PostgreSQL's plan for it.

    Example: medusa query explain product --fields "id,title,*variants" --order -created_at

    Example: medusa query explain product --fields "*variants.calculated_price" -c currency_code=eur --analyze
    """
    from medusa.cli.running import explain_query  # when it is needed: --help stays quick

    values = dict(_pair(pair) for pair in context or ())
    statement, plan = explain_query(entity, fields, order, limit, values, analyze=analyze)
    err.print("[bold]Statement[/bold]")
    if out.is_terminal:
        out.print(Syntax(statement, "sql", word_wrap=True, background_color="default"))
    else:
        out.print(statement, markup=False)
    err.print("\n[bold]Plan[/bold]")
    for line in plan:
        out.print(line, markup=False)


def _pair(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator:
        raise ConfigurationError(
            f'--context "{text}" has no value: write it as KEY=VALUE, for example currency_code=eur.'
        )
    return key, value
