"""Taxes and shipping prices of providers outside: asked in no transaction, and nothing is half written when they fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from medusa.framework.app import App
from medusa.framework.db import Database
from medusa.framework.errors import InvalidData
from medusa.framework.ids import ulid
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Goods, Shop, make_shop
from medusa.framework.workflows import WorkflowContext
from medusa.modules.cart.state import Cart
from medusa.modules.fulfillment import CalculatedShippingPrice, FulfillmentProvider
from medusa.modules.fulfillment.provider import Data
from medusa.modules.tax import LineToTax, ProvidedTax, ShippingToTax, TaxContext, TaxProvider
from medusa.workflows.cart.shipping_facts import shipping_options_for_cart

FIELDS = {
    "fields": "id,total,tax_total,items.quantity,items.tax_lines.*,*shipping_methods,shipping_methods.tax_lines.*"
}


class TaxOffice(TaxProvider):
    """Takes ten per cent of goods and five of shipping."""

    identifier = "office"

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.asked: list[tuple[Sequence[LineToTax], Sequence[ShippingToTax], TaxContext]] = []
        self.open_transactions: list[int] = []
        self.failure: Exception | None = None
        self.meanwhile: list[Any] = []

    async def tax_lines(
        self, lines: Sequence[LineToTax], shipping: Sequence[ShippingToTax], context: TaxContext
    ) -> Mapping[str, Sequence[ProvidedTax]]:
        self.asked.append((lines, shipping, context))
        async with self.database.reader() as session:
            self.open_transactions.append(
                await session.fetch_value(
                    "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND xact_start IS NOT NULL"
                )
            )
        if self.failure is not None:
            raise self.failure
        for act in self.meanwhile:
            self.meanwhile = []
            await act()
        goods = {line.id: [ProvidedTax(rate=Decimal(10), code="goods", name="Goods")] for line in lines}
        return goods | {way.id: [ProvidedTax(rate=Decimal(5), code="way", name="Way")] for way in shipping}


class Carrier(FulfillmentProvider):
    """Takes one for each piece, and more for fragile ones."""

    identifier = "carrier"
    failure: Exception | None = None

    async def can_calculate(self, option: Data) -> bool:
        return True

    async def validate_fulfillment_data(self, option_data: Data, data: Data, context: Data) -> dict[str, Any]:
        if data.get("fragile") not in (None, True, False):
            raise InvalidData("Fragile or not?")
        return {**data, "seen": context["from_location"]["name"]}

    async def calculate_price(self, option_data: Data, data: Data, context: Data) -> CalculatedShippingPrice:
        if self.failure is not None:
            raise self.failure
        pieces = sum(item["quantity"] for item in context["items"])
        return CalculatedShippingPrice(
            Decimal(pieces * (2 if data.get("fragile") else 1)), bool(option_data.get("incl"))
        )


@pytest.fixture(scope="module")
async def office(app: App) -> AsyncIterator[TaxOffice]:
    office = TaxOffice(app.database)
    app.providers.add(office, "x")
    async with app.database.session() as session:
        await session.execute("INSERT INTO tax_provider (id) VALUES ('tp_office_x')")
    yield office
    async with app.database.session() as session:
        await session.execute("UPDATE tax_region SET provider_id = NULL WHERE provider_id = 'tp_office_x'")
        await session.execute("DELETE FROM tax_provider WHERE id = 'tp_office_x'")


@pytest.fixture(scope="module")
async def carrier(app: App) -> AsyncIterator[Carrier]:
    carrier = Carrier()
    app.providers.add(carrier, "x")
    async with app.database.session() as session:
        await session.execute("INSERT INTO fulfillment_provider (id) VALUES ('carrier_x')")
    yield carrier
    async with app.database.session() as session:
        await session.execute("UPDATE shipping_option SET provider_id = NULL WHERE provider_id = 'carrier_x'")
        await session.execute("DELETE FROM location_fulfillment_provider WHERE fulfillment_provider_id = 'carrier_x'")
        await session.execute("DELETE FROM fulfillment_provider WHERE id = 'carrier_x'")


@pytest.fixture
async def shop(admin: Client, store: Client, office: TaxOffice, carrier: Carrier) -> Shop:
    office.__init__(office.database)  # type: ignore[misc]
    carrier.failure = None
    shop = await make_shop(admin, store, tax=None)
    rate = {"name": "VAT", "code": "vat", "rate": 20}
    body = {"country_code": shop.country, "provider_id": "tp_office_x", "default_tax_rate": rate}
    await admin.post("/tax-regions", body)
    path = f"/stock-locations/{shop.location_id}/fulfillment-providers"
    await admin.post(path, {"add": ["carrier_x"]})
    return shop


async def calculated(shop: Shop, **data: Any) -> str:
    """A calculated option of the carrier."""
    more = {"provider_id": "carrier_x", "price_type": "calculated", "prices": list[Any](), "data": data}
    return await shop.option("Carrier", 0, **more)


async def a_cart(shop: Shop, *lines: tuple[Goods, int]) -> str:
    address = {**shop.address, "province": "ON", "postal_code": "K1A"}
    cart = await shop.cart(*lines, email=f"{ulid().lower()}@example.com", shipping_address=address)
    return str(cart["id"])


async def seen(shop: Shop, cart: str) -> Any:
    return (await shop.store.get(f"/carts/{cart}", FIELDS))["cart"]


async def test_the_office_is_asked_in_no_transaction_and_with_what_it_needs(shop: Shop, office: TaxOffice) -> None:
    goods = await shop.product(20)
    cart = await a_cart(shop, (goods, 2))
    [(lines, shipping, context)] = office.asked
    assert (lines[0].product_id, lines[0].quantity, lines[0].currency_code) == (goods.id, 2, "eur")
    assert lines[0].unit_price == 20
    assert [rate.rate for rate in lines[0].rates] == [20]  # the merchant's own, which the office passes over
    assert shipping == ()
    address = context.address
    assert (address.country_code, address.province_code, address.postal_code) == (shop.country, "on", "K1A")

    office.asked.clear()
    methods = f"/carts/{cart}/shipping-methods"
    taxed = (await shop.store.post(methods, {"option_id": shop.shipping_id}, FIELDS))["cart"]
    assert [(len(lines), len(shipping)) for lines, shipping, _ in office.asked] == [(1, 0), (0, 1)]
    assert [(line["rate"], line["code"], line["provider_id"]) for line in taxed["items"][0]["tax_lines"]] == [
        (10, "goods", "office")
    ]
    assert taxed["tax_total"] == Decimal("4.25")
    assert set(office.open_transactions) == {0}

    tax_line = taxed["items"][0]["tax_lines"][0]["id"]
    again = (await shop.store.post(f"/carts/{cart}/taxes", {}, FIELDS))["cart"]
    assert again["items"][0]["tax_lines"][0]["id"] == tax_line  # what stays the same is not written again


@pytest.mark.parametrize(
    ("failure", "status", "message"),
    [
        (ConnectionError("no route"), 503, "The tax provider tp_office_x does not answer: try again"),
        (InvalidData("There is no such place"), 400, "There is no such place"),
        (RuntimeError("a bug"), 500, "An unknown error occurred."),
    ],
)
async def test_a_failing_office_leaves_the_cart_as_it_was(
    shop: Shop, office: TaxOffice, failure: Exception, status: int, message: str
) -> None:
    goods = await shop.product(20)
    cart = await a_cart(shop, (goods, 2))
    before = await seen(shop, cart)
    office.failure = failure
    line = {"variant_id": goods.variant_id, "quantity": 1}
    refused = await shop.store.post(f"/carts/{cart}/line-items", line, expect=status)
    assert refused["message"] == message
    assert await seen(shop, cart) == before


async def test_a_change_meanwhile_is_asked_about_again(shop: Shop, office: TaxOffice) -> None:
    goods = await shop.product(20)
    cart = await a_cart(shop, (goods, 1))
    line = {"variant_id": goods.variant_id, "quantity": 1}

    async def change() -> None:
        await shop.store.post(f"/carts/{cart}/line-items", line)

    office.meanwhile = [change]
    await asyncio.wait_for(change(), 60)
    after = await seen(shop, cart)
    assert (after["items"][0]["quantity"], after["tax_total"]) == (3, 6)
    assert [lines[0].quantity for lines, _, _ in office.asked] == [1, 2, 2, 3]


async def test_a_calculated_option_is_chosen_and_follows_the_cart(shop: Shop) -> None:
    goods = await shop.product(20)
    option, cart = await calculated(shop), await a_cart(shop, (goods, 2))
    methods = f"/carts/{cart}/shipping-methods"
    refused = await shop.store.post(methods, {"option_id": option, "data": {"fragile": 3}}, expect=400)
    assert refused["message"] == "Fragile or not?"

    chosen = (await shop.store.post(methods, [{"option_id": option, "data": {"fragile": True}}], FIELDS))["cart"]
    [method] = chosen["shipping_methods"]
    assert (method["amount"], method["is_tax_inclusive"], method["data"]["fragile"]) == (4, False, True)
    assert method["data"]["seen"].startswith("Warehouse")
    line = {"variant_id": goods.variant_id, "quantity": 1}
    assert (await shop.store.post(f"/carts/{cart}/line-items", line, FIELDS))["cart"]["shipping_methods"][0][
        "amount"
    ] == 6
    await shop.pay(cart)
    order = (await shop.store.post(f"/carts/{cart}/complete"))["order"]
    assert order["shipping_total"] == Decimal("6.3")


async def test_a_price_can_include_the_tax(shop: Shop) -> None:
    option, cart = await calculated(shop, incl=True), await a_cart(shop, (await shop.product(20), 2))
    chosen = await shop.store.post(f"/carts/{cart}/shipping-methods", {"option_id": option}, FIELDS)
    assert chosen["cart"]["shipping_methods"][0]["is_tax_inclusive"] is True
    assert chosen["cart"]["total"] == 46  # 40 and a tenth, and 2 for shipping as they are


async def test_several_options_at_once(shop: Shop) -> None:
    profile = await shop.admin.post("/shipping-profiles", {"name": f"Gifts {shop.country}", "type": "gift"})
    gift = await shop.product(5, shipping_profile_id=profile["shipping_profile"]["id"])
    wrapped = await shop.option("Wrapped", 3, shipping_profile_id=profile["shipping_profile"]["id"])
    option, cart = await calculated(shop), await a_cart(shop, (await shop.product(20), 2), (gift, 1))
    both: list[dict[str, Any]] = [{"option_id": option, "data": {}}, {"option_id": wrapped}]
    chosen = await shop.store.post(f"/carts/{cart}/shipping-methods", both, FIELDS)
    assert sorted(method["amount"] for method in chosen["cart"]["shipping_methods"]) == [3, 3]
    assert (await shop.store.post(f"/carts/{cart}/shipping-methods", [], expect=400))["type"] == "invalid_data"


async def test_a_carrier_that_is_away_refuses_the_change(shop: Shop, carrier: Carrier) -> None:
    goods = await shop.product(20)
    option, cart = await calculated(shop), await a_cart(shop, (goods, 2))
    await shop.store.post(f"/carts/{cart}/shipping-methods", {"option_id": option})
    before = await seen(shop, cart)
    carrier.failure = TimeoutError()
    line = {"variant_id": goods.variant_id, "quantity": 1}
    refused = await shop.store.post(f"/carts/{cart}/line-items", line, expect=503)
    assert refused["message"] == "The fulfillment provider carrier_x does not answer: try again"
    assert await seen(shop, cart) == before
    quote = await shop.store.post(f"/shipping-options/{option}/calculate", {"cart_id": cart}, expect=503)
    assert quote["message"] == refused["message"]


async def test_a_quote_before_choosing(shop: Shop) -> None:
    option, cart = await calculated(shop), await a_cart(shop, (await shop.product(20), 2))
    path = f"/shipping-options/{option}/calculate"
    quoted = await shop.store.post(path, {"cart_id": cart, "data": {"fragile": True}}, {"fields": "id,name"})
    assert quoted["shipping_option"] == {
        "id": option,
        "name": "Carrier",
        "calculated_price": {"calculated_amount": 4, "is_calculated_price_tax_inclusive": False},
        "amount": 4,
        "is_tax_inclusive": False,
    }
    flat = f"/shipping-options/{shop.shipping_id}/calculate"
    assert "is not calculated" in (await shop.store.post(flat, {"cart_id": cart}, expect=400))["message"]
    await shop.store.post(path, {"cart_id": "cart_none"}, expect=404)


async def test_a_provider_that_is_gone_is_named(shop: Shop, app: App) -> None:
    async with app.database.session() as session:
        await session.execute("INSERT INTO tax_provider (id) VALUES ('tp_gone') ON CONFLICT DO NOTHING")
        await session.execute("UPDATE tax_region SET provider_id = 'tp_gone' WHERE country_code = $1", shop.country)
    try:
        body = {
            "region_id": shop.region_id,
            "items": [{"variant_id": (await shop.product(1)).variant_id, "quantity": 1}],
        }
        refused = await shop.store.post("/carts", body, expect=404)
        assert refused["message"] == "Unable to retrieve the tax provider with id: tp_gone"
    finally:
        async with app.database.session() as session:
            await session.execute("UPDATE tax_region SET provider_id = NULL WHERE provider_id = 'tp_gone'")
            await session.execute("DELETE FROM tax_provider WHERE id = 'tp_gone'")


async def test_an_application_adds_what_rules_of_options_ask_for(shop: Shop) -> None:
    rule = {"attribute": "depot", "operator": "in", "value": ["north", "south"]}
    option = await shop.option("By depot", 7, rules=[rule])
    cart = await a_cart(shop, (await shop.product(20), 1))

    async def depot(ctx: WorkflowContext, cart: Cart) -> dict[str, Any]:
        assert cart.items
        return {"depot": ["south", "east"]}

    async def offered() -> list[str]:
        answer = await shop.store.get("/shipping-options", {"cart_id": cart})
        return [each["id"] for each in answer["shipping_options"] if each["name"] == "By depot"]

    assert await offered() == []
    handlers = shipping_options_for_cart.handlers["set_shipping_options_context"]
    handlers.append(depot)
    try:
        assert await offered() == [option]
        await shop.store.post(f"/carts/{cart}/shipping-methods", {"option_id": option})
    finally:
        handlers.remove(depot)
    refused = await shop.store.post(f"/carts/{cart}/shipping-methods", {"option_id": option}, expect=400)
    assert refused["message"] == "Shipping Options are invalid for cart."


async def test_prices_of_products_are_shown_with_the_tax_of_the_office(shop: Shop, office: TaxOffice) -> None:
    goods = await shop.product(20)
    query = {"region_id": shop.region_id, "country_code": shop.country, "fields": "id,*variants.calculated_price"}
    page = await shop.store.get("/products", {**query, "id": goods.id})
    [price] = [variant["calculated_price"] for variant in page["products"][0]["variants"]]
    assert (price["calculated_amount"], price["calculated_amount_with_tax"]) == (20, 22)
    assert (price["original_amount_with_tax"], price["original_amount_without_tax"]) == (22, 20)
    assert page["count"] == 1
    [(lines, _, context)] = office.asked
    assert [rate.rate for rate in lines[0].rates] == [20]
    assert context.address.country_code == shop.country

    one = (await shop.store.get(f"/products/{goods.id}", query))["product"]
    assert one["variants"][0]["calculated_price"] == price
    without = await shop.store.get("/products", {"region_id": shop.region_id, "id": goods.id})
    assert "calculated_amount_with_tax" not in without["products"][0]["variants"][0]["calculated_price"]
    assert len(office.asked) == 2

    office.failure = ConnectionError()
    refused = await shop.store.get("/products", query, expect=503)
    assert refused["message"] == "The tax provider tp_office_x does not answer: try again"
