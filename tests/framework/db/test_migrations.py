"""Migrations forward, back, twice and at once."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import Column, Integer, Table, Text

from medusa.framework.db import schema_connection
from medusa.framework.db.branches import branches
from medusa.framework.db.migrations import drift, generate, migrate, newer, pending, rollback, sync_links
from medusa.framework.db.models import Base
from medusa.framework.errors import ConfigurationError, Conflict, NotFound, Unavailable
from medusa.framework.testing.postgres import with_database
from tests.databases import empty_database

MODULES = sorted(branch.name for branch in branches())


@pytest.fixture
def empty_url() -> Iterator[str]:
    """An empty database of the tests' server."""
    with empty_database() as url:
        yield url


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows}


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


def test_everything_on_an_empty_database_leaves_no_drift(empty_url: str) -> None:
    expected = pending(empty_url)
    assert migrate(empty_url) == expected
    assert pending(empty_url) == []
    assert migrate(empty_url) == []
    sync_links(empty_url)
    assert drift(empty_url) == []
    assert {"procrastinate_jobs", "workflow_execution", "medusa_schema", "cart", "order"} <= tables(empty_url)
    assert (count(empty_url, "currency"), count(empty_url, "region_country")) == (126, 250)


@pytest.mark.parametrize("module", MODULES)
def test_module_alone_up_down_and_up_again(module: str, empty_url: str) -> None:
    framework = set(tables(empty_url))
    migrate(empty_url, modules=[module])
    with_module = tables(empty_url)
    assert rollback(empty_url, module, steps=100)
    left = tables(empty_url) - framework - {"alembic_version", "medusa_schema", "workflow_execution", "workflow_step"}
    assert not {name for name in left if not name.startswith("procrastinate_")} & set(Base.metadata.tables)
    assert rollback(empty_url, module) == []
    migrate(empty_url, modules=[module])
    assert tables(empty_url) == with_module


def test_rollback_takes_one_step_of_one_module(empty_url: str) -> None:
    migrate(empty_url)
    assert rollback(empty_url, "currency") == ["currency_0002"]
    assert pending(empty_url) == ["currency_0002"]
    assert migrate(empty_url) == ["currency_0002"]
    assert count(empty_url, "currency") == 126


def test_two_processes_at_once_migrate_once(empty_url: str) -> None:
    expected = pending(empty_url)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(migrate, [empty_url, empty_url]))
    assert sorted(results, key=len) == [[], expected]


def test_process_that_never_finishes_is_not_waited_for_forever(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_connection, "PATIENCE_SECONDS", 0.3)
    with psycopg.connect(empty_url) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [schema_connection.LOCK])
        with pytest.raises(Conflict, match="Another process"):
            migrate(empty_url)
    assert tables(empty_url) == set()


