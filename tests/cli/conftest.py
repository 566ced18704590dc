"""What the tests of commands use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.applications import new_application


@pytest.fixture(scope="module")
def store() -> Iterator[Path]:
    """A new application with a database of its own, for all tests of a file."""
    with new_application() as store:
        yield store


@pytest.fixture
def folder(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where commands in this process run: an application without code, on the worker's database."""
    (tmp_path / "medusa_config.py").write_text("from medusa.framework.config import Config\n\nconfig = Config()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    return tmp_path
