"""What pages say of one another and of the code."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

from medusa.framework import errors
from medusa.framework.app import load
from medusa.framework.http.discovery import discover
from medusa.framework.http.errors import STATUS
from medusa.framework.workflows.workflow import registry
from tests.docs.howto_pages import DOCS

PAGES = sorted(DOCS.rglob("*.md"))
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(#[^)]*)?\)")


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for path, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{path} does not exist"
        assert not anchor or anchor[1:] in _anchors(target), f"{path}{anchor} does not exist"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_python_can_be_read(page: Path) -> None:
    for code in re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        compile(code, str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_what_is_said_to_be_missing_is_missing() -> None:
    section = (DOCS / "migration.md").read_text(encoding="utf-8").split("## What is not there yet")[1]
    missing = re.findall(r"`(/(?:admin|store|auth|hooks)/[\w/-]+)`", section.split("\n\nAlso")[0])
    assert missing
    there = {route.path for route in discover().routes}
    found = [path for path in missing if any(each == path or each.startswith(f"{path}/") for each in there)]
    assert found == [], "docs/migration.md says that these are not there yet"


def test_every_error_is_in_the_table() -> None:
    page = (DOCS / "concepts" / "http.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (\d+) \|$", page, re.MULTILINE)
    assert len(rows) == 8
    for name, kind, status in rows:
        error = getattr(errors, name)
        assert (str(error.type), STATUS[error.type]) == (kind, int(status))


def test_hooks_on_the_page_exist() -> None:
    page = (DOCS / "hooks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| `(\w+)` \| (.*) \|$", page, re.MULTILINE)
    assert len(rows) > 40
    for module, name, cell in rows:
        found = getattr(importlib.import_module(f"medusa.workflows.{module}"), name)
        assert set(re.findall(r"`(\w+)\(", cell)) <= set(found.hook_names), name


def test_every_hook_is_on_the_page_and_called() -> None:
    page = (DOCS / "hooks.md").read_text(encoding="utf-8")
    load(DOCS)
    for name, each in registry.items():
        if not each.function.__module__.startswith("medusa.workflows."):
            continue
        module = importlib.import_module(each.function.__module__)
        [variable] = {key for key, value in vars(module).items() if value is each}
        place = f"| `{module.__name__.removeprefix('medusa.workflows.')}` | `{variable}` |"
        rows = [row for row in page.splitlines() if row.startswith(place)]
        assert len(rows) == bool(each.hook_names), name
        listed = re.findall(r"`(\w+)\(", rows[0].removeprefix(place)) if rows else []
        assert sorted(listed) == sorted(each.hook_names), name
        source = inspect.getsource(module)
        assert [hook for hook in each.hook_names if not re.search(rf'\.hook\(\s*"{hook}"', source)] == [], name
