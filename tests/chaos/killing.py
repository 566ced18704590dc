"""Kill a server at one boundary after the other, and look at what the next one makes of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from medusa.framework.testing.clients import UnexpectedStatusError
from tests.chaos.harness import World
from tests.chaos.scenarios import Scenario, Subject


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one killed run ended."""

    boundary: str
    is_complete: bool
    recovery_seconds: float


async def boundaries(world: World, scenario: Scenario) -> list[str]:
    """The boundaries an undisturbed run reaches, in order."""
    log = world.root.parent / f"boundaries-{time.monotonic_ns()}.txt"
    subject = await scenario.prepare(world)
    await _run(world, scenario, subject, "0", log)
    await world.recovered(scenario.workflow)
    world.ledger.behave()
    await scenario.check(world, subject)
    return [line.split(" ", 1)[1] for line in log.read_text().splitlines()]


async def kill_at(world: World, scenario: Scenario, boundary: str) -> Outcome:
    """Run the scenario in a process that dies at this boundary; check what remains after the recovery."""
    subject = await scenario.prepare(world)
    await _run(world, scenario, subject, boundary, None)
    return await settled(world, scenario, subject, boundary)


async def settled(world: World, scenario: Scenario, subject: Subject, boundary: str) -> Outcome:
    """Wait for the recovery, check everything, then try again as a client would."""
    seconds = await world.recovered(scenario.workflow)
    world.ledger.behave()
    complete = await scenario.check(world, subject)
    _check_keys(world, subject, boundary)
    await scenario.try_again(world, subject)
    return Outcome(boundary, complete, round(seconds, 2))


async def kill_while_asking(world: World, scenario: Scenario, what: str) -> Outcome:
    """Kill the process from outside while the other side is at work on what it was asked."""
    subject = await scenario.prepare(world)
    world.ledger.behave(**{what: {"delay": 1.0}})
    with world.victim(f"{scenario.workflow}:0") as server:
        async with world.clients(server) as (admin, store):
            request = asyncio.create_task(scenario.act(admin, store, subject))
            assert await world.becomes(lambda: len(world.ledger.keys(what, subject.about)), 1) == 1
            server.kill()
            await asyncio.wait([request])
            assert isinstance(request.exception(), httpx.HTTPError)
    return await settled(world, scenario, subject, f"inside {what}")


def _check_keys(world: World, subject: Subject, boundary: str) -> None:
    """Each thing was asked for with one key, however often."""
    sql = "SELECT what, count(DISTINCT key), count(*) FROM call WHERE about = ? GROUP BY what"
    asked = world.ledger.rows(sql, subject.about)
    assert all(keys == 1 for _, keys, _ in asked), (boundary, asked)


async def _run(world: World, scenario: Scenario, subject: Subject, place: str, log: Path | None) -> None:
    with world.victim(f"{scenario.workflow}:{place}", log) as server:
        world.ledger.behave(**{what: dict(mood) for what, mood in scenario.mood.items()})
        try:
            async with world.clients(server) as (admin, store):
                await scenario.act(admin, store, subject)
        except UnexpectedStatusError:
            assert place == "0", f"the process did not die at {place}"
        except httpx.HTTPError:
            assert place != "0", f"the process died:\n{server.log.read_text()[-2000:]}"
        else:
            assert place == "0", f"the process did not die at {place}"
