"""Every how-to page: a file of the sample application, which its own tests run, or pasted as a reader would.

The files of a page are those of ``examples/brands`` where it has them: one source, two places, kept equal here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from medusa.cli.scaffold import Plan, write_files
from medusa.framework.testing.postgres import test_server as server_of_tests
from medusa.framework.testing.postgres import worker_database
from tests.docs.howto_pages import DOCS, read_pages, write_application

PAGES = read_pages()
EXPECTED = {
    "testing", "module", "link", "route", "workflow", "hook", "subscriber", "job", "script", "middleware",
    "cache", "payment-provider", "actor-type", "fulfillment-provider", "tax-provider", "additional-data", "pricing-hook",
    "extend-product", "notification", "notification-provider", "file-provider", "long-running-workflow",
}  # fmt: skip
SAMPLE = DOCS.parent / "examples" / "brands"
OWN = {"tests/conftest.py"}  # the sample application's is longer


def _run(root: Path, environment: Mapping[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env={**variables, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


def is_of_sample(path: str) -> bool:
    """Whether the sample application has this file, and therefore its tests run it."""
    return path not in OWN and (SAMPLE / path).exists()


def outcomes(root: Path, worker_id: str) -> dict[str, str]:
    """What became of each test that only pages have, by its file: empty for success, else the report."""
    write_files(Plan(root, "shop", None, seed=False, install=False, admin_email=None, admin_password=None))
    write_application(root, PAGES)
    with server_of_tests() as server, worker_database(f"docs_{worker_id}") as template:
        environment = {
            "MEDUSA_TEST_DATABASE_URL": server,
            "MEDUSA_TEST_TEMPLATE": template.partition("?")[0].rpartition("/")[2],
            "DATABASE_URL": template,
            "JWT_SECRET": "test",
            "COOKIE_SECRET": "test",
        }
        for module in ("brand", "vendor"):
            generated = _run(root, environment, "medusa.cli.main", "db:generate", module)
            assert generated.returncode == 0, generated.stderr
            assert f"src/modules/{module}/migrations/" in generated.stdout
        migrated = _run(root, environment, "medusa.cli.main", "db:migrate")
        assert migrated.returncode == 0, migrated.stderr
        executed = _run(root, environment, "medusa.cli.main", "exec", "src/scripts/add_brands.py", "By hand")
        assert executed.stdout == "Added 1 brands\n", executed.stderr
        paths = [path for page in PAGES for path in page.tests if not is_of_sample(path)]
        tested = _run(root, environment, "pytest", "-q", "-p", "no:cacheprovider", "--junitxml", "report.xml", *paths)
    report = root / "report.xml"
    assert report.exists(), tested.stdout + tested.stderr
    return _read(report)


def _read(report: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        path = case.get("classname", "").replace(".", "/") + ".py"
        problems = [problem.text or "" for problem in case if problem.tag in {"failure", "error", "skipped"}]
        found[path] = found.get(path, "") + "\n".join(problems)
    return found


def test_every_page_is_known() -> None:
    assert {page.name for page in PAGES} == EXPECTED


def test_pages_show_the_files_of_the_sample_application() -> None:
    shown = {path: text for page in PAGES for path, text in page.files.items() if is_of_sample(path)}
    assert len(shown) >= 40
    different = [
        path for path, text in shown.items() if text.partition("\n")[2] != (SAMPLE / path).read_text(encoding="utf-8")
    ]
    assert different == [], "docs/how-to and examples/brands differ: change both"


def test_pages_name_the_pages_that_they_need() -> None:
    """A reader who pastes a page finds in it a link to whatever it takes from another one."""
    home = {path: page.name for page in PAGES for path in page.files}
    unnamed: list[str] = []
    for page in PAGES:
        text = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob(f"*/{page.name}.md"))
        code = "".join(page.files.values())
        imported = {
            f"{name.replace('.', '/')}.py" for name in re.findall(r"^from (src\.[\w.]+) import", code, re.MULTILINE)
        }
        needed = {f"({home[path]}.md)" for path in imported - set(page.files)}
        needed |= {"(route.md)"} if '"/brands' in code and page.name != "route" else set()
        needed |= {"(../../examples/brands/outside.py)"} if "from outside import" in code else set()
        unnamed += [f"{page.name}: {each}" for each in sorted(needed) if each not in text]
    assert unnamed == []


def test_every_page_works_when_pasted(tmp_path: Path, worker_id: str) -> None:
    """One test for all pages: one application, booted once."""
    found = outcomes(tmp_path / "shop", worker_id)
    problems: list[str] = []
    for page in PAGES:
        problems += [f"{page.name} has no test"] if not page.tests else []
        run = [path for path in page.tests if not is_of_sample(path)]
        problems += [f"{page.name}: {path} was not run" for path in run if path not in found]
        problems += [f"{page.name}: {path}\n{found[path]}" for path in page.tests if found.get(path)]
    assert problems == [], "\n\n".join(problems)
