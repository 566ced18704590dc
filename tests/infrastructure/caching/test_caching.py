"""What every cache provider does, through the service applications use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from medusa.framework.caching import EVERYTHING
from medusa.infrastructure.caching import CachingService
from medusa.infrastructure.caching.service import Entry

Process = Callable[[], Awaitable[CachingService]]
MINUTE = timedelta(minutes=1)


class Offer(Struct, frozen=True):
    id: str
    price: Decimal
    until: datetime


OFFER = Offer("offer_1", Decimal("10.99"), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))


class Computation:
    """Gives 1, 2, 3 ..., when it is allowed to."""

    def __init__(self) -> None:
        self.runs = 0
        self.entered = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def __call__(self) -> int:
        self.runs += 1
        number = self.runs
        self.entered.set()
        await self.go_on.wait()
        return number


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what another process has to hear first."""
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110  # it is a server that changes
            await asyncio.sleep(0.01)


# --- values


async def test_values_come_back_with_their_type(caching: CachingService) -> None:
    await caching.set("offer", OFFER)
    assert await caching.get("offer", type=Offer) == OFFER
    await caching.set("offers", [OFFER, OFFER])
    assert await caching.get("offers", type=list[Offer]) == [OFFER, OFFER]
    await caching.set("answer", b'{"products":[]}')
    assert await caching.get("answer", type=bytes) == b'{"products":[]}'
    await caching.set("plain", {"a": [1, None, True]})
    assert await caching.get("plain") == {"a": [1, None, True]}
    assert await caching.get("unknown") is None


async def test_a_value_of_another_type_is_a_miss(caching: CachingService) -> None:
    await caching.set("a", "text")
    assert await caching.get("a", type=Offer) is None
    assert await caching.get_or_compute("a", Computation(), type=int) == 1


async def test_many_values_at_once(caching: CachingService) -> None:
    await caching.set("a", 1)
    await caching.set("c", 3, tags=["odd"])
    assert await caching.get_many(["a", "b", "c"], type=int) == [1, None, 3]


@pytest.mark.parametrize("key", ["with spaces\nand lines", "ärger", "x" * 5000, "", "🛒"])
async def test_any_text_is_a_key(caching: CachingService, key: str) -> None:
    await caching.set(key, 1, tags=[key])
    assert await caching.get(key) == 1
    assert await caching.get(f"{key} ") is None
    await caching.clear([key])
    assert await caching.get(key) is None


async def test_a_value_is_forgotten_after_its_time(caching: CachingService) -> None:
    clock = asyncio.get_running_loop()
    begun = clock.time()
    await caching.set("short", 1, ttl=timedelta(seconds=2))
    await caching.set("long", 2, ttl=MINUTE)

    async def gone() -> bool:
        return await caching.get("short") is None

    await eventually(gone)
    least = 1.0 if "memcached" in type(caching.provider).__module__ else 2.0  # memcached's clock counts seconds
    assert clock.time() - begun > least - 0.1
    assert await caching.get("long") == 2


@pytest.mark.parametrize("over", [timedelta(0), timedelta(days=-1)])
async def test_a_value_that_is_over_takes_the_one_before_along(caching: CachingService, over: timedelta) -> None:
    await caching.set("a", 1)
    await caching.set("a", 2, ttl=over)
    assert await caching.get("a") is None


async def test_deleted_and_overwritten_values_are_gone(caching: CachingService) -> None:
    for number in (1, 2):
        await caching.set("a", number)
        assert await caching.get("a") == number
    await caching.set("b", 1)
    await caching.delete("a", "b", "unknown")
    assert await caching.get_many(["a", "b"], type=int) == [None, None]


async def test_what_is_returned_is_a_copy(caching: CachingService) -> None:
    for _ in range(2):
        value: list[int] = await caching.get_or_compute("a", one_list, type=list[int])
        value.append(2)
    assert await caching.get("a") == [1]


async def one_list() -> list[int]:
    return [1]


# --- tags


