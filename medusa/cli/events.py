"""``medusa events:failed``, ``events:replay`` and ``events:discard``: what subscribers could not do."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.markup import escape

from medusa.cli.console import err, out, print_facts, print_table
from medusa.framework.errors import ConfigurationError

if TYPE_CHECKING:
    from medusa.framework.db import Session
    from medusa.framework.events import DeadLetter, DeadLetters, Selection

T = TypeVar("T")
_REMEDY = "`medusa events:failed` lists them."
Ids = Annotated[list[str] | None, typer.Argument(metavar="ID", help="Ids that events:failed shows.")]
Event = Annotated[str | None, typer.Option(help="Those of an event, e.g. order.placed.")]
Subscriber = Annotated[str | None, typer.Option(help="Those of a subscriber or scheduled job.")]
All = Annotated[bool, typer.Option("--all", help="All of them.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("events:failed", rich_help_panel="Events")(failed)
    app.command("events:replay", rich_help_panel="Events")(replay)
    app.command("events:discard", rich_help_panel="Events")(discard)


def failed(ids: Ids = None, event: Event = None, subscriber: Subscriber = None) -> None:
    """List what failed at its last try: events that a subscriber could not work on, and runs of scheduled jobs.

    With ids: all about these, with the event's data and the traceback.

    Examples: medusa events:failed --event order.placed, medusa events:failed 12
    """
    letters = _in_session(lambda session, all: all.find(session, _selection(ids, event, subscriber)))
    if ids:
        for letter in letters:
            _print_whole(letter)
    elif letters:
        _print_table(letters)
    else:
        err.print("[green]✓[/green] Nothing has failed")


def replay(ids: Ids = None, event: Event = None, subscriber: Subscriber = None, all: All = False) -> None:
    """Deliver failed events again, each with all its tries. Workers that run take them at once.

    Examples: medusa events:replay 12 13, medusa events:replay --event order.placed, medusa events:replay --all
    """
    which = _chosen(ids, event, subscriber, all)
    done = _in_session(lambda session, all: all.replay(session, which))
    err.print(f"[green]✓[/green] {_counted(done)} queued again")


def discard(ids: Ids = None, event: Event = None, subscriber: Subscriber = None, all: All = False) -> None:
    """Delete failed events that need no other try. They also go by themselves, after 30 days.

    Examples: medusa events:discard 12, medusa events:discard --subscriber src.subscribers.old.notify
    """
    which = _chosen(ids, event, subscriber, all)
    done = _in_session(lambda session, all: all.discard(session, which))
    err.print(f"[green]✓[/green] {_counted(done)} discarded")


def _selection(ids: list[str] | None, event: str | None, subscriber: str | None) -> Selection:
    from medusa.framework.events import Selection  # when it is needed: --help stays quick

    return Selection(ids=ids or None, event=event, subscriber=subscriber)


def _chosen(ids: list[str] | None, event: str | None, subscriber: str | None, all: bool) -> Selection:
    """What is chosen; a slip of the pen must not choose everything."""
    if all and (ids or event or subscriber):
        raise ConfigurationError("--all takes every failed event: leave it out, or leave out the rest.")
    if not (all or ids or event or subscriber):
        raise ConfigurationError(f"Say which: ids, --event, --subscriber, or --all. {_REMEDY}")
    return _selection(ids, event, subscriber)


def _in_session(work: Callable[[Session, DeadLetters], Awaitable[T]]) -> T:
    """Do something with the dead letters, in a transaction."""
    from medusa.cli.transaction import in_transaction
    from medusa.framework.errors import NotFound
    from medusa.framework.events.dead_letters import AllDeadLetters

    try:
        return in_transaction(lambda session, _: work(session, AllDeadLetters()))
    except NotFound as error:
        raise NotFound(f"{error}. {_REMEDY}") from error


def _counted(ids: list[str]) -> str:
    return f"{len(ids)} failed event{'' if len(ids) == 1 else 's'}"


def _print_table(letters: list[DeadLetter]) -> None:
    rows = [
        (it.id, it.event, it.subscriber, str(it.attempts), f"{it.failed_at:%Y-%m-%d %H:%M:%S}", it.error)
        for it in letters
    ]
    print_table(("ID", "EVENT", "SUBSCRIBER", "TRIES", "FAILED AT (UTC)", "LAST ERROR"), rows)


def _print_whole(letter: DeadLetter) -> None:
    facts = {
        "subscriber": letter.subscriber,
        "data": json.dumps(letter.data),
        "tries": str(letter.attempts),
        "failed at": f"{letter.failed_at:%Y-%m-%d %H:%M:%S} UTC",
        "error": letter.error,
    }
    print_facts(letter.id, letter.event, facts)
    for line in letter.traceback.splitlines():
        out.print(f"    {escape(line)}")
