"""The way of events from a transaction to their subscribers: what a transport has to do, and what it leaves behind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import msgspec

from medusa.framework.db import Session
from medusa.framework.events.declarations import EventData, EventRegistry
from medusa.framework.ids import ulid
from medusa.framework.modules.providers import Provider

KEEP_FAILED = timedelta(days=30)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One event for one subscriber.

    Attributes:
        id: The event's, the same for all its subscribers.
        order: Messages of one order are delivered one after the other; None where the order is free.
    """

    id: str
    event: str
    subscriber: str
    data: dict[str, Any]
    order: str | None = None


def messages_of(registry: EventRegistry, events: Iterable[tuple[str, EventData]]) -> list[Message]:
    """A message for each subscriber of each event, in their order."""
    return [
        Message(id=id, event=name, subscriber=target.id, data=dict(data), order=target.order_key(data))
        for name, data, id in [(name, data, ulid()) for name, data in events if registry.of(name)]
        for target in registry.of(name)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that failed at its last try, or a run of a scheduled job that failed.

    Attributes:
        event: The event's name; ``(schedule)`` for a scheduled job.
        subscriber: The id of the subscriber or job.
        error: One line; ``traceback`` tells where.
    """

    id: str
    event: str
    subscriber: str
    data: dict[str, Any]
    attempts: int
    failed_at: datetime
    error: str
    traceback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which dead letters; without any condition: all."""

    ids: Sequence[str] | None = None
    event: str | None = None
    subscriber: str | None = None

    def values(self) -> tuple[list[str] | None, str | None, str | None]:
        """The conditions as parameters of a statement."""
        return None if self.ids is None else list(self.ids), self.event, self.subscriber


class DeadLetters(ABC):
    """A place where messages lie that failed for good. Each method works in the session's transaction."""

    @abstractmethod
    async def find(self, session: Session, which: Selection) -> list[DeadLetter]:
        """Those that are chosen, oldest first."""

    @abstractmethod
    async def replay(self, session: Session, which: Selection) -> list[str]:
        """Deliver them again, with all their tries, once the transaction is committed; their ids."""

    @abstractmethod
    async def discard(self, session: Session, which: Selection) -> list[str]:
        """Delete them; their ids."""


class EventTransport(Provider):
    """Carries messages to subscribers, at least once.

    A message of a committed transaction is never lost, one of a rolled back transaction is never delivered, also when a worker
    or the transport's own server dies at any moment. Messages of one order are delivered one after the other.
    """

    module: ClassVar[str] = "events"
    is_exclusive: ClassVar[bool] = True
    concurrency: int = 4
    """How many messages and jobs a process works on at a time."""

    @abstractmethod
    async def publish(self, session: Session, messages: Sequence[Message]) -> None:
        """Accept messages in the session's transaction; one statement, and one more where some are ordered."""

    @property
    def keep_failed(self) -> timedelta:
        """How long dead letters are kept."""
        return KEEP_FAILED

    async def tidy(self, session: Session) -> None:
        """Look after what is left behind; called by each worker at its start and every hour, in a transaction."""

    def start(self) -> None:
        """Begin to deliver, in the background. What lies in the queue in PostgreSQL is delivered by the worker itself."""

    async def stop(self) -> None:
        """Let running subscribers finish (``shutdown_timeout`` at most), then stop."""

    async def drain(self) -> int:
        """Deliver what is due now; how many messages there were."""
        return 0
