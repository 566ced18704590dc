"""What applications declare: subscribers and scheduled jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from medusa.framework.errors import ConfigurationError
from medusa.framework.ids import ulid
from medusa.framework.naming import place_of

if TYPE_CHECKING:
    from medusa.framework.app import App

EventData: TypeAlias = Mapping[str, Any]
MAX_ATTEMPTS = 6
TIMEOUT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Event:
    """What a subscriber receives.

    Attributes:
        id: The same for every subscriber and every try: remember it to do a thing once.
        attempt: 1 for the first try.
    """

    name: str
    data: dict[str, Any]
    id: str = field(default_factory=ulid)
    attempt: int = 1


SubscriberFunction = Callable[[Event, "App"], Awaitable[None]]
JobFunction = Callable[["App"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A function that runs after each of some events."""

    id: str
    events: tuple[str, ...]
    function: SubscriberFunction
    max_attempts: int = MAX_ATTEMPTS
    ordered_by: str | None = None
    timeout: timedelta = TIMEOUT

    def order_key(self, data: EventData) -> str | None:
        """What events have in common that this subscriber gets one after the other; None where the order is free."""
        return None if self.ordered_by is None else f"{self.id}:{data.get(self.ordered_by, '')}"


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


def subscriber(
    *events: str, max_attempts: int = MAX_ATTEMPTS, ordered_by: str | None = None, timeout: timedelta = TIMEOUT
) -> Callable[[SubscriberFunction], SubscriberFunction]:
    """Run the function after each of these events, e.g. ``@subscriber("order.placed")``.

    A failing run is tried again with growing delays (2, 4, 8 ... seconds, an hour at most) until it has been tried
    ``max_attempts`` times; then it is a dead letter (``medusa events:failed``).

    Args:
        ordered_by: A field of the event's data, e.g. ``"id"``: events in which it is the same come one after the other, in the
            order of their commits. While one is tried again, those behind it wait.
        timeout: A run that takes longer is ended and counts as failed.
    Raises:
        ConfigurationError: There is no event, no try, or no time.
    """
    if not events:
        raise ConfigurationError("@subscriber needs at least one event name, e.g. @subscriber('order.placed')")
    if max_attempts < 1:
        raise ConfigurationError(f"@subscriber: max_attempts={max_attempts} is no number of tries; the smallest is 1")
    if timeout <= timedelta(0):
        raise ConfigurationError(f"@subscriber: timeout={timeout} leaves no time; the default is five minutes")

    def register(function: SubscriberFunction) -> SubscriberFunction:
        id = place_of(function)
        made = Subscriber(id, events, function, max_attempts, ordered_by, timeout)
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
        made = ScheduledJob(place_of(function), cron, function)
        function.__medusa__ = made  # type: ignore[attr-defined]
        return function

    return register
