"""How many SQL statements a request costs, BEGIN and COMMIT included. More than the figure here is a regression."""

from __future__ import annotations

import json
from typing import Any

import pytest

from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Shop, make_shop
from tests.contract.excerpt import EXCERPT, operations

PUBLISHED: dict[str, dict[str, str] | None] = json.loads(EXCERPT.read_text())
# What the dashboard asks for when it shows an order.
DASHBOARD = (
    "id,status,created_at,canceled_at,email,display_id,currency_code,metadata,total,credit_line_total,item_total,"
    "shipping_subtotal,subtotal,discount_total,discount_subtotal,shipping_total,shipping_tax_total,tax_total,"
    "refundable_total,order_change,*customer,*items,*items.variant,*items.variant.product,*items.variant.options,"
    "+items.variant.manage_inventory,+items.thumbnail,*payment_collections,*payment_collections.payments,"
    "*payment_collections.payments.refunds,*payment_collections.payments.refunds.refund_reason,region.automatic_taxes,"
    "+payment_collections.payments.captures,*shipping_address,*billing_address,*sales_channel,*promotion,"
    "shipping_methods.*,*fulfillments,+fulfillments.shipping_option.service_zone.fulfillment_set.type,"
    "*fulfillments.items,*fulfillments.labels"
)
OTHERWISE = {
    "/admin/feature-flags": 0,
    "/admin/plugins": 0,
    "/store/shipping-options": 2,
}


@pytest.fixture
async def shop(admin: Client, store: Client) -> Shop:
    """A shop of this test."""
    return await make_shop(admin, store)


async def test_every_list_is_one_statement_with_the_keys_of_the_contract(
    visitor: Client, shop: Shop, statements: list[str]
) -> None:
    goods = await shop.product(20)
    cart = await shop.ready_cart((goods, 1))
    needs: dict[str, dict[str, Any]] = {
        "/store/payment-providers": {"region_id": shop.region_id},
        "/store/shipping-options": {"cart_id": cart},
        "/store/products": {"region_id": shop.region_id, "fields": "*variants.calculated_price"},
    }
    document = await visitor.get("/openapi")
    paths = [name.removeprefix("GET ") for name in operations(document) if name.startswith("GET /")]
    lists = [path for path in paths if path.startswith(("/admin/", "/store/")) and "{" not in path]
    lists = [path for path in lists if not path.startswith(("/store/customers", "/store/orders"))]
    assert len(lists) > 40
    counted: dict[str, int] = {}
    for path in lists:
        client = shop.admin if path.startswith("/admin/") else shop.store
        params = needs.get(path)
        await client.request("GET", path[6:], params=params)  # what is kept in memory is there
        statements.clear()
        answer = await client.request("GET", path[6:], params=params)
        counted[path] = len(statements)
        known = PUBLISHED.get(f"GET {path}")
        if known is not None:
            assert set(answer) <= set(known["answer"].split()), path
            assert set(known["answer"].split()) - set(answer) <= {"estimate_count"}, path
    assert counted == {path: OTHERWISE.get(path, 1) for path in lists}


async def test_the_purchase_and_the_order_stay_within_their_statements(shop: Shop, statements: list[str]) -> None:
    goods = await shop.product(20)
    counts: dict[str, int] = {}

    async def step(name: str, client: Client, method: str, path: str, body: Any = None, **params: Any) -> Any:
        statements.clear()
        answer = await client.request(method, path, body=body, params=params or None)
        counts[name] = len(statements)
        return answer

    store, admin = shop.store, shop.admin
    prices = {"region_id": shop.region_id, "fields": "*variants.calculated_price,+variants.inventory_quantity"}
    await store.get("/products", {**prices, "limit": 1})  # the region is kept in memory from now on
    await step("product list", store, "GET", "/products", **prices)
    await step("product detail", store, "GET", f"/products/{goods.id}", **prices)
    cart = (await step("create cart", store, "POST", "/carts", {"region_id": shop.region_id}))["cart"]["id"]
    path = f"/carts/{cart}"
    await step("add line item", store, "POST", f"{path}/line-items", {"variant_id": goods.variant_id, "quantity": 1})
    addresses = {"email": "a@example.com", "shipping_address": shop.address, "billing_address": shop.address}
    await step("set addresses", store, "POST", path, addresses)
    await step("shipping options", store, "GET", "/shipping-options", cart_id=cart)
    await step("add shipping method", store, "POST", f"{path}/shipping-methods", {"option_id": shop.shipping_id})
    await shop.pay(cart)
    await step("cart retrieve", store, "GET", path)
    order = (await step("complete cart", store, "POST", f"{path}/complete"))["order"]["id"]
    await step("store order", store, "GET", f"/orders/{order}")
    await step("admin order", admin, "GET", f"/orders/{order}")
    await step("admin order of the dashboard", admin, "GET", f"/orders/{order}", fields=DASHBOARD)
    assert counts == {
        "product list": 1,
        "product detail": 1,
        "create cart": 5,
        "add line item": 6,
        "set addresses": 7,
        "shipping options": 2,
        "add shipping method": 6,
        "cart retrieve": 1,
        "complete cart": 9,
        "store order": 1,
        "admin order": 1,
        "admin order of the dashboard": 1,
    }
