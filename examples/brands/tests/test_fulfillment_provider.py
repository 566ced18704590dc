from decimal import Decimal
from typing import Any

import pytest

from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Shop, make_shop
from outside import Outside


@pytest.fixture
async def shop(admin: Client, store: Client) -> Shop:
    shop = await make_shop(admin, store, tax=10)
    path = f"/stock-locations/{shop.location_id}/fulfillment-providers"
    await admin.post(path, {"add": ["parcels_shop"]})
    return shop


async def test_a_parcel_is_priced_by_its_weight_and_booked(shop: Shop, outside: Outside) -> None:
    store, admin = shop.store, shop.admin
    option = await shop.option("Parcel shop", 0, provider_id="parcels_shop", price_type="calculated", prices=[])
    shirt = await shop.product(20, variant={"weight": 400})
    cart = (await shop.cart((shirt, 2), email="a@example.com", shipping_address=shop.address))["id"]

    quote = await store.post(f"/shipping-options/{option}/calculate", {"cart_id": cart, "data": {}})
    assert quote["shipping_option"]["amount"] == Decimal("4.2")  # 3 + 1.5 * 0.8 kg

    methods, fields = f"/carts/{cart}/shipping-methods", {"fields": "total,shipping_total,*shipping_methods"}
    assert (await store.post(methods, {"option_id": option}, expect=400))["message"] == "Choose a parcel shop"
    chosen = [{"option_id": option, "data": {"shop": "17", "note": "hi"}}]
    priced = (await store.post(methods, chosen, fields))["cart"]
    [method] = priced["shipping_methods"]
    assert (method["amount"], method["data"]) == (Decimal("4.2"), {"shop": "17"})
    assert (priced["shipping_total"], priced["total"]) == (Decimal("4.62"), Decimal("48.62"))

    more = {"variant_id": shirt.variant_id, "quantity": 3}
    priced = (await store.post(f"/carts/{cart}/line-items", more, fields))["cart"]
    assert priced["shipping_methods"][0]["amount"] == 6  # 2 kg now

    await shop.pay(cart)
    order = (await store.post(f"/carts/{cart}/complete"))["order"]
    assert order["shipping_total"] == Decimal("6.6")
    items = [{"id": item["id"], "quantity": item["quantity"]} for item in order["items"]]
    await admin.post(f"/orders/{order['id']}/fulfillments", {"items": items})
    fields = {"fields": "id,fulfillments.id,fulfillments.data,fulfillments.labels.tracking_number"}
    [parcel] = (await admin.get(f"/orders/{order['id']}", fields))["order"]["fulfillments"]
    [(number, booked)] = outside.parcels.items()
    assert parcel["data"] == {"number": number, "shop": "17"}
    assert [label["tracking_number"] for label in parcel["labels"]] == [number]
    assert booked["shop"] == "17"

    await admin.post(f"/orders/{order['id']}/fulfillments/{parcel['id']}/cancel")
    assert outside.parcels == {}


async def test_what_others_do_not_price_cannot_be_calculated(shop: Shop) -> None:
    body: dict[str, Any] = {
        "name": "By hand",
        "service_zone_id": shop.zone_id,
        "shipping_profile_id": shop.profile_id,
        "provider_id": "manual_manual",
        "price_type": "calculated",
        "type": {"label": "Hand", "description": "By hand", "code": "hand"},
        "prices": [],
    }
    refused = await shop.admin.post("/shipping-options", body, expect=400)
    assert refused["message"] == "Cannot calcuate pricing for: [By hand] shipping option(s)."  # as the original says it
