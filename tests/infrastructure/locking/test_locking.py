"""What every locking provider does, through the service applications use."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from medusa.framework.errors import InvalidData
from medusa.framework.ids import ulid
from medusa.infrastructure.locking import Blocked, Grant, LockHeld, LockingProvider, LockingService, LockLost

Process = Callable[[], Awaitable[LockingService]]
AT_ONCE = timedelta(0)
LONG = timedelta(minutes=4)  # against hanging only


async def is_free(locking: LockingService, key: str) -> bool:
    """Whether somebody else could have it now."""
    try:
        lock = await locking.acquire(key, timeout=AT_ONCE)
    except LockHeld:
        return False
    return await lock.release()


# --- one at a time


async def test_a_lock_is_held_in_its_block_and_free_afterwards(process: Process, key: str) -> None:
    here, there = await process(), await process()
    async with here.acquire(key) as lock:
        assert lock.keys == (key,)
        assert not await is_free(here, key)
        assert not await is_free(there, key)
    assert await is_free(there, key)


async def test_an_error_gives_it_up(locking: LockingService, key: str) -> None:
    with pytest.raises(ZeroDivisionError):
        await locking.execute(key, divide_by_zero)
    assert await is_free(locking, key)


async def divide_by_zero() -> None:
    raise ZeroDivisionError


async def test_execute_gives_what_the_job_gives(locking: LockingService, key: str) -> None:
    async def job() -> bool:
        return await is_free(locking, key)

    assert await locking.execute([key], job) is False


async def test_who_waits_too_long_is_refused(process: Process, key: str) -> None:
    here, there = await process(), await process()
    async with here.acquire(key):
        for timeout in (AT_ONCE, timedelta(milliseconds=100)):
            with pytest.raises(LockHeld) as refusal:
                await there.acquire(key, timeout=timeout)
            assert refusal.value.message == f"{key}: locked by another operation, try again"
            assert (refusal.value.code, refusal.value.keys) == ("lock_held", (key,))


async def test_no_update_is_lost(process: Process, key: str) -> None:
    """Four processes, 100 tasks, each reads, waits and writes."""
    services = [await process() for _ in range(4)]
    total = 0

    async def add_one(locking: LockingService) -> None:
        nonlocal total
        async with locking.acquire(key, timeout=LONG):
            seen = total
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            total = seen + 1

    await asyncio.gather(*(add_one(services[number % 4]) for number in range(100)))
    assert total == 100


async def test_who_came_first_is_served_first(process: Process, key: str) -> None:
    locking = await process()
    served: list[int] = []

    async def take(number: int) -> None:
        async with locking.acquire(key, timeout=LONG):
            served.append(number)

    async with locking.acquire(key):
        tasks = [asyncio.create_task(take(number)) for number in range(10)]
        await asyncio.sleep(0.05)
    await asyncio.gather(*tasks)
    assert served == list(range(10))


@pytest.mark.usefixtures("hears_only")
async def test_who_waits_hears_of_the_release_instead_of_asking(
    process: Process, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = await process(), await process()
    provider = there.providers.default(LockingProvider)
    asked: list[Sequence[str]] = []
    twice, ask = asyncio.Event(), provider.try_acquire

    async def noted(keys: Sequence[str], owner: str, expire: timedelta) -> Grant | Blocked:
        asked.append(keys)
        outcome = await ask(keys, owner, expire)
        if len(asked) >= 2:
            twice.set()
        return outcome

    monkeypatch.setattr(provider, "try_acquire", noted)
    async with here.acquire(key):
        waiting = [asyncio.create_task(there.execute(key, nothing, timeout=LONG)) for _ in range(5)]
        await twice.wait()
        await asyncio.sleep(0.3)
        before = len(asked)
    await asyncio.gather(*waiting)
    assert before <= 3  # the first one: at once, and when it listens
    assert len(asked) - before <= 12  # two for each handover


async def nothing() -> None:
    pass


@pytest.mark.usefixtures("hears_only")
async def test_who_stops_waiting_is_passed_over(locking: LockingService, key: str) -> None:
    async with locking.acquire(key):
        impatient = asyncio.create_task(locking.execute(key, nothing, timeout=LONG))
        short = asyncio.create_task(locking.execute(key, nothing, timeout=timedelta(milliseconds=50)))
        patient = asyncio.create_task(locking.execute(key, nothing, timeout=LONG))
        await asyncio.sleep(0.1)
        impatient.cancel()
        with pytest.raises(LockHeld):
            await short
    await patient
    assert await is_free(locking, key)


async def test_who_is_cancelled_at_any_moment_leaves_no_lock(process: Process, key: str) -> None:
    here, there = await process(), await process()
    chance = random.Random(11)
    for _ in range(30):
        trying = asyncio.create_task(hold(here, key))
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        await asyncio.sleep(chance.choice([0, 0.0005, 0.001]))
        trying.cancel()
        await asyncio.wait([trying])
        async with there.acquire(key, timeout=timedelta(seconds=25)):  # below the 30 s a lock lasts
            pass


async def hold(locking: LockingService, key: str) -> None:
    async with locking.acquire(key):
        await asyncio.Event().wait()


# --- several keys


async def test_several_keys_are_taken_together_or_not_at_all(process: Process, key: str) -> None:
    here, there = await process(), await process()
    a, b, c = (f"{key}:{name}" for name in "abc")
    async with here.acquire(b):
        with pytest.raises(LockHeld) as refusal:
            await there.acquire([a, b, c], timeout=timedelta(milliseconds=50))
        assert refusal.value.keys == (b,)
        assert await is_free(here, a)
        assert await is_free(here, c)
    async with there.acquire([c, a, b, a]) as lock:
        assert lock.keys == (a, b, c)
        assert not await is_free(here, c)
    for name in (a, b, c):
        assert await is_free(here, name)


@pytest.mark.usefixtures("hears_only")
async def test_who_waits_for_several_does_not_keep_others_from_the_free_ones(locking: LockingService, key: str) -> None:
    a, b = f"{key}:a", f"{key}:b"
    async with locking.acquire(b):
        both = asyncio.create_task(locking.execute([a, b], nothing, timeout=LONG))
        await asyncio.sleep(0.05)
        async with locking.acquire(a, timeout=LONG):
            pass
    await both


async def test_overlapping_keys_in_any_order_do_not_deadlock(process: Process, key: str) -> None:
    services = [await process(), await process()]
    names = [f"{key}:{number}" for number in range(6)]
    chance = random.Random(7)
    holders: dict[str, int] = {}

    async def take(number: int) -> None:
        wanted = chance.sample(names, 3)
        async with services[number % 2].acquire(wanted, timeout=LONG):
            for name in wanted:
                assert name not in holders
                holders[name] = number
            await asyncio.sleep(0.001)
            for name in wanted:
                del holders[name]

    await asyncio.gather(*map(take, range(60)))


# --- owners


async def test_an_owner_gets_its_lock_again_and_others_do_not(process: Process, key: str) -> None:
    here, there = await process(), await process()
    owner = ulid()
    first = await here.acquire(key, owner=owner)
    again = await there.acquire(key, owner=owner, timeout=AT_ONCE)
    assert again.token > first.token
    assert not await is_free(there, key)
    assert await there.release(key, owner="somebody else") is False
    assert not await is_free(there, key)
    assert await there.release(key, owner=owner) is True
    assert await here.release(key, owner=owner) is False
    assert await is_free(here, key)


async def test_an_inner_block_of_the_same_owner_leaves_the_lock_to_the_outer_one(
    locking: LockingService, key: str
) -> None:
    owner, more = ulid(), f"{key}:more"
    async with locking.acquire(key, owner=owner):
        async with locking.acquire([key, more], owner=owner):
            assert not await is_free(locking, more)
        assert await is_free(locking, more)
        assert not await is_free(locking, key)
    assert await is_free(locking, key)


async def test_all_locks_of_an_owner_are_released_at_once(process: Process, key: str) -> None:
    here, there = await process(), await process()
    owner = ulid()
    await here.acquire([f"{key}:a", f"{key}:b"], owner=owner)
    await here.acquire(f"{key}:c", owner=owner)
    async with here.acquire(f"{key}:d"):
        waiting = asyncio.create_task(there.execute(f"{key}:c", nothing, timeout=LONG))
        await asyncio.sleep(0.05)
        await there.release_all(owner)
        await waiting
        for name in "abc":
            assert await is_free(here, f"{key}:{name}")
        assert not await is_free(here, f"{key}:d")
    await there.release_all(owner)


# --- time


@pytest.mark.usefixtures("hears_only")
async def test_a_lock_that_is_not_renewed_ends_by_itself(process: Process, key: str) -> None:
    here, there = await process(), await process()
    clock = asyncio.get_running_loop()
    begun = clock.time()
    dead = await here.acquire(key, expire=timedelta(milliseconds=500))
    async with there.acquire(key, timeout=LONG) as lock:  # who waits knows when it ends
        assert clock.time() - begun > 0.49
        assert lock.token > dead.token
        assert await dead.release() is False
        assert await dead.renew(LONG) is False
        assert not await is_free(here, key)


async def test_a_block_keeps_its_lock_longer_than_it_lasts(process: Process, key: str) -> None:
    here, there = await process(), await process()
    clock, expire = asyncio.get_running_loop(), 4.5
    async with here.acquire(key, expire=timedelta(seconds=expire)):
        taken = clock.time()
        ends = taken + expire
        while ends <= taken + expire:  # renewed after a third of it
            await asyncio.sleep(0.1)
            held = await there.providers.default(LockingProvider).try_acquire([key], "another", LONG)
            assert isinstance(held, Blocked)
            ends = clock.time() + held.keys[key] - 0.1  # as late as it may be, by our clock
    assert await is_free(there, key)


async def test_a_block_whose_lock_is_lost_is_cancelled(process: Process, key: str) -> None:
    here, there = await process(), await process()
    owner = ulid()

    async def stand_still() -> None:
        async with here.acquire(key, owner=owner, expire=timedelta(milliseconds=150)):
            await there.release_all(owner)
            async with there.acquire(key):
                await asyncio.Event().wait()

    with pytest.raises(LockLost) as loss:
        await stand_still()
    assert (loss.value.code, loss.value.keys) == ("lock_lost", (key,))
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_block_that_ends_without_its_lock_says_so(locking: LockingService, key: str) -> None:
    owner = ulid()
    with pytest.raises(LockLost):
        async with locking.acquire(key, owner=owner):
            await locking.release_all(owner)

    async def fail() -> None:
        async with locking.acquire(key, owner=owner):
            await locking.release_all(owner)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):  # what happened first
        await fail()


async def test_a_cancelled_block_gives_up_its_lock(locking: LockingService, key: str) -> None:
    entered = asyncio.Event()

    async def work() -> None:
        entered.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(locking.execute(key, work))
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await is_free(locking, key)


# --- refusals


@pytest.mark.parametrize("keys", ["", ["a", ""], "x" * 256, "a\0b"])
def test_keys_that_are_none_are_refused(locking: LockingService, keys: str | list[str]) -> None:
    with pytest.raises(InvalidData, match="have 1 to 255 characters"):
        locking.acquire(keys)


def test_no_key_is_refused(locking: LockingService) -> None:
    with pytest.raises(InvalidData, match="one key or more"):
        locking.acquire([])


@pytest.mark.parametrize("owner", ["", "x" * 256, "a\0b"])
def test_an_owner_that_is_none_is_refused(locking: LockingService, key: str, owner: str) -> None:
    with pytest.raises(InvalidData, match="owners of a lock have 1 to 255 characters"):
        locking.acquire(key, owner=owner)


def test_a_lock_has_to_last(locking: LockingService, key: str) -> None:
    with pytest.raises(InvalidData, match="expire must be above zero"):
        locking.acquire(key, expire=timedelta(0))


@pytest.mark.parametrize("key", ["ä 🛒\n%", "x" * 255])
async def test_any_text_is_a_key(locking: LockingService, key: str) -> None:
    async with locking.acquire(key):
        assert not await is_free(locking, key)
    assert await is_free(locking, key)
