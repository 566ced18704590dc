"""Another process that wants locks: ``contender.py KEY FILE TIMES``.

It adds to the number in the file, together with whoever else does; then it takes the lock ``KEY:held`` and never gives it up. Its
locks are in Redis where ``REDIS_URL`` is given, else in the database of ``DATABASE_URL``.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from medusa.framework.app import App
from medusa.framework.config import Config, Environment, ModuleConfig, ProviderConfig, complete
from medusa.framework.logging import configure_logging
from medusa.infrastructure.locking import LockingService

EXPIRE = timedelta(seconds=4)


def config() -> Config:
    """An application whose locks are in Redis where there is one."""
    modules: dict[str, ModuleConfig] = {}
    if "REDIS_URL" in os.environ:
        redis = ProviderConfig(resolve="medusa.infrastructure.locking.redis", id="redis")
        modules["locking"] = ModuleConfig(providers=[redis])
    return complete(Config(root=Path.cwd(), environment=Environment.TEST, modules=modules), os.environ)


async def count(locking: LockingService, key: str, file: Path, times: int) -> None:
    """Read, wait, add one and write, under the lock."""
    for _ in range(times):
        async with locking.acquire(key, timeout=timedelta(minutes=4)):
            number = read(file)
            await asyncio.sleep(0.001)
            file.write_text(str(number + 1))  # noqa: ASYNC240  # as a rival in the same process would not wait


def read(file: Path) -> int:
    """The number in the file."""
    return int(file.read_text())


async def main() -> None:
    """See the module."""
    key, file, times = sys.argv[1:]
    configure_logging("warning", as_json=False)  # not into what the test reads
    async with App.open(config=config()) as app:
        locking = app.service(LockingService)
        print("ready", flush=True)
        await count(locking, key, Path(file), int(times))
        async with locking.acquire(f"{key}:held", expire=EXPIRE):
            print("held", flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
