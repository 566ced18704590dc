"""Executions in PostgreSQL: the default."""

from __future__ import annotations

from medusa.framework.workflows.postgres import PostgresJournal


class PostgresWorkflowEngine(PostgresJournal):
    """Durable: an execution survives every process, and goes on in whichever lives."""

    identifier = "postgres"
    default_id = ""
