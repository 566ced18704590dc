"""``medusa workflows:list`` and ``workflows:retry``: executions that have not come to a good end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from medusa.cli.console import err, out, print_facts, print_table
from medusa.framework.errors import NotFound

if TYPE_CHECKING:
    from medusa.framework.workflows.operating import ExecutionRow

Ids = Annotated[list[str] | None, typer.Argument(metavar="ID", help="Ids or transaction ids of executions.")]
Given = Annotated[list[str], typer.Argument(metavar="ID", help="Ids or transaction ids that workflows:list shows.")]
State = Annotated[
    list[str] | None,
    typer.Option(help="invoking, compensating, done, reverted or failed. [default: all but done and reverted]"),
]
Workflow = Annotated[str | None, typer.Option(help="Those of a workflow, e.g. complete-cart.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("workflows:list", rich_help_panel="Workflows")(list_executions)
    app.command("workflows:retry", rich_help_panel="Workflows")(retry)


def list_executions(ids: Ids = None, state: State = None, workflow: Workflow = None) -> None:
    """List executions of workflows that are under way, are being undone, or have failed.

    With ids: all about these, step by step.

    Examples: medusa workflows:list --state compensating, medusa workflows:list pick-order_1
    """
    from medusa.cli.transaction import in_transaction  # when it is needed: --help stays quick
    from medusa.framework.workflows.operating import UNSETTLED, executions

    rows = in_transaction(
        lambda session, _: executions(session, ids=ids or (), states=state or UNSETTLED, workflow_id=workflow)
    )
    if ids:
        if not rows:
            raise NotFound(f"There is no execution {', '.join(ids)}. `medusa workflows:list` shows what there is.")
        for row in rows:
            _print_whole(row)
    elif rows:
        _print_table(rows)
    else:
        err.print("[green]✓[/green] Nothing is under way, nothing has failed")


def retry(ids: Given) -> None:
    """Go on at once with executions that wait for their next try, e.g. with an undo that failed.

    Workers that run take them. An execution that is running is left alone.

    Example: medusa workflows:retry wf_exec_01J8
    """
    from medusa.cli.transaction import in_transaction
    from medusa.framework.workflows.operating import retry_now

    done = in_transaction(
        lambda session, config: retry_now(session, ids, config.project.workflow_lease.total_seconds())
    )
    if not done:
        raise NotFound(f"Nothing waits for a try in {', '.join(ids)}. `medusa workflows:list` shows what does.")
    err.print(f"[green]✓[/green] {len(done)} execution{'' if len(done) == 1 else 's'} will go on")


def _print_table(found: list[ExecutionRow]) -> None:
    rows = [
        (
            it.id,
            it.workflow_id,
            it.transaction_id,
            it.state,
            f"{it.created_at:%Y-%m-%d %H:%M:%S}",
            f"{it.next_at:%Y-%m-%d %H:%M:%S}" if it.next_at else "-",
            it.error or "",
        )
        for it in found
    ]
    print_table(("ID", "WORKFLOW", "TRANSACTION", "STATE", "BEGUN AT (UTC)", "NEXT TRY", "ERROR"), rows)


def _print_whole(row: ExecutionRow) -> None:
    facts = {
        "transaction": row.transaction_id,
        "state": row.state,
        "begun at": f"{row.created_at:%Y-%m-%d %H:%M:%S} UTC",
        "next try": f"{row.next_at:%Y-%m-%d %H:%M:%S} UTC" if row.next_at else "-",
        "input": row.input or "-",
        "error": row.error or "-",
    }
    print_facts(row.id, row.workflow_id, facts)
    for step in row.steps:
        error = f"  {step.error}" if step.error else ""
        out.print(escape(f"    {step.name}  {step.state}  tried {step.attempts}x{error}"))
