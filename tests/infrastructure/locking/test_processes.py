"""Locks between real processes, one of which is killed."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from datetime import timedelta
from pathlib import Path

import pytest

from medusa.infrastructure.locking import LockHeld, LockingService
from tests.infrastructure.locking.contender import EXPIRE, count, read

CONTENDER = Path(__file__).with_name("contender.py")
TIMES = 100


@pytest.fixture
def environment(kind: str, database_url: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """What a contender with this kind of provider needs."""
    redis = {"REDIS_URL": str(request.getfixturevalue("redis_url"))} if kind == "redis" else {}
    return {**os.environ, "DATABASE_URL": database_url, **redis}


async def test_processes_lose_no_update_and_a_killed_one_blocks_nobody_for_long(
    environment: dict[str, str], locking: LockingService, key: str, tmp_path: Path
) -> None:
    file = tmp_path / "number"
    file.write_text("0")
    other = await asyncio.create_subprocess_exec(
        *[sys.executable, str(CONTENDER), key, str(file), str(TIMES)],
        env=environment,
        stdout=PIPE,
        cwd=CONTENDER.parents[3],
    )
    assert other.stdout is not None
    assert await other.stdout.readline() == b"ready\n"
    await count(locking, key, file, TIMES)
    assert await other.stdout.readline() == b"held\n"
    assert read(file) == 2 * TIMES

    with pytest.raises(LockHeld):  # it is renewed
        await locking.acquire(f"{key}:held", timeout=1.1 * EXPIRE)
    other.kill()
    async with locking.acquire(f"{key}:held", timeout=timedelta(minutes=4)):
        pass
    await other.communicate()
