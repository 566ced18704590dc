"""Containers that start at once all run ``medusa db:migrate``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from medusa.framework.testing.server import CONFIG
from tests.databases import empty_database


def test_one_works_and_the_others_wait(tmp_path: Path) -> None:
    (tmp_path / "medusa_config.py").write_text(CONFIG)
    with empty_database() as url:
        runs = [
            subprocess.Popen(
                [sys.executable, "-m", "medusa.cli.main", "db:migrate"],
                cwd=tmp_path,
                env={**os.environ, "DATABASE_URL": url, "COLUMNS": "200"},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        said = [run.communicate(timeout=280) for run in runs]
        assert [run.returncode for run in runs] == [0, 0, 0], said
        applied = [line for output, _ in said for line in output.splitlines() if line.endswith(" applied")]
        created = [line for output, _ in said for line in output.splitlines() if line.endswith(" created")]
        assert len(applied) == len(set(applied)) > 20
        assert len(created) == len(set(created)) > 10
