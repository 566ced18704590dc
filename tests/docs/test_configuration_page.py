"""The page about the configuration says what the code does."""

from __future__ import annotations

import re
from dataclasses import MISSING, Field, fields
from typing import Any

import pytest

from medusa.framework.config import (
    Config,
    Environment,
    HttpConfig,
    ModuleConfig,
    PluginConfig,
    ProjectConfig,
    ProviderConfig,
    complete,
)
from tests.docs.howto_pages import DOCS

PAGE = (DOCS / "configuration.md").read_text(encoding="utf-8")
KINDS: list[type[Any]] = [Config, ProjectConfig, HttpConfig, ModuleConfig, ProviderConfig, PluginConfig]
# What the environment completes: the class says "not given", the page the default.
COMPLETED = complete(Config(), {})
VARIABLES = {
    "DATABASE_URL": "postgresql://u@h/d",
    "REDIS_URL": "redis://h/0",
    "MEDUSA_WORKER_MODE": "worker",
    "MEDUSA_ENV": "test",
    "LOG_LEVEL": "debug",
    "HOST": "::1",
    "PORT": "9001",
    "WORKERS": "3",
    "STORE_CORS": "https://a.example",
    "ADMIN_CORS": "https://b.example",
    "AUTH_CORS": "https://c.example",
    "TRUSTED_PROXIES": "10.0.0.0/8",
    "JWT_SECRET": "a-secret-of-tokens",
    "COOKIE_SECRET": "a-secret-of-cookies",
}


def rows(heading: str) -> dict[str, list[str]]:
    """The cells of a section's table, by the name of the setting."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [re.split(r"(?<!\\)\|", line)[1:-1] for line in section.splitlines() if line.startswith("| `")]
    return {cells[0].strip().strip("`"): [cell.strip().replace("\\|", "|") for cell in cells[1:]] for cells in lines}


def default(kind: type[Any], item: Field[Any]) -> Any:
    """What a setting is when nobody gives it."""
    completed = {Config: COMPLETED, ProjectConfig: COMPLETED.project, HttpConfig: COMPLETED.project.http}
    if kind in completed and not (item.default is None and getattr(completed[kind], item.name) is None):
        return getattr(completed[kind], item.name)
    return item.default_factory() if item.default_factory is not MISSING else item.default


def written(value: Any) -> str:
    """A default as the page writes it."""
    if isinstance(value, ProjectConfig | HttpConfig):
        return f"{type(value).__name__}()"
    if hasattr(value, "total_seconds"):
        units = {"days": 86_400, "hours": 3600, "seconds": 1}
        seconds = int(value.total_seconds())
        unit, size = next((name, size) for name, size in units.items() if seconds % size == 0)
        return f"timedelta({unit}={seconds // size})"
    return "()" if value == [] else str(value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_setting_is_on_the_page(kind: type[Any]) -> None:
    page = rows(kind.__name__)
    assert set(page) == {item.name for item in fields(kind)}
    for item in fields(kind):
        type_cell, default_cell, _, what = page[item.name]
        assert type_cell.strip("`") == str(item.type), item.name
        assert what, item.name
        value = default(kind, item)
        if value is MISSING:
            assert default_cell == "required", item.name
        elif item.name not in {"root", "cookie_secure"}:
            assert f"`{written(value)}`" in default_cell, item.name


def test_every_variable_is_on_the_page_and_works() -> None:
    named = {name: cells[2].strip("`") for kind in KINDS for name, cells in rows(kind.__name__).items() if cells[2]}
    assert set(named.values()) == set(VARIABLES)
    config = complete(Config(), VARIABLES)
    for name, variable in named.items():
        holder: Any = next(h for h in (config.project.http, config.project, config) if hasattr(h, name))
        value = getattr(holder, name)
        assert str(value) == VARIABLES[variable], name
    assert config.environment is Environment.TEST


def test_production_listens_everywhere_and_secures_cookies() -> None:
    secrets = {"JWT_SECRET": "a-secret-of-tokens", "COOKIE_SECRET": "a-secret-of-cookies"}
    config = complete(Config(), {**secrets, "MEDUSA_ENV": "production"})
    assert config.project.http.host == "0.0.0.0"
    assert config.http_settings().cookie_secure
    assert not COMPLETED.http_settings().cookie_secure
    assert "in production `0.0.0.0`" in rows("HttpConfig")["host"][1]
    assert rows("HttpConfig")["cookie_secure"][1] == "in production `True`, else `False`"
