"""What every transport of events has to do."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from medusa.framework.errors import NotFound
from medusa.framework.events import EventTransport, Selection, delivery, messages_of, outbox, queue
from medusa.framework.events.dead_letters import AllDeadLetters
from medusa.framework.events.delivery import delay
from tests.infrastructure.events.conftest import GRACE, Listening


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new try comes when the test says so: not within seconds, but within minutes."""

    def minutes(attempt: int) -> float:
        return 60 * delay(attempt)

    monkeypatch.setattr(delivery, "delay", minutes)


def steps(listening: Listening, id: str | None = None) -> list[str]:
    """The steps that subscribers got, of one aggregate or of all."""
    return [event.data["step"] for _, event in listening.received if id in (None, event.data["id"])]


async def test_a_committed_event_is_delivered_and_a_rolled_back_one_never(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("note", "test.sold"))

    async def fail_after_emitting() -> None:
        async with listening.app.database.session() as session:
            await listening.app.emit(session, "test.sold", {"id": "1", "step": "rolled back"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_emitting()
    async with listening.app.database.session() as session:
        await listening.app.emit(session, "test.sold", {"id": "1", "step": "committed", "amount": 12.5})
        await listening.work()
        assert steps(listening) == []  # not before the commit
    await listening.work()
    [(_, event)] = listening.received
    assert (event.name, event.data, event.attempt) == (
        "test.sold",
        {"id": "1", "step": "committed", "amount": 12.5},
        1,
    )
    assert await listening.left() == 0


async def test_nobody_listens_nothing_is_kept(listening: Listening) -> None:
    await listening.emit("test.unheard", {"id": "1"})
    assert await listening.left() == 0


async def test_subscribers_get_and_fail_for_themselves(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("good", "test.sold"))
    listening.app.events.add(listening.subscriber("bad", "test.sold", max_attempts=3))
    listening.broken.add("a")
    listening.app.events.add(listening.subscriber("fine", "test.paid"))
    await listening.emit("test.sold", {"id": "1", "step": "b"}, {"id": "2", "step": "b"})
    await listening.emit("test.paid", {"id": "1", "step": "c"})
    await listening.work()
    assert sorted((who, event.data["id"]) for who, event in listening.received) == [
        ("bad", "1"),
        ("bad", "2"),
        ("fine", "1"),
        ("good", "1"),
        ("good", "2"),
    ]
    ids = {(event.id, event.name, event.data["id"]) for _, event in listening.received}
    assert len(ids) == len({id for id, _, _ in ids}) == 3  # an id for each event, the same for its subscribers


async def test_a_failing_subscriber_is_tried_later_and_later_and_is_then_a_dead_letter(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("bad", "test.sold", max_attempts=3))
    listening.app.events.add(listening.subscriber("good", "test.other"))
    listening.broken.add("a")
    await listening.emit("test.sold", {"id": "1", "step": "a"})
    for expected in (2, 4):
        await listening.work()
        [wait] = await listening.waits()
        assert timedelta(minutes=expected - 1) < wait <= timedelta(minutes=expected)
        assert await listening.failed() == []
    await listening.emit("test.other", {"id": "2", "step": "b"})
    await listening.work(rounds=3)
    assert [(who, event.attempt) for who, event in listening.received if who == "bad"] == [
        ("bad", 1),
        ("bad", 2),
        ("bad", 3),
    ]
    assert [who for who, _ in listening.received].count("good") == 1
    [letter] = await listening.failed()
    assert (letter.event, letter.subscriber, letter.data) == ("test.sold", "bad", {"id": "1", "step": "a"})
    assert (letter.attempts, letter.error) == (3, "RuntimeError: cannot do a")
    assert 'raise RuntimeError(f"cannot do' in letter.traceback


async def test_dead_letters_are_replayed_once_with_all_their_tries(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("bad", "test.sold", max_attempts=1))
    listening.broken |= {"a", "b", "c"}
    await listening.emit("test.sold", *({"id": "1", "step": step} for step in "abc"))
    await listening.work()
    a, b, c = sorted(await listening.failed(event="test.sold"), key=lambda letter: str(letter.data["step"]))
    letters = AllDeadLetters()
    listening.broken.clear()
    listening.received.clear()
    async with listening.app.database.session() as session:
        with pytest.raises(NotFound, match="There is no dead letter 999: it was replayed or discarded"):
            await letters.replay(session, Selection(ids=[a.id, "999"]))
    await listening.work()
    assert listening.received == []  # all or nothing
    async with listening.app.database.session() as session:
        assert await letters.replay(session, Selection(ids=[a.id])) == [a.id]
        with pytest.raises(NotFound):
            await letters.replay(session, Selection(ids=[a.id]))
        assert await letters.replay(session, Selection(event="test.other")) == []
        assert await letters.discard(session, Selection(ids=[b.id])) == [b.id]
    await listening.work(rounds=2)
    assert [(event.data["step"], event.attempt) for _, event in listening.received] == [("a", 1)]
    assert [letter.id for letter in await listening.failed(subscriber="bad")] == [c.id]
    async with listening.app.database.session() as session:
        assert await letters.replay(session, Selection()) == [c.id]
    await listening.work()
    assert await listening.left() == 0


async def test_dead_letters_go_after_a_while(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("bad", "test.sold", max_attempts=1))
    listening.broken |= {"old", "new"}
    await listening.emit("test.sold", {"id": "1", "step": "old"}, {"id": "1", "step": "new"})
    await listening.work()
    keep = listening.app.providers.default(EventTransport).keep_failed
    async with listening.app.database.session() as session:
        age = keep + timedelta(minutes=1)
        await session.execute(
            "UPDATE event_error SET failed_at = failed_at - $1::interval WHERE job_id IN "
            "(SELECT id FROM procrastinate_jobs WHERE args->'message'->'data'->>'step' = 'old')",
            age,
        )
        await session.execute(
            "UPDATE event_outbox SET failed_at = failed_at - $1::interval WHERE message->'data'->>'step' = 'old'", age
        )
    async with listening.worker(), asyncio.timeout(60):
        while len(letters := await listening.failed()) > 1:  # noqa: ASYNC110 - nobody tells when they go
            await asyncio.sleep(0.02)
    assert [letter.data["step"] for letter in letters] == ["new"]


async def test_a_subscriber_that_is_gone_ends_as_a_dead_letter_with_the_reason(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("gone", "test.sold"))
    await listening.emit("test.sold", {"id": "1", "step": "a"})
    listening.app.events.remove("gone")
    await listening.work(rounds=5)
    assert await listening.failed() == []  # a deployment takes a while: another worker may have it
    await listening.work()
    [letter] = await listening.failed()
    assert letter.error == "There is no subscriber gone in this application: it was removed or renamed"


async def test_events_of_one_aggregate_come_one_after_the_other(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("follow", "test.moved", "test.stopped", ordered_by="id"))
    listening.broken.add("1a")
    for step in "abc":
        await listening.emit("test.moved", *({"id": id, "step": id + step} for id in "12"))
    await listening.work()
    # What follows the broken one waits, that of the other aggregate does not.
    assert (steps(listening, "1"), steps(listening, "2")) == (["1a"], ["2a", "2b", "2c"])
    listening.broken.clear()
    await listening.emit("test.stopped", {"id": "1", "step": "1d"})
    await listening.work(rounds=2)
    assert steps(listening, "1") == ["1a", "1a", "1b", "1c", "1d"]


async def test_a_dead_letter_does_not_hold_up_those_behind_it(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("follow", "test.moved", ordered_by="id", max_attempts=1))
    listening.broken.add("a")
    await listening.emit("test.moved", {"id": "1", "step": "a"}, {"id": "1", "step": "b"})
    await listening.work()
    assert steps(listening) == ["a", "b"]


async def test_the_order_is_that_of_the_commits(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("follow", "test.moved", ordered_by="id"))
    async with listening.app.database.session() as first:
        await listening.app.emit(first, "test.moved", {"id": "1", "step": "a"})
        second = asyncio.create_task(listening.emit("test.moved", {"id": "1", "step": "b"}))
        await listening.emit("test.moved", {"id": "2", "step": "c"})
        assert not second.done()  # it waits: otherwise it could be delivered before the first
    await second
    await listening.work()
    assert steps(listening, "1") == ["a", "b"]


async def test_thousands_of_orders_in_one_transaction(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("follow", "test.moved", ordered_by="id"))
    await listening.emit("test.moved", *({"id": str(number), "step": "a"} for number in range(10_000)))
    assert await listening.left() == 10_000


async def test_a_running_worker_hears_of_an_event_at_once(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("framework.worker", "infrastructure.events.redis"):
        monkeypatch.setattr(f"medusa.{module}._POLL_SECONDS", 3600.0)
    listening.app.events.add(listening.subscriber("follow", "test.moved", ordered_by="id"))
    async with listening.worker():
        await until_it_listens(listening)
        await listening.emit("test.moved", {"id": "1", "step": "a"}, {"id": "1", "step": "b"})
        await listening.until(2)


async def until_it_listens(listening: Listening) -> None:
    """Wait until the worker hears of what is queued."""
    sql = (
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' "
        "AND query LIKE 'LISTEN%procrastinate_queue%')"
    )
    async with asyncio.timeout(60), listening.app.database.reader() as session:
        while not await session.fetch_value(sql):  # noqa: ASYNC110 - it is another process that listens
            await asyncio.sleep(0.02)


async def test_a_worker_that_stops_lets_subscribers_finish_and_takes_nothing_new(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("slow", "test.sold"))
    listening.gate.clear()
    async with listening.worker() as worker:
        await listening.emit("test.sold", {"id": "1", "step": "a"})
        await listening.until(1)
        stopping = asyncio.create_task(worker.stop())
        await asyncio.sleep(0.05)
        assert not stopping.done()
        await listening.emit("test.sold", {"id": "2", "step": "b"})
        listening.gate.set()
        await stopping
    assert (steps(listening), await listening.left()) == (["a"], 1)
    async with listening.worker():
        await listening.until(2)
    assert [(event.data["step"], event.attempt) for _, event in listening.received] == [("a", 1), ("b", 1)]


async def test_what_does_not_finish_in_time_runs_again_elsewhere(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("slow", "test.sold"))
    listening.gate.clear()
    async with listening.worker() as worker:
        await listening.emit("test.sold", {"id": "1", "step": "a"})
        await listening.until(1)
        begin = time.monotonic()
        await worker.stop()
        assert GRACE.total_seconds() - 0.1 < time.monotonic() - begin < GRACE.total_seconds() + 60
    assert await listening.left() == 1
    async with listening.worker():
        await listening.until(2)
    assert steps(listening) == ["a", "a"]


async def test_a_worker_survives_the_loss_of_its_connections(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("note", "test.sold"))
    async with listening.app.database.reader() as session:  # the application of other tests has some too
        sql = "SELECT coalesce(array_agg(pid), '{}') FROM pg_stat_activity WHERE datname = current_database()"
        others = await session.fetch_value(sql)
    async with listening.worker():
        await listening.emit("test.sold", {"id": "1", "step": "before"})
        async with asyncio.timeout(60):
            while await listening.left():  # noqa: ASYNC110 - nobody tells when it is settled
                await asyncio.sleep(0.02)
        async with listening.app.database.session() as session:
            cut = await session.fetch_value(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name <> 'medusa' AND pid <> ALL ($1)",
                others,
            )
            assert cut > 0
        await listening.emit("test.sold", {"id": "2", "step": "after"})
        await listening.until(2)
    assert steps(listening) == ["before", "after"]


async def test_what_another_transport_left_is_delivered(listening: Listening) -> None:
    """An application was changed from Redis to PostgreSQL, or back."""
    listening.app.events.add(listening.subscriber("follow", "test.moved", ordered_by="id"))
    emitted = [("test.moved", {"id": "1", "step": step}) for step in "ab"]
    async with listening.app.database.session() as session:
        await outbox.add(session, messages_of(listening.app.events, emitted))
        emitted = [("test.moved", {"id": "2", "step": step}) for step in "cd"]
        await queue.defer(session, messages_of(listening.app.events, emitted))
    async with listening.worker():
        await listening.until(4)
    assert (steps(listening, "1"), steps(listening, "2")) == (["a", "b"], ["c", "d"])
