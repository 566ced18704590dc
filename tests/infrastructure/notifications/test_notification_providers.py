"""What every notification provider promises, sent by the workflow that applications use."""

from __future__ import annotations

import asyncio

import pytest

from medusa.framework.ids import ulid
from medusa.infrastructure.notifications import NotificationStatus
from medusa.workflows.notification.sending import NotificationsNotSent
from tests.infrastructure.notifications.conftest import Carrier, hello, notify, on_record

SUCCESS, FAILURE = NotificationStatus.SUCCESS, NotificationStatus.FAILURE


async def test_a_message_is_sent_and_on_record(carrier: Carrier) -> None:
    carrier.accept()
    about = {"trigger_type": "order.placed", "resource_type": "order", "resource_id": "order_1", "receiver_id": "cus_1"}
    [outcome] = await notify(carrier.app, hello(data={"order": "1001"}, **about))
    assert outcome.status is SUCCESS
    assert carrier.received() == 1
    [row] = await on_record(carrier.app, id=outcome.id)
    assert row.id.startswith("noti_")
    assert (row.to, row.channel, row.status, row.provider_id) == ("ann@example.com", "email", SUCCESS, carrier.kind)
    assert (row.data, row.external_id) == ({"order": "1001"}, outcome.external_id)
    assert {name: getattr(row, name) for name in about} == about


async def test_what_was_sent_is_not_sent_again(carrier: Carrier) -> None:
    carrier.accept()
    key = ulid()
    first = await notify(carrier.app, hello(idempotency_key=key))
    again = await notify(carrier.app, hello(idempotency_key=key))
    assert [item.id for item in again] == [item.id for item in first]
    assert carrier.received() == 1
    assert len(await on_record(carrier.app, idempotency_key=key)) == 1


async def test_two_at_once_send_one(carrier: Carrier) -> None:
    carrier.accept()
    key = ulid()
    sent = await asyncio.gather(
        *(notify(carrier.app, hello(idempotency_key=key)) for _ in range(2)), return_exceptions=True
    )
    assert carrier.received() == 1
    for outcome in sent:  # who comes second is told that the first is at it, if it has not ended by then
        assert not isinstance(outcome, BaseException) or "another process is sending it now" in str(outcome)
    [row] = await on_record(carrier.app, idempotency_key=key)
    assert row.status == SUCCESS


async def test_what_failed_is_on_record_and_sent_by_the_next_try(outside: Carrier) -> None:
    key = ulid()
    outside.be_away()
    with pytest.raises(NotificationsNotSent, match="does not take the message now"):
        await notify(outside.app, hello(idempotency_key=key))
    [failed] = await on_record(outside.app, idempotency_key=key)
    assert (failed.status, outside.received()) == (FAILURE, 0)

    outside.accept()
    [outcome] = await notify(outside.app, hello(idempotency_key=key))
    [row] = await on_record(outside.app, idempotency_key=key)
    assert (row.id, row.status, outside.received()) == (failed.id, SUCCESS, 1)
    assert outcome.id == failed.id


async def test_a_refused_message_is_a_failure_that_says_why(outside: Carrier) -> None:
    outside.refuse()
    key = ulid()
    with pytest.raises(NotificationsNotSent, match="refuses the message") as refused:
        await notify(outside.app, hello(idempotency_key=key))
    [row] = await on_record(outside.app, idempotency_key=key)
    assert row.status == FAILURE
    assert "ann@example.com" not in str(refused.value)


async def test_one_that_fails_does_not_keep_others_back(outside: Carrier) -> None:
    outside.refuse()
    first, second = ulid(), ulid()
    feed = hello(channel="feed", to="", idempotency_key=second)
    with pytest.raises(NotificationsNotSent):
        await notify(outside.app, hello(idempotency_key=first), feed)
    rows = await on_record(outside.app, idempotency_key=[first, second])
    assert {row.idempotency_key: row.status for row in rows} == {first: FAILURE, second: SUCCESS}


async def test_a_failure_can_be_seen_in_the_executions(outside: Carrier) -> None:
    outside.refuse()
    with pytest.raises(NotificationsNotSent):
        await notify(outside.app, hello())
    async with outside.app.database.reader() as session:
        state = await session.fetch_value(
            "SELECT state FROM workflow_execution WHERE workflow_id = 'send-notifications' ORDER BY created_at DESC LIMIT 1"
        )
    assert state == "reverted"
