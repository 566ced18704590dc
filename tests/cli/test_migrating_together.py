"""Containers that start at once all run ``medusa db:migrate``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from medusa.framework.testing.postgres import test_server as postgres
from medusa.framework.testing.postgres import with_database
from medusa.framework.testing.server import CONFIG


def test_one_works_and_the_others_wait(tmp_path: Path) -> None:
    (tmp_path / "medusa_config.py").write_text(CONFIG)
    name = f"medusa_together_{os.getpid()}"
    with postgres() as server, psycopg.connect(with_database(server, "postgres"), autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            runs = [
                subprocess.Popen(
                    [sys.executable, "-m", "medusa.cli.main", "db:migrate"],
                    cwd=tmp_path,
                    env={**os.environ, "DATABASE_URL": with_database(server, name), "COLUMNS": "200"},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
                for _ in range(3)
            ]
            said = [run.communicate(timeout=120) for run in runs]
            assert [run.returncode for run in runs] == [0, 0, 0], said
            applied = [line for output, _ in said for line in output.splitlines() if line.endswith(" applied")]
            created = [line for output, _ in said for line in output.splitlines() if line.endswith(" created")]
            assert len(applied) == len(set(applied)) > 20
            assert len(created) == len(set(created)) > 10
        finally:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