async def test_a_cleared_tag_takes_all_its_values_along(caching: CachingService) -> None:
    await caching.set("a", 1, tags=["product:1", "list"])
    await caching.set("b", 2, tags=["product:2", "list"])
    await caching.set("c", 3)
    await caching.clear(["product:1"])
    assert await caching.get_many(["a", "b", "c"], type=int) == [None, 2, 3]
    await caching.set("a", 4, tags=["product:1", "list"])
    assert await caching.get("a") == 4
    await caching.clear(["list", "unknown"])
    assert await caching.get_many(["a", "b", "c"], type=int) == [None, None, 3]
    await caching.clear([])
    assert await caching.get("c") == 3


async def test_clear_forgets_everything(caching: CachingService) -> None:
    await caching.set("a", 1)
    await caching.set("b", 2, tags=["t"])
    await caching.clear()
    assert await caching.get_many(["a", "b"], type=int) == [None, None]
    await caching.set("a", 3)
    assert await caching.get("a") == 3


async def test_all_entries_depend_on_one_key(caching: CachingService) -> None:
    await caching.set("a", 1, tags=["t"])
    await caching.provider.remove([EVERYTHING])
    assert await caching.get("a") is None


async def test_other_processes_hear_of_it(process: Process) -> None:
    here, there = await process(), await process()
    for service in (here, there):
        await service.set("a", 1, tags=["t"])
        await service.set("b", 1)
        await service.set("c", 1)
    await here.clear(["t"])
    await here.delete("b")

    async def gone() -> bool:
        return await there.get_many(["a", "b", "c"], type=int) == [None, None, 1]

    await eventually(gone)
    await here.clear()

    async def empty() -> bool:
        return await there.get("c") is None

    await eventually(empty)


async def test_more_keys_than_a_notification_holds(process: Process) -> None:
    here, there = await process(), await process()
    keys = [f"{number}{'x' * 200}" for number in range(100)]
    for service in (here, there):
        await service.set(keys[99], 1)
    await here.delete(*keys)

    async def gone() -> bool:
        return await there.get(keys[99]) is None

    await eventually(gone)


async def test_a_value_older_than_the_last_clear_is_not_kept(process: Process) -> None:
    """Somebody computes from old data, the data changes, the tag is cleared, and only then the computation ends."""
    here, there = await process(), await process()
    compute = Computation()
    compute.go_on.clear()
    computing = asyncio.create_task(here.get_or_compute("a", compute, type=int, tags=["t"]))
    await compute.entered.wait()
    await there.clear(["t"])
    if not here.provider.is_shared:  # it hears of it a moment later
        await here.clear(["t"])
    compute.go_on.set()
    assert await computing == 1
    assert await here.get("a") is None
    assert await here.get_or_compute("a", compute, type=int, tags=["t"]) == 2


async def asked(caching: CachingService, compute: Computation, monkeypatch: pytest.MonkeyPatch) -> asyncio.Task[int]:
    """Somebody who asks for ``a``, and has looked whether it is there."""
    has_looked, read = asyncio.Event(), caching.provider.read

    async def noted(keys: Sequence[str]) -> list[bytes | None]:
        found = await read(keys)
        has_looked.set()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(caching.provider, "read", noted)
        asking = asyncio.create_task(caching.get_or_compute("a", compute, type=int, tags=["t"]))
        await has_looked.wait()
    return asking


