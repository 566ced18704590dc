"""What the commands print: steps with a spinner and their time, and errors without a traceback."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from medusa.cli.mistakes import mistakes_in_code_explained
from medusa.cli.stopping import end_when_told
from medusa.framework.errors import ConfigurationError, MedusaError

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def working(doing: str, done: str) -> Generator[None]:
    """Show that something is under way, and afterwards how long it took."""
    begin = time.monotonic()
    try:
        if err.is_terminal:
            with err.status(f"{escape(doing)} …"):
                yield
        else:
            yield
    except BaseException:
        err.print(f"[red]✗[/red] {escape(doing)}")
        raise
    seconds = time.monotonic() - begin
    err.print(f"[green]✓[/green] {escape(done)} [dim]{seconds:.1f} s[/dim]")


def fail(message: str) -> None:
    """Print an error."""
    err.print(f"[bold red]Error:[/bold red] {escape(message)}")


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows below their heads; the last column is as wide as it likes."""
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads) - 1)]
    for line in lines:
        text = escape("  ".join(cell.ljust(width) for cell, width in zip(line, [*widths, 0], strict=True)))
        out.print(f"[bold]{text}[/bold]" if line is heads else text)


def print_facts(id: str, name: str, facts: Mapping[str, str]) -> None:
    """Print all that is known about one thing."""
    out.print(f"[bold]{escape(id)}[/bold]  {escape(name)}")
    width = max(map(len, facts))
    for fact, value in facts.items():
        out.print(f"  {fact:<{width}}  {escape(value)}")


def run_explained(command: Callable[[], object]) -> None:
    """Run a command; what a user can cause becomes one line and exit code 1. SIGTERM and SIGHUP end it in good order."""
    end_when_told()
    try:
        with mistakes_in_code_explained(Path.cwd()):
            command()
    except (ConfigurationError, MedusaError, ConnectionError) as error:
        if os.environ.get("MEDUSA_DEBUG"):
            raise
        fail(str(error))
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
