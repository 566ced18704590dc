"""What the models say and the database does not: new migrations, link tables, drift."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.operations import Operations
from alembic.operations.ops import (
    AddColumnOp,
    CreateIndexOp,
    CreateTableOp,
    DowngradeOps,
    MigrateOperation,
    MigrationScript,
    OpContainer,
    UpgradeOps,
)
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import JSONB

from medusa.framework.db.branches import Branch, applied_revisions, branch_of, branches, script_directory
from medusa.framework.db.models import Base, models_of
from medusa.framework.db.schema_connection import connected, exclusive
from medusa.framework.errors import Conflict, NotAllowed

TEMPLATE = '''"""{title}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op{imports}

revision = "{revision}"
down_revision: str | None = {down_revision}
branch_labels: tuple[str, ...] | None = {branch_labels}
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    {upgrade}


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    {downgrade}
'''


def generate(url: str, module: str, *, message: str = "", project: Path | None = None) -> Path | None:
    """Write the migration that brings the database's tables of one module to what its models say.

    Args:
        message: A few words for the file's name and title.
    Returns:
        The new file, or None when there is no difference.
    Raises:
        Conflict: The database is behind the migrations that exist already.
        NotAllowed: The module is not the application's own, but part of an installed package.
    """
    branch = branch_of(module, project)
    if {"site-packages", "dist-packages"} & set(branch.folder.parts):
        raise NotAllowed(f"{module} belongs to an installed package: its migrations are written where it is developed.")
    importlib.import_module(branch.models)
    script = script_directory(branches(project))
    own = [revision for revision in script.walk_revisions() if module in revision.branch_labels]
    with connected(url) as connection:
        if {revision.revision for revision in own} - set(applied_revisions(connection, script)):
            raise Conflict(f"Migrations of {module} are not applied yet. Run `medusa db:migrate` first.")
        context = _context(connection, _tables_of(branch))
        changes = produce_migrations(context, Base.metadata)
        if not changes.upgrade_ops or changes.upgrade_ops.is_empty():
            return None
        return _write(branch, own, message, context, changes)


def drift(url: str, *, modules: Sequence[str] | None = None, project: Path | None = None) -> list[str]:
    """Where the database differs from the models, one line for each difference; empty when all is well.

    Args:
        modules: Look at the links and at these only.
    """
    found: list[str] = []
    with connected(url) as connection:
        for branch in branches(project):
            if modules is not None and branch.name not in modules:
                continue
            importlib.import_module(branch.models)
            differences: Sequence[Any] = compare_metadata(_context(connection, _tables_of(branch)), Base.metadata)
            found += [f"{branch.name}: {line}" for line in map(_describe, _flat(differences))]
        differences = compare_metadata(_context(connection, _link_tables()), Base.metadata)
        found += [f"links: {line}" for line in map(_describe, _flat(differences))]
    return found


def sync_links(url: str) -> list[str]:
    """Create the tables and columns of the links that are defined; takes nothing away.

    Returns:
        What was made: a line for each table, column and index.
    """
    made: list[str] = []
    with connected(url) as connection, exclusive(connection):
        context = _context(connection, _link_tables())
        operations = Operations(context)
        changes = produce_migrations(context, Base.metadata).upgrade_ops
        for change in _operations(changes) if changes else ():
            if isinstance(change, CreateTableOp | AddColumnOp | CreateIndexOp):
                operations.invoke(change)
                made.append(_name(change))
        connection.commit()
    return made


def _name(change: CreateTableOp | AddColumnOp | CreateIndexOp) -> str:
    if isinstance(change, CreateTableOp):
        return f"table {change.table_name}"
    if isinstance(change, AddColumnOp):
        return f"column {change.table_name}.{change.column.name}"
    return f"index {change.index_name}"


def _operations(container: OpContainer) -> Iterator[MigrateOperation]:
    for change in container.ops:
        if isinstance(change, OpContainer):
            yield from _operations(change)
        else:
            yield change


def _link_tables() -> set[str]:
    return {table.name for table in Base.metadata.tables.values() if table.info.get("link")}


def _tables_of(branch: Branch) -> set[str]:
    """Tables of the module's models, and those its migrations once made (a removed model drops its table)."""
    names = {model.__table__.name for model in models_of(branch.name)}
    for path in branch.folder.glob("*.py") if branch.folder.is_dir() else ():
        names |= set(re.findall(r"""create_table\(\s*["'](\w+)["']""", path.read_text(encoding="utf-8")))
    return names


def _context(connection: Connection, tables: set[str]) -> MigrationContext:
    def include(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
        if kind == "table":
            return name in tables
        return not (kind == "index" and name is not None and name.endswith("_trgm"))  # made where the extension is

    def include_name(name: str | None, kind: str, parents: Any) -> bool:
        return kind != "table" or name in tables

    connection.execute(text("SELECT 1"))
    return MigrationContext.configure(
        connection,
        opts={
            "include_object": include,
            "include_name": include_name,
            "compare_type": True,
            "compare_server_default": True,
            "render_item": _short_types,
            "target_metadata": Base.metadata,
        },
    )


def _write(
    branch: Branch, own: Sequence[Script], message: str, context: MigrationContext, changes: MigrationScript
) -> Path:
    heads, number = [revision.revision for revision in own if revision.is_head], len(own) + 1
    if len(heads) > 1:
        raise Conflict(f"{' and '.join(heads)} follow the same migration: let one of them follow the other.")
    title = message or ("initial tables" if number == 1 else "changes")
    slug = re.sub(r"\W+", "_", title.lower()).strip("_")
    upgrade, downgrade = _render(changes.upgrade_ops, context), _render(changes.downgrade_ops, context)
    body = TEMPLATE.format(
        title=f"{branch.name.replace('_', ' ').capitalize()}: {title}",
        imports="\nfrom sqlalchemy.dialects import postgresql" if "postgresql." in upgrade + downgrade else "",
        revision=f"{branch.name}_{number:04}",
        down_revision=f'"{heads[0]}"' if heads else None,
        branch_labels=None if heads else f'("{branch.name}",)',
        upgrade=upgrade,
        downgrade=downgrade,
    )
    branch.folder.mkdir(exist_ok=True)
    (branch.folder / "__init__.py").touch()
    path = branch.folder / f"r{number:04}_{slug}.py"
    path.write_text(body, encoding="utf-8")
    formatter = shutil.which("ruff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if formatter:
        subprocess.run([formatter, "format", "--quiet", str(path)], check=False)
    return path


def _render(operations: UpgradeOps | DowngradeOps | None, context: MigrationContext) -> str:
    code = render_python_code(operations, migration_context=context) if operations else "pass"
    lines = [line for line in code.splitlines() if not line.strip().startswith("# ###")]
    return "\n".join(lines).strip()


def _short_types(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    return "postgresql.JSONB()" if kind == "type" and isinstance(thing, JSONB) else False


def _flat(differences: Sequence[Any]) -> Iterator[Any]:
    for difference in differences:
        if isinstance(difference, list):
            yield from _flat(difference)  # pyright: ignore[reportUnknownArgumentType]
        else:
            yield difference


def _describe(difference: Any) -> str:
    kind, *rest = difference
    names = [part if isinstance(part, str) else getattr(part, "name", None) for part in rest]
    return " ".join([kind, *(str(name) for name in names if name is not None)])
