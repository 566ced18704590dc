"""A transaction of the application's database, for commands that need nothing else of the application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from asyncpg import UndefinedTableError

from medusa.cli.migrating import check_version, pending, refuse_without
from medusa.framework.app import database_url
from medusa.framework.config import Config, load_config
from medusa.framework.db import Database, Session

T = TypeVar("T")


def in_transaction(work: Callable[[Session, Config], Awaitable[T]]) -> T:
    """Do something in a transaction, committed at the end.

    Raises:
        Unavailable: The database does not answer; says which and why.
        ConfigurationError: There is none, or it lacks migrations.
    """
    config = load_config(Path.cwd())

    async def run(url: str) -> T:
        database = await Database.connect(url, min_size=1, max_size=1)
        try:
            async with database.session() as session:
                return await work(session, config)
        finally:
            await database.close()

    with database_url(config) as url:
        check_version(url)
        try:
            return asyncio.run(run(url))
        except UndefinedTableError:
            refuse_without(pending(url, config.root))
            raise
