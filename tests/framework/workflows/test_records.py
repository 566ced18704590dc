"""What is recorded of a run can be anything that steps give and say: nothing of it keeps an execution from its end."""

from __future__ import annotations

from typing import Any

import pytest

from medusa.framework.db import Database
from medusa.framework.errors import ErrorType, NotAllowed
from medusa.framework.workflows import (
    Undoable,
    WorkflowContext,
    WorkflowDefinitionError,
    WorkflowEngine,
    step,
    workflow,
)
from tests.framework.workflows.fake_app import FakeApp
from tests.framework.workflows.journal import empty_journal, states

told: list[str] = []
outputs: list[Any] = []
errors: list[Exception] = []


@pytest.fixture
async def engine(database: Database) -> WorkflowEngine:
    for log in (told, outputs, errors):
        log.clear()
    await empty_journal(database)
    return WorkflowEngine(FakeApp(), database, lease=60)


async def refund(ctx: WorkflowContext, key: str) -> None:
    told.append("refund")


@step("record-charge", external=True, undo=refund)
async def charge(ctx: WorkflowContext, _: None) -> Undoable[Any, str]:
    told.append("charge")
    if errors:
        raise errors.pop(0)
    return Undoable(outputs[0] if outputs else None, undo="x")


@workflow("record-sell", hooks=("end",), store=True)
async def sell(ctx: WorkflowContext, _: None) -> Any:
    made = await charge(ctx, None)
    await ctx.hook("end")
    return made


class Mute(Exception):
    """Cannot even say what went wrong."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize("error", [NotAllowed("no\x00thing \ud800"), NotAllowed("x" * 3_000_000)], ids=["NUL", "long"])
async def test_a_refusal_may_say_anything(engine: WorkflowEngine, error: Exception) -> None:
    errors.append(error)
    with pytest.raises(NotAllowed):
        await engine.run(sell, None)
    assert (told, await states(engine)) == (["charge"], ["reverted"])


@pytest.mark.parametrize("error", [Mute(), ValueError("\x00\ud800")], ids=["mute", "NUL"])
async def test_an_error_may_say_nothing(engine: WorkflowEngine, error: Exception) -> None:
    errors.append(error)
    with pytest.raises(type(error)):
        await engine.run(sell, None)
    assert (told, await states(engine)) == (["charge", "charge", "refund"], ["reverted"])


def nested(depth: int) -> Any:
    made: Any = 1
    for _ in range(depth):
        made = [made]
    return made


@pytest.mark.parametrize(
    "output",
    ["NUL \x00 and \\u0000", {"\x00": ["\\\x00"]}, "x" * 20_000_000, nested(400), 2**64, "emoji 🛒\u2028"],
    ids=["NUL", "NUL in a key", "20 MB", "deep", "big", "unicode"],
)
async def test_a_result_may_hold_anything_that_json_can(engine: WorkflowEngine, output: Any) -> None:
    outputs.append(output)
    given = await engine.run(sell, None, transaction_id="t1")
    assert given == output
    again = await engine.run(sell, None, transaction_id="t1")  # as it was recorded
    shown = (
        {"NUL \x00 and \\u0000": "NUL \ufffd and \\u0000"}.get(output, output) if isinstance(output, str) else output
    )
    if isinstance(output, dict):
        shown = {"\ufffd": ["\\\ufffd"]}
    assert again == shown
    assert (told, await states(engine)) == (["charge"], ["done"])


class Unknown:
    """No Struct, no dataclass."""


@pytest.mark.parametrize("output", [Unknown(), "\ud800", nested(100_000)], ids=["object", "surrogate", "deeper"])
async def test_a_result_that_cannot_be_recorded_undoes_the_step(engine: WorkflowEngine, output: Any) -> None:
    outputs.append(output)
    with pytest.raises(WorkflowDefinitionError, match="The step 'record-charge' gave what cannot be recorded"):
        await engine.run(sell, None)
    assert (told, await states(engine)) == (["charge", "refund"], ["reverted"])


async def test_who_asks_again_gets_the_same_error(engine: WorkflowEngine) -> None:
    errors.append(NotAllowed("taken", type=ErrorType.INVALID_DATA, code="is_taken"))
    for _ in range(2):
        with pytest.raises(NotAllowed, match="taken") as raised:
            await engine.run(sell, None, transaction_id="t1")
        assert (raised.value.type, raised.value.code) == (ErrorType.INVALID_DATA, "is_taken")
    assert told == ["charge"]
