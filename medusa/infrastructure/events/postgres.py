"""Events through the queue in PostgreSQL (procrastinate): nothing else to run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar

import structlog
from msgspec import Meta, Struct

from medusa.framework.events import EventTransport, Message, outbox, queue
from medusa.framework.events.transport import KEEP_FAILED

if TYPE_CHECKING:
    from medusa.framework.db import Session


log = structlog.get_logger()


class PostgresOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """Options of the transport.

    Attributes:
        concurrency: Subscribers and jobs that a process runs at a time.
        keep_failed: How long dead letters are kept.
    """

    concurrency: Annotated[int, Meta(ge=1)] = 4
    keep_failed: timedelta = KEEP_FAILED


class PostgresTransport(EventTransport):
    """Queues a message in the transaction of the event; the worker takes it from there, woken by a notification."""

    identifier: ClassVar[str] = "postgres"
    default_id: ClassVar[str | None] = ""
    is_external: ClassVar[bool] = False

    def check_options(self) -> None:
        self._options = self.options_as(PostgresOptions)
        self.concurrency = self._options.concurrency

    @property
    def keep_failed(self) -> timedelta:
        return self._options.keep_failed

    async def publish(self, session: Session, messages: Sequence[Message]) -> None:
        await queue.defer(session, messages)

    async def tidy(self, session: Session) -> None:
        if left := await outbox.hand_over(session):  # by the transport that the application had before
            await queue.defer(session, left)
            log.info("event.handed_over", count=len(left))