async def test_who_asks_after_a_clear_does_not_get_what_began_before(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = await process(), await process()
    compute = Computation()
    for clearing in (here, there):
        if clearing is there and not here.provider.is_shared:
            continue  # it hears of it a moment later
        compute.go_on.clear()
        compute.entered.clear()
        before = asyncio.create_task(here.get_or_compute("a", compute, type=int, tags=["t"]))
        await compute.entered.wait()
        first = compute.runs
        joined = await asked(here, compute, monkeypatch)
        await clearing.clear(["t"])
        after = await asked(here, compute, monkeypatch)
        compute.go_on.set()
        assert [await before, await joined, await after] == [first, first, first + 1]
        assert await here.get_or_compute("a", compute, type=int, tags=["t"]) == first + 1
        await here.clear()


# --- computing


async def test_computed_once_then_kept(caching: CachingService) -> None:
    compute = Computation()
    for _ in range(3):
        assert await caching.get_or_compute("a", compute, type=int, ttl=MINUTE, tags=["t"]) == 1
    await caching.clear(["t"])
    assert await caching.get_or_compute("a", compute, type=int, ttl=MINUTE, tags=["t"]) == 2


async def test_none_is_kept_too(caching: CachingService) -> None:
    runs: list[int] = []

    async def nothing() -> int | None:
        runs.append(1)
        return None

    optional: Any = int | None
    for _ in range(2):
        assert await caching.get_or_compute("a", nothing, type=optional) is None
    assert runs == [1]


async def test_a_stampede_computes_once(process: Process) -> None:
    """200 ask, in two processes: one computes, where processes share the cache; else one in each."""
    services = [await process(), await process()]
    compute = Computation()
    compute.go_on.clear()
    asked = [
        asyncio.create_task(services[number % 2].get_or_compute("a", compute, type=int, tags=["t"]))
        for number in range(200)
    ]
    await compute.entered.wait()
    await asyncio.sleep(0.1)
    compute.go_on.set()
    values = set(await asyncio.gather(*asked))
    assert values == ({1} if services[0].provider.is_shared else {1, 2})
    assert compute.runs == len(values)


async def test_who_looked_before_and_comes_after_takes_what_was_computed(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two processes that find nothing, the slower one comes when the other one has the value and has gone."""
    quick, slow = await process(), await process()
    if not slow.provider.is_shared:
        pytest.skip("processes have nothing in common")
    has_looked, go_on, add = asyncio.Event(), asyncio.Event(), slow.provider.add

    async def add_late(key: str, value: bytes, ttl: timedelta) -> bool:
        if key.startswith("lease:"):
            has_looked.set()
            await go_on.wait()
        return await add(key, value, ttl)

    monkeypatch.setattr(slow.provider, "add", add_late)
    compute = Computation()
    late = asyncio.create_task(slow.get_or_compute("a", compute, type=int))
    await has_looked.wait()
    assert await quick.get_or_compute("a", compute, type=int) == 1
    go_on.set()
    assert await late == 1


async def test_a_failure_goes_to_all_who_wait_and_is_not_kept(caching: CachingService) -> None:
    started = asyncio.Event()

    async def fail() -> int:
        started.set()
        await asyncio.sleep(0)
        raise ZeroDivisionError

    asked = [asyncio.create_task(caching.get_or_compute("a", fail, type=int)) for _ in range(3)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ZeroDivisionError] * 3
    assert await caching.get_or_compute("a", Computation(), type=int) == 1


async def test_when_who_computes_is_cancelled_another_one_does(caching: CachingService) -> None:
    compute = Computation()
    compute.go_on.clear()
    first = asyncio.create_task(caching.get_or_compute("a", compute, type=int))
    await compute.entered.wait()
    second = asyncio.create_task(caching.get_or_compute("a", compute, type=int))
    await asyncio.sleep(0.05)
    first.cancel()
    compute.go_on.set()
    assert await second == 2
    assert first.cancelled() or isinstance(first.exception(), asyncio.CancelledError)


async def test_what_cannot_be_stored_is_found_at_once(caching: CachingService) -> None:
    async def odd() -> object:
        return object()

    with pytest.raises(TypeError):
        await caching.get_or_compute("a", odd, type=object)


# --- the rest


async def test_counters_count_from_all_processes(process: Process) -> None:
    services = [await process(), await process()]
    shared = services[0].provider.is_shared
    numbers = [await service.provider.count("c", MINUTE) for service in services * 10]
    assert numbers == (list(range(1, 21)) if shared else [n for n in range(1, 11) for _ in range(2)])


def test_keys_of_equal_values_are_equal() -> None:
    key = CachingService.compute_key("products", {"limit": 20, "q": "shirt"}, ["eur"])
    assert key == CachingService.compute_key("products", {"q": "shirt", "limit": 20}, ["eur"])
    assert key.startswith("products:")
    assert key != CachingService.compute_key("products", {"q": "shirt", "limit": 21}, ["eur"])


def test_entries_are_small() -> None:
    entry = msgspec.msgpack.encode(Entry({"": b"12345678"}, msgspec.Raw(msgspec.msgpack.encode(b"x" * 1000))))
    assert len(entry) < 1030
