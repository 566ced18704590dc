"""What the commands print: steps with a spinner and their time, and errors without a traceback."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

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


def run_explained(command: Callable[[], object]) -> None:
    """Run a command; what a user can cause becomes one line and exit code 1. SIGTERM ends it in good order."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        command()
    except (ConfigurationError, MedusaError, ConnectionError) as error:
        if os.environ.get("MEDUSA_DEBUG"):
            raise
        fail(str(error))
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
