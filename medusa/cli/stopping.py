"""Being told to stop: SIGTERM, and SIGHUP of a terminal that is closed. Neither is ever lost."""

from __future__ import annotations

import signal
import sys

_told: list[signal.Signals] = []


def stop_signals() -> tuple[signal.Signals, ...]:
    """What ends a server in good order; ``nohup`` takes SIGHUP out."""
    is_ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return (signal.SIGINT, signal.SIGTERM, *(() if is_ignored else (signal.SIGHUP,)))


def end_when_told() -> None:
    """From now on SIGTERM and SIGHUP end the command as ``sys.exit`` does."""
    for number in stop_signals():
        if number is not signal.SIGINT:  # KeyboardInterrupt, which is Python's own
            signal.signal(number, _end)


def was_told() -> bool:
    """Whether the command was told to end, and has not: Python drops what is raised in a destructor or a weak reference."""
    return bool(_told)


def _end(number: int, _: object) -> None:
    _told.append(signal.Signals(number))
    sys.exit(128 + number)
