"""``calculated_price`` in SQL agrees with the pricing module's rule, and prints what the contract prints."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medusa.framework.db import Database, Insert, Session
from medusa.framework.query import Fields, Query
from medusa.modules.pricing.models import Price, PriceList, PriceListRule, PricePreference, PriceRule, PriceSet
from medusa.modules.pricing.selection import CandidatePrice, select_price
from medusa.modules.pricing.selection import PriceRule as Rule
from medusa.modules.product.models import Product, ProductVariant
from medusa.modules.region.models import Region
from medusa.modules.tax.models import TaxRate, TaxRateRule, TaxRegion

FIELDS = Fields.of("variants.calculated_price")
EUR = {"currency_code": "eur", "region_id": "reg_1"}


async def shop(session: Session, *prices: dict[str, Any]) -> None:
    """A product of one variant with these prices; ``rules`` maps attributes to values or (operator, value)."""
    rows: list[dict[str, Any]] = []
    rules: list[dict[str, Any]] = []
    for number, price in enumerate(prices):
        given = dict(price)
        own: dict[str, Any] = given.pop("rules", {})
        row = {
            "id": f"price_{number}",
            "price_set_id": "pset_1",
            "currency_code": "eur",
            "rules_count": len(own),
        } | given
        rows.append({"min_quantity": None, "max_quantity": None, "price_list_id": None} | row)
        for attribute, value in own.items():
            pair: tuple[str, str] = cast("tuple[str, str]", value) if isinstance(value, tuple) else ("eq", value)
            rules.append({"price_id": row["id"], "attribute": attribute, "operator": pair[0], "value": pair[1]})
    await session.write(Insert(Region, [{"id": "reg_1", "name": "Europe", "currency_code": "eur"}]))
    await session.write(Insert(Product, [{"id": "prod_1", "title": "P", "handle": "p"}]))
    await session.write(Insert(ProductVariant, [{"id": "variant_1", "title": "V", "product_id": "prod_1"}]))
    await session.write(Insert(PriceSet, [{"id": "pset_1"}]))
    await session.execute(
        "INSERT INTO product_variant_price_set (variant_id, price_set_id, id) VALUES ('variant_1', 'pset_1', 'l')"
    )
    await session.write(Insert(Price, rows))
    await session.write(Insert(PriceRule, rules))


async def price_of(query: Query, session: Session, **context: Any) -> Any:
    found = await query.one(session, "product", "prod_1", fields=FIELDS, context=EUR | context)
    assert found is not None
    return json.loads(found)["variants"][0]["calculated_price"]


async def amount_of(query: Query, session: Session, **context: Any) -> Any:
    price = await price_of(query, session, **context)
    return price and price["calculated_amount"]


async def test_shape(query: Query, session: Session) -> None:
    await shop(session, {"amount": Decimal("9.90"), "min_quantity": 0})
    assert await price_of(query, session) == {
        "id": "pset_1",
        "is_calculated_price_price_list": False,
        "is_calculated_price_tax_inclusive": False,
        "calculated_amount": 9.9,
        "raw_calculated_amount": {"value": "9.9", "precision": 20},
        "is_original_price_price_list": False,
        "is_original_price_tax_inclusive": False,
        "original_amount": 9.9,
        "raw_original_amount": {"value": "9.9", "precision": 20},
        "currency_code": "eur",
        "calculated_price": {
            "id": "price_0",
            "price_list_id": None,
            "price_list_type": None,
            "min_quantity": None,
            "max_quantity": None,
        },
        "original_price": {
            "id": "price_0",
            "price_list_id": None,
            "price_list_type": None,
            "min_quantity": None,
            "max_quantity": None,
        },
    }


async def test_no_price(query: Query, session: Session) -> None:
    await shop(session, {"amount": 5, "currency_code": "usd"})
    assert await price_of(query, session) is None


async def test_currency_of_the_region(query: Query, session: Session) -> None:
    await shop(session, {"amount": 5}, {"amount": 1, "currency_code": "usd"})
    price = await price_of(query, session, currency_code=None)
    assert (price["calculated_amount"], price["currency_code"]) == (5, "eur")


@pytest.mark.parametrize(
    ("prices", "by_quantity"),
    [
        ([{"amount": 100}, {"amount": 80, "min_quantity": 1}], {None: 80, 1: 80, 6: 80}),
        ([{"amount": 100}, {"amount": 80, "max_quantity": 5}], {None: 80, 1: 80, 6: 100}),
        ([{"amount": 100}, {"amount": 90, "min_quantity": 2}], {None: 100, 1: 100, 2: 90}),
        ([{"amount": 90, "min_quantity": 2}], {None: None, 1: None, 2: 90}),
        ([{"amount": 100}, {"amount": 80, "min_quantity": 0, "max_quantity": 0}], {None: 80, 1: 100}),
        ([{"amount": 100}, {"amount": 120, "rules": {"region_id": "reg_1"}, "min_quantity": 2}], {None: 100, 2: 120}),
        ([{"amount": 100}, {"amount": 50, "rules": {"region_id": "reg_2"}}], {None: 100, 2: 100}),
    ],
)
async def test_quantities_as_the_original_chose(
    query: Query, session: Session, prices: list[dict[str, Any]], by_quantity: dict[int | None, int | None]
) -> None:
    await shop(session, *prices)
    assert {quantity: await amount_of(query, session, quantity=quantity) for quantity in by_quantity} == by_quantity


async def test_rules_on_groups_and_numbers(query: Query, session: Session) -> None:
    await shop(
        session,
        {"amount": 100},
        {"amount": 90, "rules": {"customer.groups.id": "cusgroup_1"}},
        {"amount": 80, "rules": {"item_total": ("gte", "50")}},
        {"amount": 70, "rules": {"item_total": ("gte", "much")}},
    )
    assert await amount_of(query, session) == 100
    assert await amount_of(query, session, customer_group_ids=["cusgroup_1", "cusgroup_2"]) == 90
    assert await amount_of(query, session, customer_group_ids=["cusgroup_2"]) == 100
    assert await amount_of(query, session, pricing_context={"item_total": 50}) == 80
    assert await amount_of(query, session, pricing_context={"item_total": "49.99"}) == 100
    assert await amount_of(query, session, pricing_context={"item_total": "many"}) == 100


async def test_tax_inclusion_by_preference(query: Query, session: Session) -> None:
    await shop(session, {"amount": 100}, {"amount": 90, "min_quantity": 2, "rules": {"region_id": "reg_1"}})
    await session.write(
        Insert(PricePreference, [{"attribute": "region_id", "value": "reg_1", "is_tax_inclusive": True}])
    )
    assert (await price_of(query, session))["is_calculated_price_tax_inclusive"] is False
    assert (await price_of(query, session, quantity=2))["is_calculated_price_tax_inclusive"] is True
    await session.write(
        Insert(PricePreference, [{"attribute": "currency_code", "value": "eur", "is_tax_inclusive": True}])
    )
    assert (await price_of(query, session))["is_calculated_price_tax_inclusive"] is True


async def taxes(session: Session) -> None:
    regions: list[dict[str, Any]] = [
        {"id": "txreg_1", "country_code": "lt", "province_code": None, "parent_id": None},
        {"id": "txreg_2", "country_code": "lt", "province_code": "lt-vl", "parent_id": "txreg_1"},
    ]
    await session.write(Insert(TaxRegion, regions))
    rates: list[dict[str, Any]] = [
        {
            "id": "txr_1",
            "tax_region_id": "txreg_1",
            "rate": 21,
            "code": "vat",
            "is_default": True,
            "is_combinable": False,
        },
        {
            "id": "txr_2",
            "tax_region_id": "txreg_1",
            "rate": 9,
            "code": "low",
            "is_default": False,
            "is_combinable": False,
        },
        {
            "id": "txr_3",
            "tax_region_id": "txreg_2",
            "rate": 5,
            "code": "city",
            "is_default": True,
            "is_combinable": True,
        },
    ]
    await session.write(Insert(TaxRate, [{**rate, "name": rate["code"]} for rate in rates]))


async def with_tax(query: Query, session: Session, **context: Any) -> tuple[Any, Any]:
    price = await price_of(query, session, **context)
    return price["calculated_amount_with_tax"], price["calculated_amount_without_tax"]


async def test_tax_of_the_place(query: Query, session: Session) -> None:
    await shop(session, {"amount": 100})
    await taxes(session)
    assert await with_tax(query, session, country_code="LT") == (121, 100)
    assert await with_tax(query, session, country_code="lt", province_code="LT-VL") == (126, 100)
    assert await with_tax(query, session, country_code="lt", province_code="lt-xx") == (121, 100)
    assert await with_tax(query, session, country_code="us") == (100, 100)
    rule = {"tax_rate_id": "txr_2", "reference": "product", "reference_id": "prod_1"}
    await session.write(Insert(TaxRateRule, [rule]))
    assert await with_tax(query, session, country_code="lt") == (109, 100)
    assert await with_tax(query, session, country_code="lt", province_code="lt-vl") == (114, 100)
    await session.execute("UPDATE tax_rate SET is_combinable = false WHERE id = 'txr_3'")
    assert await with_tax(query, session, country_code="lt", province_code="lt-vl") == (105, 100)


async def test_tax_in_the_price(query: Query, session: Session) -> None:
    await shop(session, {"amount": 121})
    await taxes(session)
    await session.write(
        Insert(PricePreference, [{"attribute": "currency_code", "value": "eur", "is_tax_inclusive": True}])
    )
    assert await with_tax(query, session, country_code="lt") == (121, 100)


@pytest.mark.parametrize(
    ("inclusive", "amount", "rate", "with_tax", "without_tax"),
    [(False, 60, 25, "75", "60"), (True, 61, 25, "61", "48.8"), (True, 61, 21, "61", "50.4132231404958677686")],
)
async def test_printed_amounts_with_and_without_tax(
    query: Query, session: Session, inclusive: bool, amount: int, rate: int, with_tax: str, without_tax: str
) -> None:
    await shop(session, {"amount": amount})
    await taxes(session)
    await session.execute("UPDATE tax_rate SET rate = $1 WHERE id = 'txr_1'", Decimal(rate))
    await session.write(
        Insert(PricePreference, [{"attribute": "currency_code", "value": "eur", "is_tax_inclusive": inclusive}])
    )
    found = await query.one(session, "product", "prod_1", fields=FIELDS, context=EUR | {"country_code": "lt"})
    assert found is not None
    price = json.loads(found, parse_int=str, parse_float=str)["variants"][0]["calculated_price"]
    assert {key: value for key, value in price.items() if key.endswith("_tax")} == {
        "calculated_amount_with_tax": with_tax,
        "calculated_amount_without_tax": without_tax,
        "original_amount_with_tax": with_tax,
        "original_amount_without_tax": without_tax,
    }


async def sale(session: Session, **changes: Any) -> None:
    price_list = {"id": "plist_1", "title": "Sale", "description": "", "status": "active", "type": "sale"} | changes
    await session.write(Insert(PriceList, [price_list]))


@pytest.mark.parametrize(
    ("changes", "amount", "expected"),
    [
        ({}, 80, (80, 100, "sale", None)),
        ({}, 120, (100, 100, None, None)),
        ({"type": "override"}, 120, (120, 120, "override", "override")),
        ({"status": "draft"}, 80, (100, 100, None, None)),
        ({"starts_at": "2999-01-01T00:00:00Z"}, 80, (100, 100, None, None)),
        ({"ends_at": "2001-01-01T00:00:00Z"}, 80, (100, 100, None, None)),
        ({"starts_at": "2001-01-01T00:00:00Z", "ends_at": "2999-01-01T00:00:00Z"}, 80, (80, 100, "sale", None)),
    ],
)
async def test_price_lists(
    query: Query, session: Session, changes: dict[str, Any], amount: int, expected: tuple[Any, ...]
) -> None:
    await sale(session, **changes)
    await shop(session, {"amount": 100}, {"amount": amount, "price_list_id": "plist_1"})
    price = await price_of(query, session)
    found = (
        price["calculated_amount"],
        price["original_amount"],
        price["calculated_price"]["price_list_type"],
        price["original_price"]["price_list_type"],
    )
    assert found == expected
    assert price["is_calculated_price_price_list"] is (expected[2] is not None)


async def test_price_list_of_a_group(query: Query, session: Session) -> None:
    await sale(session, rules_count=1)
    rule = {"price_list_id": "plist_1", "attribute": "customer.groups.id", "value": ["cusgroup_1"]}
    await session.write(Insert(PriceListRule, [rule]))
    await shop(session, {"amount": 100}, {"amount": 80, "price_list_id": "plist_1"})
    assert await amount_of(query, session) == 100
    assert await amount_of(query, session, customer_group_ids=["cusgroup_1"]) == 80


rules = st.dictionaries(
    st.sampled_from(["region_id", "customer.groups.id", "item_total"]),
    st.sampled_from(["reg_1", "g1", "10", "20"]),
    max_size=2,
)
operators = st.sampled_from(["eq", "gt", "gte", "lt", "lte"])
quantities = st.none() | st.integers(1, 4)
candidates = st.lists(
    st.fixed_dictionaries(
        {"amount": st.integers(1, 5), "min_quantity": quantities, "max_quantity": quantities, "rules": rules},
    ),
    max_size=5,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prices=candidates, operator=operators, quantity=st.integers(1, 5), total=st.none() | st.integers(9, 21))
async def test_sql_chooses_as_the_rule_does(
    query: Query,
    tables: Database,
    prices: list[dict[str, Any]],
    operator: str,
    quantity: int,
    total: int | None,
) -> None:
    more = {} if total is None else {"item_total": total}
    given_rules = [
        {key: ("eq" if key != "item_total" else operator, value) for key, value in price["rules"].items()}
        for price in prices
    ]
    expected = select_price(
        [
            CandidatePrice(
                f"price_{number}",
                "eur",
                Decimal(price["amount"]),
                price["min_quantity"],
                price["max_quantity"],
                tuple(Rule(key, value, op) for key, (op, value) in given_rules[number].items()),
            )
            for number, price in enumerate(prices)
        ],
        EUR | more | {"quantity": quantity, "customer.groups.id": ["g1", "g2"]},
    )
    async with tables.session() as session:
        await shop(session, *({**price, "rules": rule} for price, rule in zip(prices, given_rules, strict=True)))
        found = await price_of(
            query, session, quantity=quantity, customer_group_ids=["g1", "g2"], pricing_context=more or None
        )
        await session.execute("ROLLBACK")
        await session.execute("BEGIN")
    assert (found and found["calculated_price"]["id"]) == (expected and expected.id)
