"""The pages about infrastructure say what the code does."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from medusa.framework.app import App
from medusa.framework.config import complete
from medusa.framework.modules.providers import load_provider
from medusa.infrastructure.caching.memcached import MemcachedOptions
from medusa.infrastructure.caching.memory import MemoryOptions
from medusa.infrastructure.caching.redis import RedisCacheOptions
from medusa.infrastructure.caching.service import CachingOptions, CachingService
from medusa.infrastructure.locking import LockingService
from medusa.infrastructure.locking.service import LockingOptions
from medusa.infrastructure.redis import WatchedRedisOptions
from tests.docs.howto_pages import DOCS

FOLDER = DOCS / "infrastructure"
PAGES = sorted(FOLDER.glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_tests_and_modules_it_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path, name in re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", text):
        target = DOCS.parent / path
        assert target.exists(), path
        assert not name or f"def {name}(" in target.read_text(encoding="utf-8"), f"{path}::{name}"
    for module in re.findall(r"medusa\.infrastructure(?:\.[a-z0-9_]+)+", text):
        place = DOCS.parent / module.replace(".", "/")
        assert place.is_dir() or place.with_suffix(".py").exists(), module


def blocks(page: Path) -> list[str]:
    """Its Python code."""
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_its_configurations_can_be_used(page: Path) -> None:
    for code in blocks(page):
        if "config = Config(" in code:
            names: dict[str, Any] = {}
            exec(compile(code, str(page), "exec"), names)
            config = complete(names["config"], {"REDIS_URL": "redis://127.0.0.1:1"})
            for module, settings in config.modules.items():
                for provider in settings.providers:
                    load_provider(module, provider.resolve, provider.options)


@pytest.mark.parametrize("page", ["caching", "locking"])
async def test_its_example_runs(page: str, app: App) -> None:
    example = next(code for code in blocks(FOLDER / f"{page}.md") if "app.service(" in code)
    names: dict[str, Any] = {"app": app}
    await eval(compile(example, page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
    if page == "caching":
        assert names["ids"] == ["prod_1", "prod_2"]
    else:
        assert names["lock"].keys == ("cart:1", "cart:2")


@pytest.mark.parametrize(
    ("page", "options"),
    [
        ("caching", [CachingOptions, MemoryOptions, RedisCacheOptions, MemcachedOptions]),
        ("locking", [LockingOptions, WatchedRedisOptions]),
        ("sessions", [WatchedRedisOptions]),
    ],
)
def test_every_option_is_on_its_page(page: str, options: list[type[Struct]]) -> None:
    text = (FOLDER / f"{page}.md").read_text(encoding="utf-8")
    for kind in options:
        for field in msgspec.structs.fields(kind):
            assert re.search(rf"^\|.*`{field.name}`", text, re.MULTILINE), field.name


@pytest.mark.parametrize(("page", "service"), [("caching", CachingService), ("locking", LockingService)])
def test_every_method_is_on_its_page(page: str, service: type[object]) -> None:
    text = (FOLDER / f"{page}.md").read_text(encoding="utf-8")
    methods = {
        name for name, value in vars(service).items() if not name.startswith("_") and not isinstance(value, property)
    }
    for name in methods - {"name"}:
        assert re.search(rf"^\|.*\b{name}\(", text, re.MULTILINE), name


def test_times_in_options_are_timedeltas_or_texts() -> None:
    assert msgspec.convert({"ttl": "PT10M"}, CachingOptions).ttl.total_seconds() == 600
    assert msgspec.convert({"timeout": "PT0.5S"}, RedisCacheOptions) == RedisCacheOptions()
    assert msgspec.convert({"ttl": CachingOptions().ttl}, CachingOptions) == CachingOptions()
