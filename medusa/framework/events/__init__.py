"""Events and scheduled jobs: what applications declare, and how events reach the queue.

An event is queued in the transaction of the workflow that emits it, once for each subscriber, so a subscriber runs after
the commit, never after a rollback, and fails and retries for itself. Delivery is at least once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from medusa.framework.db import Session
from medusa.framework.errors import ConfigurationError

if TYPE_CHECKING:
    from medusa.framework.app import App

EventData: TypeAlias = Mapping[str, Any]
QUEUE = "medusa"
_encoder = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Event:
    """What a subscriber receives."""

    name: str
    data: dict[str, Any]


SubscriberFunction = Callable[[Event, "App"], Awaitable[None]]
JobFunction = Callable[["App"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A function that runs after each of some events."""

    id: str
    events: tuple[str, ...]
    function: SubscriberFunction
    max_attempts: int


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A function that runs at the times of a cron expression (UTC)."""

    id: str
    cron: str
    function: JobFunction


class EventRegistry:
    """The subscribers and scheduled jobs of an application."""

    def __init__(self) -> None:
        self.subscribers: dict[str, Subscriber] = {}
        self.jobs: dict[str, ScheduledJob] = {}
        self._by_event: dict[str, list[Subscriber]] = {}

    def add(self, item: Subscriber | ScheduledJob) -> None:
        """Register a subscriber or a job; the same one again (after a reload) replaces the old."""
        if isinstance(item, ScheduledJob):
            self.jobs[item.id] = item
            return
        self.subscribers[item.id] = item
        self._index()

    def remove(self, id: str) -> None:
        """Forget a subscriber."""
        del self.subscribers[id]
        self._index()

    def _index(self) -> None:
        self._by_event.clear()
        for subscriber in self.subscribers.values():
            for event in subscriber.events:
                self._by_event.setdefault(event, []).append(subscriber)

    def of(self, event: str) -> Sequence[Subscriber]:
        """The subscribers of an event."""
        return self._by_event.get(event, ())


def subscriber(*events: str, max_attempts: int = 6) -> Callable[[SubscriberFunction], SubscriberFunction]:
    """Run the function after each of these events, e.g. ``@subscriber("order.placed")``.

    A failing run is tried again with growing delays (2, 4, 8 ... seconds) until it has been tried ``max_attempts`` times.
    """
    if not events:
        raise ConfigurationError("@subscriber needs at least one event name, e.g. @subscriber('order.placed')")

    def register(function: SubscriberFunction) -> SubscriberFunction:
        made = Subscriber(f"{function.__module__}.{function.__qualname__}", events, function, max_attempts)
        function.__medusa__ = made  # type: ignore[attr-defined]
        return function

    return register


def scheduled_job(cron: str) -> Callable[[JobFunction], JobFunction]:
    """Run the function at the times of a cron expression (UTC), once over all workers: ``@scheduled_job("0 0 * * *")``."""
    if len(cron.split()) not in (5, 6):
        raise ConfigurationError(
            f"@scheduled_job: {cron!r} is no cron expression; it has five fields, e.g. '0 0 * * *'"
        )

    def register(function: JobFunction) -> JobFunction:
        made = ScheduledJob(f"{function.__module__}.{function.__qualname__}", cron, function)
        function.__medusa__ = made  # type: ignore[attr-defined]
        return function

    return register


async def defer_events(session: Session, registry: EventRegistry, events: Sequence[tuple[str, EventData]]) -> None:
    """Queue events for their subscribers in the session's transaction: one statement, none where nobody listens."""
    jobs = [
        {"task_name": target.id, "args": {"event": name, "data": data}}
        for name, data in events
        for target in registry.of(name)
    ]
    if jobs:
        await session.execute(
            "SELECT procrastinate_defer_jobs_v1(array_agg((r.queue, r.task_name, 0, NULL, NULL, r.args, NULL)"
            "::procrastinate_job_to_defer_v1)) FROM (SELECT $2::text AS queue, task_name, args "
            "FROM json_to_recordset($1::text::json) AS x(task_name text, args jsonb)) AS r",
            _encoder.encode(jobs).decode(),
            QUEUE,
        )
