"""A process that dies while it sends: another one, or the caller's next try, brings the message on its way."""

from __future__ import annotations

import asyncio

import pytest

from medusa.framework.app import App
from medusa.framework.ids import ulid
from medusa.framework.workflows import faults
from medusa.infrastructure.notifications import NotificationStatus
from tests.infrastructure.notifications.conftest import Carrier, hello, notify, on_record
from tests.infrastructure.notifications.mail_server import MailServer


class Crash(BaseException):
    """The process is gone."""


class Boundaries:
    """Counts the boundaries of a run, and dies at one of them."""

    def __init__(self) -> None:
        self.reached = 0
        self.fatal = 0

    def __call__(self, workflow_id: str, name: str) -> None:
        self.reached += workflow_id == "send-notifications"
        if self.reached == self.fatal:
            self.fatal = 0
            raise Crash


async def take_over(app: App) -> None:
    """What another process does when the lease has run out."""
    async with app.database.session() as session:
        await session.execute("UPDATE workflow_execution SET wake_at = now() WHERE wake_at < 'infinity'")
    await asyncio.gather(*await app.workflows.carry_on(), return_exceptions=True)


async def test_wherever_the_process_dies_the_message_is_sent(
    smtp_carrier: Carrier, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, boundaries = smtp_carrier.app, Boundaries()
    monkeypatch.setattr(faults, "boundary", boundaries)
    await notify(app, hello())
    total = boundaries.reached
    assert total >= 5
    for place in range(1, total + 1):
        key, boundaries.reached, boundaries.fatal = ulid(), 0, place
        mail_server.received.clear()
        with pytest.raises(Crash):
            await notify(app, hello(idempotency_key=key))
        await take_over(app)
        await notify(app, hello(idempotency_key=key))  # as the queue does, when a subscriber's process is gone
        [row] = await on_record(app, idempotency_key=key)
        assert row.status == NotificationStatus.SUCCESS, place
        # Nobody knows whether a mail arrived when the process died behind it: the second one has the same id.
        assert {mail["Message-ID"] for mail in mail_server.received} == {row.external_id}, place
        assert len(mail_server.received) in (1, 2)
