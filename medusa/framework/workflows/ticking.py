"""Which scheduled workflows are due. Times are the same in every process, so their names let one process succeed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from medusa.framework.workflows.workflow import Workflow

Scheduled: TypeAlias = "Workflow[Any, Any]"
LATE = timedelta(minutes=10)
"""So old may a time be that was missed, as no worker lived, to be made up for; the same as for jobs."""


class Ticks:
    """The next time of each scheduled workflow."""

    def __init__(self, workflows: Iterable[Scheduled], now: datetime) -> None:
        self._schedules = {it: it.schedule for it in workflows if it.schedule is not None}
        self._next = {it: when.latest(now - LATE, now) or when.after(now) for it, when in self._schedules.items()}

    def take(self, now: datetime) -> Iterator[tuple[Scheduled, str]]:
        """Those that are due, each with the transaction id of its run; of several times that were missed only the last.

        One for which the caller raises is due again.
        """
        for workflow, schedule in self._schedules.items():
            if (due := self._next[workflow]) <= now:
                latest = schedule.latest(max(due - timedelta(seconds=1), now - LATE), now)
                if latest is not None:
                    yield workflow, f"schedule-{latest:%Y-%m-%dT%H:%M:%SZ}"
                self._next[workflow] = schedule.after(now)

    def seconds(self, now: datetime) -> float | None:
        """Seconds until one is due; None where there are none."""
        return (min(self._next.values()) - now).total_seconds() if self._next else None
