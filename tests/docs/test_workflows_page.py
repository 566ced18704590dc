"""The page about workflows: every test it names exists, and its step does what it says."""

from __future__ import annotations

import re
import sys
from types import ModuleType
from typing import Any

import pytest

from medusa.framework.app import App
from medusa.framework.errors import NotAllowed
from medusa.framework.workflows import WorkflowContext, workflow
from tests.docs.howto_pages import DOCS

PAGE = (DOCS / "concepts" / "workflows.md").read_text(encoding="utf-8")


def test_the_tests_it_names_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 20
    for path, name in named:
        assert f"def {name}(" in (DOCS.parent / path).read_text(encoding="utf-8"), f"{path}::{name}"


class Loyalty(ModuleType):
    """The other side, in this process."""

    class LoyaltyDown(Exception):
        """It does not answer."""

    class TooManyPoints(Exception):
        """It says no."""

    def __init__(self) -> None:
        super().__init__("loyalty")
        self.granted: list[str] = []
        self.revoked: list[str] = []
        self.failures: list[Exception] = []

    async def grant(self, customer_id: str, points: int, *, key: str) -> str:
        self.granted.append(key)
        if self.failures:
            raise self.failures.pop()
        return f"{customer_id}-{points}"

    async def revoke(self, receipt: str, *, key: str) -> None:
        self.revoked.append(key)


async def test_the_step_on_the_page_keeps_its_promises(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    loyalty, page = Loyalty(), ModuleType("page")
    monkeypatch.setitem(sys.modules, "loyalty", loyalty)
    monkeypatch.setitem(sys.modules, "page", page)
    code = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[0]
    exec(compile(code, "workflows.md", "exec"), vars(page))
    read: Any = page
    reward = read.Reward("cus_1", 5)

    loyalty.failures = [loyalty.LoyaltyDown(), loyalty.LoyaltyDown()]
    assert await app.run(read.reward_customer, reward) == "cus_1-5"
    assert (len(loyalty.granted), len(set(loyalty.granted))) == (3, 1)

    loyalty.failures = [loyalty.TooManyPoints()]
    with pytest.raises(NotAllowed, match="enough points"):
        await app.run(read.reward_customer, reward)
    assert loyalty.revoked == []

    @workflow("test-reward-refused")
    async def refused(ctx: WorkflowContext, customer: str) -> None:
        await read.grant_points(ctx, read.Reward(customer, 5))
        raise NotAllowed("changed our mind")

    with pytest.raises(NotAllowed, match="changed our mind"):
        await app.run(refused, "cus_2")
    assert loyalty.revoked == [f"{loyalty.granted[-1]}:undo"]
