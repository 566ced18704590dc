"""Applications and plug-ins whose commands and tests run in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from medusa.framework.testing.postgres import test_server as server_of_tests
from medusa.framework.testing.postgres import worker_database

MYPY_CACHE = str(Path(".mypy_cache").resolve() / "applications")
"""Of all applications that are checked with the options of the template."""


@contextmanager
def migrated_environment(name: str) -> Generator[dict[str, str]]:
    """Variables that give an application a database with Medusa's tables, which its tests take as their template."""
    with server_of_tests() as server, worker_database(name) as template:
        yield {
            "MEDUSA_TEST_DATABASE_URL": server,
            "MEDUSA_TEST_TEMPLATE": template.partition("?")[0].rpartition("/")[2],
            "DATABASE_URL": template,
            "JWT_SECRET": "test",
            "COOKIE_SECRET": "test",
            "COLUMNS": "200",
        }


def variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Ours without pytest's, and with uv where ``scripts/uv`` has put it."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    path = f"{Path(__file__).parents[1] / '.tools' / 'bin'}{os.pathsep}{ours.get('PATH', '')}"
    return {**ours, "PATH": path, **environment}


def run(root: Path, environment: Mapping[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """``python -m COMMAND`` in a folder."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env=variables(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


def medusa(root: Path, environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of ``medusa``."""
    return run(root, environment, "medusa.cli.main", *arguments)


_COMMANDS = """
import importlib, json, sys
from medusa.cli.main import app
for arguments in json.load(sys.stdin):
    importlib.invalidate_caches()
    try:
        app(arguments, standalone_mode=False)
    except Exception as error:
        print("refused:", error)
    print("---", flush=True)
"""


def commands(
    root: Path, environment: Mapping[str, str], *given: Sequence[str], python: str | Path = sys.executable
) -> list[str]:
    """Commands of ``medusa`` one after the other, in one process; what each one prints."""
    ran = subprocess.run(
        [python, "-c", _COMMANDS],
        cwd=root,
        env=variables(environment),
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=280,
    )
    answers = ran.stdout.split("---\n")
    assert len(answers) == len(given) + 1, ran.stdout
    return answers[:-1]


def run_tests(root: Path, environment: Mapping[str, str], *arguments: str) -> dict[str, str]:
    """What became of the tests in a folder, by ``tests/test_x.py::test_y``: empty for success, else the report."""
    ran = run(root, environment, "pytest", "-q", "-p", "no:cacheprovider", "--junitxml", "report.xml", *arguments)
    report = root / "report.xml"
    assert report.exists(), ran.stdout + ran.stderr
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        path = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '')}"
        problems = [problem.text or "" for problem in case if problem.tag in {"failure", "error", "skipped"}]
        found[path] = "\n".join(problems)
    report.unlink()
    return found
