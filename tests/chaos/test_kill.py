"""A process that is killed with SIGKILL at a step boundary leaves a sale that is complete or was never made."""

from __future__ import annotations

import json

import pytest

from tests.chaos.harness import World
from tests.chaos.killing import boundaries, kill_at, kill_while_asking
from tests.chaos.scenarios import (
    BeginPayment,
    CancelFulfillment,
    CancelOrder,
    CapturePayment,
    CompleteCart,
    CreateFulfillment,
    RefundPayment,
    Scenario,
)

PLAIN: list[tuple[Scenario, int]] = [
    (CompleteCart("plain"), 9),
    (CapturePayment("plain"), 8),
    (RefundPayment("plain"), 8),
    (CreateFulfillment("plain"), 8),
    (CancelOrder("plain"), 8),
    (CancelFulfillment("plain"), 8),
    (BeginPayment("plain"), 8),
]
GOING_BACK: list[tuple[Scenario, int]] = [
    (CompleteCart("refused at the end"), 9),
    (CompleteCart("answers lost", {"authorize": {"lose": 4}}), 10),
    (CapturePayment("answers lost", {"capture": {"lose": 4}}), 7),
    (CreateFulfillment("answers lost", {"book": {"lose": 4}}), 7),
    (BeginPayment("answers lost", {"initiate": {"lose": 4}}), 7),
]


async def test_killed_after_the_money_was_asked_for(world: World) -> None:
    outcome = await kill_at(world, CompleteCart("plain"), "authorize-payment-session:called")
    assert outcome.is_complete


async def test_killed_while_the_provider_is_at_work(world: World) -> None:
    outcome = await kill_while_asking(world, CompleteCart("plain"), "authorize")
    assert outcome.is_complete


async def test_killed_after_a_payment_was_prepared(world: World) -> None:
    outcome = await kill_at(world, BeginPayment("plain"), "initiate-payment-session:called")
    assert outcome.is_complete


async def test_killed_while_going_back(world: World) -> None:
    scenario = CompleteCart("refused at the end")
    outcome = await kill_at(world, scenario, "authorize-payment-session:undo-called")
    assert not outcome.is_complete


async def test_killed_after_money_was_given_back(world: World) -> None:
    outcome = await kill_at(world, RefundPayment("plain"), "refund-payment:called")
    assert outcome.is_complete


async def test_a_refund_whose_answers_are_lost_is_made_once(world: World) -> None:
    scenario = RefundPayment("answers lost", {"refund": {"lose": 4}})
    subject = await scenario.prepare(world)
    world.ledger.behave(**scenario.mood)
    answer = await world.shop.admin.http.post(f"/admin/payments/{subject.id}/refund", json={"amount": 15})
    assert answer.status_code == 503
    await world.recovered(scenario.workflow)
    assert await scenario.check(world, subject)
    assert len(world.ledger.keys("refund", subject.about)) == 5
    assert len(set(world.ledger.keys("refund", subject.about))) == 1


@pytest.mark.chaos
@pytest.mark.parametrize(("scenario", "expected"), PLAIN, ids=lambda value: getattr(value, "workflow", ""))
async def test_killed_at_every_boundary(world: World, scenario: Scenario, expected: int) -> None:
    names = await boundaries(world, scenario)
    assert len(names) == expected, names
    outcomes = [await kill_at(world, scenario, name) for name in names]
    committed = next(number for number, name in enumerate(names) if name.endswith("after-commit"))
    assert [outcome.is_complete for outcome in outcomes] == [number >= committed for number in range(len(names))]
    _report(scenario, [(outcome.boundary, outcome.is_complete, outcome.recovery_seconds) for outcome in outcomes])


@pytest.mark.chaos
@pytest.mark.parametrize(
    ("scenario", "expected"),
    GOING_BACK,
    ids=lambda value: f"{value.workflow} {value.name}" if hasattr(value, "name") else "",
)
async def test_killed_at_every_boundary_of_the_way_back(world: World, scenario: Scenario, expected: int) -> None:
    names = await boundaries(world, scenario)
    back = names[names.index("undo:begun") :]
    assert len(back) == expected, names
    outcomes = [await kill_at(world, scenario, name) for name in back]
    assert not any(outcome.is_complete for outcome in outcomes)
    _report(scenario, [(outcome.boundary, outcome.is_complete, outcome.recovery_seconds) for outcome in outcomes])


def _report(scenario: Scenario, rows: object) -> None:
    print(json.dumps({"workflow": scenario.workflow, "mood": scenario.name, "kills": rows}))
