"""Whatever is done to a cart, in whatever order: its figures add up, are never negative, and are the same when read again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medusa.framework.ids import ulid
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Goods, Shop, make_shop

DIGITS = {"jpy": 0, "eur": 2, "kwd": 3}
UNITS = (1, 333, 1999, 123456789)
TAX = 7.7
# Amounts are exact; what is shown of a quotient has 20 digits.
_NOISE = Decimal("1e-9")


@dataclass(frozen=True, slots=True)
class Operation:
    """Something a customer does; ``which`` picks among what there is."""

    kind: Literal["add", "set", "remove", "ship", "code", "uncode"]
    which: int
    quantity: int


operations = st.lists(
    st.builds(
        Operation,
        st.sampled_from(["add", "add", "set", "remove", "ship", "code", "uncode"]),
        st.integers(0, 3),
        st.integers(0, 4),
    ),
    max_size=9,
)


@dataclass(frozen=True, slots=True)
class Range:
    """What a shop sells in one currency."""

    shop: Shop
    goods: list[Goods]
    options: list[str]
    codes: list[str]


async def _range(admin: Client, store: Client, currency: str) -> Range:
    shop = await make_shop(admin, store, tax=TAX, currency=currency)
    unit = Decimal(1).scaleb(-DIGITS[currency])
    goods = [await shop.product(amount * unit, stock=10_000) for amount in UNITS]  # type: ignore[arg-type]
    options = [shop.shipping_id, await shop.option("Express", 777 * unit)]  # type: ignore[arg-type]
    percentage = {"type": "percentage", "value": 15, "target_type": "items", "allocation": "across"}
    fixed = {"type": "fixed", "value": 500 * unit, "currency_code": currency, "target_type": "items"}
    shipping = {"type": "percentage", "value": 33, "target_type": "shipping_methods", "allocation": "across"}
    codes = [
        await _promotion(admin, method)
        for method in (percentage, {**fixed, "allocation": "across"}, shipping)
    ]  # fmt: skip
    return Range(shop, goods, options, codes)


async def _promotion(admin: Client, method: dict[str, Any]) -> str:
    code = ulid()
    body = {"code": code, "type": "standard", "status": "active", "is_automatic": False, "application_method": method}
    await admin.post("/promotions", body)
    return code


async def _apply(range: Range, cart: dict[str, Any], operation: Operation) -> dict[str, Any]:
    """The cart after the operation; the same cart where there is nothing to do it to."""
    store, path, lines = range.shop.store, f"/carts/{cart['id']}", cart["items"]
    line = lines[operation.which % len(lines)]["id"] if lines else None
    match operation.kind:
        case "add":
            variant = range.goods[operation.which].variant_id
            body = {"variant_id": variant, "quantity": operation.quantity + 1}
            return _cart(await store.post(f"{path}/line-items", body))
        case "set" if line:
            return _cart(await store.post(f"{path}/line-items/{line}", {"quantity": operation.quantity}))
        case "remove" if line:
            return _cart({"cart": (await store.delete(f"{path}/line-items/{line}"))["parent"]})
        case "ship":
            option = range.options[operation.which % len(range.options)]
            return _cart(await store.post(f"{path}/shipping-methods", {"option_id": option}))
        case "code":
            code = range.codes[operation.which % len(range.codes)]
            return _cart(await store.post(f"{path}/promotions", {"promo_codes": [code]}))
        case "uncode":
            code = range.codes[operation.which % len(range.codes)]
            return _cart(await store.delete(f"{path}/promotions", {"promo_codes": [code]}))
        case _:
            return cart


def _cart(answer: Any) -> dict[str, Any]:
    cart: dict[str, Any] = answer["cart"]
    return cart


def _sum(rows: Iterable[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows), Decimal(0))


def _is_total(name: str) -> bool:
    return name.endswith("total") and not name.startswith("raw_")


def _same(left: Decimal | int, right: Decimal | int, what: str) -> None:
    assert abs(Decimal(left) - Decimal(right)) < _NOISE, f"{what}: {left} is not {right}"


def check_figures(cart: dict[str, Any]) -> None:
    """The parts add up to the whole, and nothing is negative."""
    lines, methods = cart["items"], cart["shipping_methods"]
    for thing in (cart, *lines, *methods):
        negative = {name: thing[name] for name in thing if _is_total(name) and thing[name] < 0}
        assert negative == {}
    for name in ("total", "subtotal", "tax_total", "discount_total"):
        _same(cart[f"item_{name}"], _sum(lines, name), f"item_{name}")
        _same(cart[f"shipping_{name}"], _sum(methods, name), f"shipping_{name}")
    _same(cart["total"], cart["item_total"] + cart["shipping_total"], "total")
    _same(cart["tax_total"], cart["item_tax_total"] + cart["shipping_tax_total"], "tax_total")
    _same(cart["total"], cart["subtotal"] - cart["discount_subtotal"] + cart["tax_total"], "total of its parts")
    for line in lines:
        _same(line["subtotal"], line["unit_price"] * line["quantity"], "subtotal of a line")
        _same(line["total"], line["subtotal"] - line["discount_subtotal"] + line["tax_total"], "total of a line")
        taxed = (line["subtotal"] - line["discount_subtotal"]) * Decimal(str(TAX)) / 100
        _same(line["tax_total"], taxed, "tax of a line")
        assert line["discount_subtotal"] <= line["subtotal"]


@pytest.fixture(params=DIGITS)
async def sold(request: pytest.FixtureRequest, admin: Client, store: Client) -> Range:
    """A shop in each currency."""
    return await _range(admin, store, request.param)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=operations)
async def test_figures_add_up_in_any_order_of_operations(sold: Range, steps: list[Operation]) -> None:
    store = sold.shop.store
    body = {"region_id": sold.shop.region_id, "shipping_address": sold.shop.address}
    cart = _cart(await store.post("/carts", body))
    for step in steps:
        cart = await _apply(sold, cart, step)
        assert _cart(await store.get(f"/carts/{cart['id']}")) == cart
        check_figures(_cart(await store.get(f"/carts/{cart['id']}", {"fields": "*items,*shipping_methods,+total"})))