def test_database_that_is_ahead_is_refused(empty_url: str) -> None:
    migrate(empty_url, modules=["store"])
    with psycopg.connect(empty_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'store_9999'")
    with pytest.raises(Conflict, match="newer version"):
        migrate(empty_url)


@pytest.mark.parametrize(
    "further",
    [
        "UPDATE alembic_version SET version_num = 'store_9999' WHERE version_num LIKE 'store_%'",
        "INSERT INTO alembic_version VALUES ('reviews_9999')",
        "UPDATE medusa_schema SET earlier = ARRAY[digest], digest = 'newer'",
    ],
    ids=["newer", "of a module that is not here", "newer tables of the framework"],
)
def test_old_version_goes_on_with_what_a_new_one_has_migrated(empty_url: str, further: LiteralString) -> None:
    migrate(empty_url)
    with psycopg.connect(empty_url) as connection:
        connection.execute(further)
    assert pending(empty_url) == []
    assert migrate(empty_url) == []
    assert len(newer(empty_url)) == further.count("_9999")


def test_changed_text_is_run_once_and_the_earlier_one_is_known(empty_url: str) -> None:
    migrate(empty_url)
    with psycopg.connect(empty_url) as connection:
        connection.execute("ALTER TABLE medusa_schema DROP COLUMN earlier")  # as the first version made it
        connection.execute("UPDATE medusa_schema SET digest = 'old' WHERE name = 'http/schema.sql'")
    assert pending(empty_url) == ["http/schema.sql"]
    assert migrate(empty_url) == ["http/schema.sql"]
    with psycopg.connect(empty_url) as connection:
        row = connection.execute("SELECT earlier FROM medusa_schema WHERE name = 'http/schema.sql'").fetchone()
    assert row == (["old"],)


def test_unreachable_database_is_named_without_its_password() -> None:
    with pytest.raises(Unavailable, match=r"u:\*\*\*@127\.0\.0\.1:1/x"):
        pending("postgresql://u:secret@127.0.0.1:1/x")


def test_missing_database_is_met_with_the_command_that_creates_it(database_url: str) -> None:
    with pytest.raises(Unavailable, match="db:create"):
        pending(with_database(database_url, "medusa_nowhere"))


def test_unknown_module_is_refused_with_the_names_there_are(empty_url: str) -> None:
    with pytest.raises(NotFound, match="stock_location"):
        rollback(empty_url, "stock")


def test_drift_names_what_differs(empty_url: str) -> None:
    migrate(empty_url)
    sync_links(empty_url)
    with psycopg.connect(empty_url) as connection:
        connection.execute('ALTER TABLE store DROP COLUMN name; DROP INDEX "IDX_product_handle"')
    assert sorted(drift(empty_url)) == ["product: add_index IDX_product_handle", "store: add_column store name"]


def test_link_tables_are_made_and_grow_but_lose_nothing(empty_url: str) -> None:
    name = f"link_{uuid4().hex[:8]}"
    table = Table(name, Base.metadata, Column("left_id", Text, primary_key=True), info={"link": True})
    try:
        assert f"table {name}" in sync_links(empty_url)
        table.append_column(Column("quantity", Integer, server_default="1", nullable=False))
        assert sync_links(empty_url) == [f"column {name}.quantity"]
        assert sync_links(empty_url) == []
    finally:
        Base.metadata.remove(table)
    assert sync_links(empty_url) == []
    assert name in tables(empty_url)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of an application, from where ``src.modules`` can be imported."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


def _write_models(project: Path, module: str, *columns: str) -> None:
    folder = project / "src" / "modules" / module
    folder.mkdir(parents=True, exist_ok=True)
    body = f"""
    from sqlalchemy.orm import Mapped

    from medusa.framework.db.models import Model, one_of


    class {module.title().replace("_", "")}(Model):
        __tablename__ = "{module}"
        __prefix__ = "{module}"
        __table_args__ = (one_of("tier", "gold", "silver"),)

        tier: Mapped[str]
    """
    extra = "".join(f"    {column}\n" for column in columns)
    (folder / "models.py").write_text(textwrap.dedent(body) + extra, encoding="utf-8")


def test_application_module_is_generated_applied_and_taken_back(project: Path, empty_url: str) -> None:
    module = f"brand_{uuid4().hex[:8]}"
    _write_models(project, module)
    migrate(empty_url, project=project)
    try:
        path = generate(empty_url, module, project=project)
        assert path is not None
        assert path == project / "src" / "modules" / module / "migrations" / "r0001_initial_tables.py"
        assert "SET LOCAL lock_timeout" in path.read_text(encoding="utf-8")
        with pytest.raises(Conflict, match="db:migrate"):
            generate(empty_url, module, project=project)
        assert migrate(empty_url, project=project) == [f"{module}_0001"]
        assert generate(empty_url, module, project=project) is None

        Base.metadata.tables[module].append_column(Column("country", Text))
        second = generate(empty_url, module, message="Country of origin", project=project)
        assert second is not None
        assert second.name == "r0002_country_of_origin.py"
        assert migrate(empty_url, project=project) == [f"{module}_0002"]
        assert rollback(empty_url, module, steps=2, project=project) == [f"{module}_0002", f"{module}_0001"]
        assert module not in tables(empty_url)
    finally:
        Base.metadata.remove(Base.metadata.tables[module])


def test_application_module_cannot_take_a_shipped_name(project: Path, empty_url: str) -> None:
    _write_models(project, "cart")
    with pytest.raises(ConfigurationError, match="src/modules/cart"):
        migrate(empty_url, project=project)
