"""What the tests of routes use."""

from __future__ import annotations

from typing import Any

import pytest

from medusa.framework.db import Session


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SQL statements that are run from here on; clear it before what is to be counted."""
    seen: list[str] = []
    for name in ("fetch", "fetch_row", "fetch_value", "execute"):
        monkeypatch.setattr(Session, name, _recording(getattr(Session, name), seen))
    return seen


def _recording(original: Any, seen: list[str]) -> Any:
    async def recorded(self: Session, sql: str, *args: Any) -> Any:
        seen.append(sql)
        return await original(self, sql, *args)

    return recorded
