"""Migrations of the framework and of all modules: apply, take back, write, compare.

A branch is labelled with the module's name. Shipped modules keep theirs in ``medusa/modules/NAME/migrations``, an
application's in ``src/modules/NAME/migrations``. The framework's own tables come first (``schema_files``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import structlog
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from medusa.framework.db.autogenerate import drift, generate, sync_links
from medusa.framework.db.branches import (
    applied_revisions,
    branch_of,
    branches,
    known_revisions,
    missing_revisions,
    script_directory,
    unknown_revisions,
)
from medusa.framework.db.schema_connection import connected, exclusive
from medusa.framework.db.schema_files import apply_schemas, pending_schemas

__all__ = ["branches", "drift", "generate", "migrate", "newer", "own_revisions", "pending", "rollback", "sync_links"]

log = structlog.get_logger(__name__)
Plan = Callable[[Any], Any]


def migrate(url: str, *, modules: Sequence[str] | None = None, project: Path | None = None) -> list[str]:
    """Bring a database up to date: framework, then all modules. Safe to call again, and from several processes.

    Args:
        modules: Only these, for a module alone.
        project: The application's root, for its own modules.
    Returns:
        What was applied: framework files and revisions, in order. Empty when there was nothing to do.
    Raises:
        Unavailable: The database cannot be reached.
        Conflict: Another process holds a lock for too long, or the database both has what we do not know and lacks what we do.
    """
    script = script_directory(branches(project))
    target: Any = "heads" if modules is None else [f"{branch_of(name, project).name}@head" for name in modules]
    with connected(url) as connection, exclusive(connection):
        applied = apply_schemas(connection)
        if unknown_revisions(connection, script) and not missing_revisions(connection, script):
            return applied  # a newer version was here, and nothing of ours is missing
        applied += _run(connection, lambda current: script._upgrade_revs(target, current), script)  # pyright: ignore[reportPrivateUsage, reportArgumentType]
    return applied


def rollback(url: str, module: str, *, steps: int = 1, project: Path | None = None) -> list[str]:
    """Take back the last ``steps`` migrations of one module; returns the revisions taken back."""
    branch = branch_of(module, project)
    script = script_directory(branches(project))
    with connected(url) as connection, exclusive(connection):
        own = {revision.revision for revision in script.walk_revisions() if branch.name in revision.branch_labels}
        applied = [revision for revision in applied_revisions(connection, script) if revision in own]
        if not applied:
            return []
        target = f"{branch.name}@-{steps}" if steps < len(applied) else f"{branch.name}@base"
        return _run(connection, lambda current: script._downgrade_revs(target, current), script)  # pyright: ignore[reportPrivateUsage, reportArgumentType]


def pending(url: str, *, project: Path | None = None) -> list[str]:
    """What the database lacks: framework files and revisions, oldest first."""
    script = script_directory(branches(project))
    with connected(url) as connection:
        return [*pending_schemas(connection), *missing_revisions(connection, script)]


def newer(url: str, *, project: Path | None = None) -> list[str]:
    """Revisions of the database that a newer version has applied, or a module or plug-in that is not here."""
    with connected(url) as connection:
        return unknown_revisions(connection, script_directory(branches(project)))


def own_revisions(project: Path) -> set[str]:
    """The revisions of the application's own modules."""
    script = script_directory(branches(project))
    return {each.revision for each in script.walk_revisions() if Path(each.path).is_relative_to(project / "src")}


def _run(connection: Connection, plan: Plan, script: ScriptDirectory) -> list[str]:
    """Run the steps that ``plan`` gives for the current heads, each in a transaction of its own."""
    done: list[str] = []

    def steps(current: Any, _context: Any) -> Any:
        return plan(current)

    def note(*, step: Any, **_: Any) -> None:
        done.append(step.up_revision_id)
        log.info("migration.applied" if step.is_upgrade else "migration.rolled_back", revision=step.up_revision_id)

    connection.commit()  # Alembic commits only what it has begun itself
    listener: Any = note  # Alembic passes keywords only, its annotation says otherwise
    with known_revisions(), EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, transaction_per_migration=True, on_version_apply=listener)
        with environment.begin_transaction():
            environment.run_migrations()
    return done
