"""``reference_orders.json``: answers of the original server at stages of orders' lives, numbers only."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medusa.modules.order.totals import decorate_order, summarize
from tests.modules.reference_totals import DIGITS, Row, assert_same, bare, recorded

REFERENCE = recorded(Path(__file__).with_name("reference_orders.json"))


@pytest.mark.parametrize("name", REFERENCE)
def test_totals_of_the_original_server(name: str) -> None:
    expected = {key: value for key, value in REFERENCE[name].items() if key != "summary"}
    order = bare(expected)

    decorate_order(order)

    assert_same(order, expected)


@pytest.mark.parametrize("name", ["placed", "fulfilled", "captured in part"])
def test_summary_of_an_unchanged_order(name: str) -> None:
    order = REFERENCE[name]

    row = summarize(order["total"], order["transactions"]).as_row()

    assert_same(row, order["summary"])
    assert row["raw_paid_total"] == {"value": str(order["summary"]["paid_total"]), "precision": 20}


@pytest.mark.parametrize("name", ["refunded in part", "with credit lines"])
def test_summary_after_a_change_keeps_the_total_before_it(name: str) -> None:
    order, summary = REFERENCE[name], REFERENCE[name]["summary"]
    added = Decimal(order["credit_lines"][-1]["amount"])

    row = summarize(
        order["total"], order["transactions"], original_total=order["total"] + added, credit_line_total=added
    ).as_row()

    assert_same(row, summary)


@pytest.mark.parametrize("name", ["return requested", "return received"])
def test_summary_does_not_demand_what_is_coming_back(name: str) -> None:
    order, summary = REFERENCE[name], REFERENCE[name]["summary"]

    row = summarize(
        order["total"],
        order["transactions"],
        original_total=summary["original_order_total"],
        return_requested_total=Decimal(sum(item["return_requested_total"] for item in order["items"])),
    ).as_row()

    assert_same(row, summary)


def test_order_item_without_a_price_of_its_own_takes_that_of_its_detail() -> None:
    order: Row = {"items": [{"quantity": 2, "unit_price": None, "detail": {"unit_price": Decimal(7)}}]}

    decorate_order(order)

    assert order["total"] == 14


@given(st.integers(1, 9), st.data(), st.decimals("0", "999", places=2), st.sampled_from([0, 21]))
def test_pieces_that_came_back_are_neither_owed_nor_refundable(
    quantity: int, data: st.DataObject, price: Decimal, rate: int
) -> None:
    returned = data.draw(st.integers(0, quantity))
    order: Row = {
        "items": [
            {
                "quantity": quantity,
                "unit_price": price,
                "tax_lines": [{"rate": rate}],
                "adjustments": [{"amount": price * quantity / 10}],
                "detail": {"return_received_quantity": returned},
            }
        ]
    }

    decorate_order(order)

    item = order["items"][0]
    assert abs(item["total"] - item["refundable_total"]) < DIGITS * 10000
    assert abs(item["total"] * quantity - price * quantity * (quantity - returned) * (100 + rate) * 9 / 1000) < 1e-9


@given(st.lists(st.decimals("-500", "500", places=2), max_size=6), st.decimals("0", "1000", places=2))
def test_summary_figures_fit_together(transactions: list[Decimal], total: Decimal) -> None:
    found = summarize(total, transactions)

    assert found.paid_total - found.refunded_total == found.transaction_total == sum(transactions)
    assert found.pending_difference == total - found.transaction_total
    assert min(found.paid_total, found.refunded_total) >= 0
