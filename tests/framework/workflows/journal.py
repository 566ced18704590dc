"""The journal as tests look at it."""

from __future__ import annotations

from medusa.framework.db import Database
from medusa.framework.workflows import WorkflowEngine


async def empty_journal(database: Database) -> None:
    """Forget every execution."""
    async with database.session() as session:
        await session.execute("TRUNCATE workflow_execution, workflow_step CASCADE")


async def states(engine: WorkflowEngine) -> list[str]:
    """How far each execution has come, oldest first."""
    async with engine.database.reader() as session:
        return [row["state"] for row in await session.fetch("SELECT state FROM workflow_execution ORDER BY id")]
