from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from medusa.framework.db import Session
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Shop, make_shop


async def test_new_cart_takes_currency_country_and_channel_from_its_surroundings(shop: Shop) -> None:
    cart = await shop.cart()
    assert (cart["currency_code"], cart["region_id"]) == ("eur", shop.region_id)
    assert cart["sales_channel_id"] == shop.store.state["sales_channel_id"]
    assert cart["shipping_address"]["country_code"] == shop.country
    assert (cart["items"], cart["total"], cart["email"], cart["customer_id"]) == ([], 0, None, None)
    assert (await shop.store.get(f"/carts/{cart['id']}"))["cart"] == cart


async def test_region_and_currency_are_checked(shop: Shop) -> None:
    answer = await shop.store.post("/carts", {"region_id": "reg_none"}, expect=404)
    assert answer == {"type": "not_found", "message": "No regions found"}
    answer = await shop.store.post("/carts", {"region_id": shop.region_id, "currency_code": "usd"}, expect=400)
    assert answer["message"] == "Currency code usd does not match the region's currency code eur"


async def test_sales_channel_must_be_the_keys(shop: Shop) -> None:
    body = {"region_id": shop.region_id, "sales_channel_id": "sc_none"}
    answer = await shop.store.post("/carts", body, expect=400)
    assert answer["errors"] == [
        "Sales channel ID in payload sc_none is not associated with the Publishable API Key in the header."
    ]


async def test_guest_is_made_once_for_an_address(shop: Shop) -> None:
    first, second = await shop.cart(email="Ada@Example.com"), await shop.cart(email="ada@example.com")
    assert first["email"] == "Ada@Example.com"
    assert first["customer"]["email"] == "ada@example.com"
    assert first["customer_id"] == second["customer_id"]


async def test_same_variant_with_equal_metadata_is_one_line(shop: Shop) -> None:
    goods, cart = await shop.product(20), await shop.cart()
    path = f"/carts/{cart['id']}/line-items"
    line: dict[str, Any] = {"variant_id": goods.variant_id, "quantity": 1, "metadata": {"gift": True}}
    await shop.store.post(path, line)
    answer = await shop.store.post(path, {**line, "quantity": 2})
    assert [(item["quantity"], item["unit_price"]) for item in answer["cart"]["items"]] == [(3, 20)]
    assert (answer["cart"]["total"], answer["cart"]["tax_total"]) == (66, 6)
    answer = await shop.store.post(path, {"variant_id": goods.variant_id, "quantity": 1})
    assert sorted(item["quantity"] for item in answer["cart"]["items"]) == [1, 3]


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        (0, "Invalid request: Value for field 'quantity' too small, expected at least: '0'"),
        (-1, "Invalid request: Value for field 'quantity' too small, expected at least: '0'"),
        ("2", "Invalid request: Expected type: 'number' for field 'quantity', got: '2'"),
        (10**9, "Some variant does not have the required inventory"),
    ],
)
async def test_impossible_quantity_writes_nothing(shop: Shop, session: Session, quantity: Any, message: str) -> None:
    goods, cart = await shop.product(20), await shop.cart()
    body = {"variant_id": goods.variant_id, "quantity": quantity}
    answer = await shop.store.post(f"/carts/{cart['id']}/line-items", body, expect=400)
    assert answer["message"] == message
    assert await session.fetch_value("SELECT count(*) FROM cart_line_item WHERE cart_id = $1", cart["id"]) == 0


async def test_fraction_of_a_piece_is_rounded(shop: Shop) -> None:
    goods, cart = await shop.product(20), await shop.cart()
    body = {"variant_id": goods.variant_id, "quantity": Decimal("1.5")}
    answer = await shop.store.post(f"/carts/{cart['id']}/line-items", body)
    assert (answer["cart"]["items"][0]["quantity"], answer["cart"]["item_subtotal"]) == (2, 40)


async def test_more_than_in_stock_is_refused(shop: Shop) -> None:
    goods = await shop.product(20, stock=3)
    cart = await shop.cart((goods, 2))
    body = {"variant_id": goods.variant_id, "quantity": 2}
    answer = await shop.store.post(f"/carts/{cart['id']}/line-items", body, expect=400)
    assert answer == {
        "type": "not_allowed",
        "code": "insufficient_inventory",
        "message": "Some variant does not have the required inventory",
    }
    assert (await shop.store.get(f"/carts/{cart['id']}"))["cart"]["items"][0]["quantity"] == 2


async def test_backorders_and_unmanaged_variants_know_no_stock(shop: Shop) -> None:
    late = await shop.product(20, stock=0, variant={"allow_backorder": True})
    digital = await shop.product(7, manage=False)
    cart = await shop.cart((late, 5), (digital, 10_000))
    assert sorted(item["quantity"] for item in cart["items"]) == [5, 10_000]


async def test_unknown_and_unpublished_variants_are_refused(shop: Shop) -> None:
    draft, cart = await shop.product(20, status="draft"), await shop.cart()
    path = f"/carts/{cart['id']}/line-items"
    for id in ("variant_none", draft.variant_id):
        answer = await shop.store.post(path, {"variant_id": id, "quantity": 1}, expect=400)
        assert answer["message"] == f"Variants {id} do not exist or belong to a product that is not published"


async def test_line_changes_merges_metadata_and_goes_at_zero(shop: Shop) -> None:
    goods = await shop.product(20)
    cart = await shop.cart((goods, 1))
    path = f"/carts/{cart['id']}/line-items/{cart['items'][0]['id']}"
    await shop.store.post(path, {"quantity": 4, "metadata": {"a": 1}})
    answer = await shop.store.post(path, {"quantity": 4, "metadata": {"b": 2}})
    assert answer["cart"]["items"][0]["metadata"] == {"a": 1, "b": 2}
    assert answer["cart"]["total"] == 88
    answer = await shop.store.post(path, {"quantity": 0})
    assert (answer["cart"]["items"], answer["cart"]["total"]) == ([], 0)
    answer = await shop.store.post(path, {"quantity": 1}, expect=404)
    assert answer["message"] == f"Line item with id: {cart['items'][0]['id']} was not found"


async def test_deleted_line_answers_with_the_cart(shop: Shop) -> None:
    goods = await shop.product(20)
    cart = await shop.cart((goods, 1))
    line = cart["items"][0]["id"]
    answer = await shop.store.delete(f"/carts/{cart['id']}/line-items/{line}")
    assert (answer["id"], answer["object"], answer["deleted"]) == (line, "line-item", True)
    assert answer["parent"]["items"] == []


async def test_lower_price_for_more_pieces_follows_the_quantity(shop: Shop) -> None:
    prices = [{"currency_code": "eur", "amount": 20}, {"currency_code": "eur", "amount": 15, "min_quantity": 3}]
    goods = await shop.product(20, variant={"prices": prices})
    cart = await shop.cart((goods, 2))
    assert cart["items"][0]["unit_price"] == 20
    body = {"variant_id": goods.variant_id, "quantity": 1}
    answer = await shop.store.post(f"/carts/{cart['id']}/line-items", body)
    assert answer["cart"]["items"][0]["unit_price"] == 15


async def test_metadata_merges_and_empty_text_removes(shop: Shop) -> None:
    cart = await shop.cart(metadata={"a": 1})
    path, fields = f"/carts/{cart['id']}", {"fields": "id,metadata"}
    assert (await shop.store.post(path, {"metadata": {"b": 2}}, fields))["cart"]["metadata"] == {"a": 1, "b": 2}
    assert (await shop.store.post(path, {"metadata": {"a": ""}}, fields))["cart"]["metadata"] == {"b": 2}
    assert (await shop.store.post(path, {"metadata": None}, fields))["cart"]["metadata"] is None


async def test_country_must_be_in_the_region(shop: Shop) -> None:
    cart = await shop.cart()
    body = {"shipping_address": {"country_code": "us"}}
    answer = await shop.store.post(f"/carts/{cart['id']}", body, expect=400)
    region = (await shop.store.get(f"/regions/{shop.region_id}"))["region"]
    assert answer["message"] == f"Country with code us is not within region {region['name']}"


async def test_region_change_prices_anew_and_drops_what_does_not_ship_there(
    shop: Shop, admin: Client, store: Client
) -> None:
    other = await make_shop(admin, store, tax=20, currency="usd")
    prices = [{"currency_code": "eur", "amount": 20}, {"currency_code": "usd", "amount": 30}]
    goods = await shop.product(20, variant={"prices": prices})
    cart = await shop.cart((goods, 1), shipping_address=shop.address)
    path = f"/carts/{cart['id']}"
    await store.post(f"{path}/shipping-methods", {"option_id": shop.shipping_id})
    changed = (await store.post(path, {"region_id": other.region_id}))["cart"]
    assert (changed["currency_code"], changed["total"], changed["shipping_methods"]) == ("usd", 36, [])
    assert changed["shipping_address"]["country_code"] == other.country
    assert [item["unit_price"] for item in changed["items"]] == [30]
    answer = await store.post(path, {"region_id": "reg_none"}, expect=404)
    assert answer["message"] == "Region id not found: reg_none"


async def test_region_without_a_price_is_refused(shop: Shop, admin: Client, store: Client) -> None:
    other, goods = await make_shop(admin, store, currency="usd"), await shop.product(20)
    cart = await shop.cart((goods, 1))
    answer = await store.post(f"/carts/{cart['id']}", {"region_id": other.region_id}, expect=400)
    assert answer["message"] == f"Variants with IDs {goods.variant_id} do not have a price"
    assert (await store.get(f"/carts/{cart['id']}"))["cart"]["currency_code"] == "eur"


async def test_shipping_method_is_replaced_by_one_of_the_same_profile(shop: Shop) -> None:
    express, goods = await shop.option("Express", 12), await shop.product(20)
    cart = await shop.cart((goods, 1), shipping_address=shop.address)
    path = f"/carts/{cart['id']}/shipping-methods"
    await shop.store.post(path, {"option_id": express})
    answer = await shop.store.post(path, {"option_id": shop.shipping_id, "data": {"point": 7}})
    methods = answer["cart"]["shipping_methods"]
    assert [(method["shipping_option_id"], method["amount"]) for method in methods] == [(shop.shipping_id, 5)]
    assert (answer["cart"]["shipping_total"], answer["cart"]["total"]) == (Decimal("5.5"), Decimal("27.5"))
    answer = await shop.store.post(path, {"option_id": "so_none"}, expect=400)
    assert answer["message"] == "Shipping Options are invalid for cart."


async def test_shipping_methods_no_line_needs_go(shop: Shop, admin: Client) -> None:
    heavy = (await admin.post("/shipping-profiles", {"name": "Heavy", "type": "heavy"}))["shipping_profile"]["id"]
    freight = await shop.option("Freight", 50, shipping_profile_id=heavy)
    light, anvil = await shop.product(20), await shop.product(60, shipping_profile_id=heavy)
    cart = await shop.cart((light, 1), shipping_address=shop.address)
    path = f"/carts/{cart['id']}"

    async def chosen(option: str) -> list[float]:
        answer = await shop.store.post(f"{path}/shipping-methods", {"option_id": option})
        return sorted(method["amount"] for method in answer["cart"]["shipping_methods"])

    assert await chosen(freight) == [50]
    assert await chosen(shop.shipping_id) == [5]
    await shop.store.post(f"{path}/line-items", {"variant_id": anvil.variant_id, "quantity": 1})
    assert await chosen(freight) == [5, 50]
    answer = await shop.store.delete(f"{path}/line-items/{cart['items'][0]['id']}")
    assert [method["amount"] for method in answer["parent"]["shipping_methods"]] == [50]


async def test_shipping_price_follows_the_items(shop: Shop) -> None:
    free = {"currency_code": "eur", "amount": 0}
    rules = [{"attribute": "item_total", "operator": "gte", "value": 100}]
    option = await shop.option("Boat", 8, prices=[{"currency_code": "eur", "amount": 8}, {**free, "rules": rules}])
    goods = await shop.product(60)
    cart = await shop.cart((goods, 1), shipping_address=shop.address)
    answer = await shop.store.post(f"/carts/{cart['id']}/shipping-methods", {"option_id": option})
    assert answer["cart"]["shipping_subtotal"] == 8
    body = {"variant_id": goods.variant_id, "quantity": 1}
    answer = await shop.store.post(f"/carts/{cart['id']}/line-items", body)
    assert answer["cart"]["shipping_subtotal"] == 0
    listed = (await shop.store.get("/shipping-options", {"cart_id": cart["id"]}))["shipping_options"]
    assert {each["name"]: each["amount"] for each in listed} == {"Standard": 5, "Boat": 0}


async def test_promotions_apply_stack_and_leave(shop: Shop) -> None:
    goods = await shop.product(100)
    for code, value in (("TEN", 10), ("FIVE", 5)):
        method = {"type": "percentage", "value": value, "target_type": "items", "allocation": "across"}
        body = {"code": f"{code}{shop.country}", "type": "standard", "status": "active", "application_method": method}
        await shop.admin.post("/promotions", body)
    cart = await shop.cart((goods, 1))
    path = f"/carts/{cart['id']}/promotions"
    codes = [f"TEN{shop.country}", f"FIVE{shop.country}"]
    answer = await shop.store.post(path, {"promo_codes": codes})
    assert sorted(each["code"] for each in answer["cart"]["promotions"]) == sorted(codes)
    assert answer["cart"]["discount_subtotal"] == Decimal("14.5")
    answer = await shop.store.delete(path, {"promo_codes": [codes[0]]})
    assert answer["cart"]["discount_subtotal"] == 5
    answer = await shop.store.post(path, {"promo_codes": ["NOTHING"]}, expect=400)
    assert answer["message"] == "The promotion code NOTHING is invalid"


async def test_cart_goes_to_the_customer_who_logs_in(shop: Shop, visitor: Client) -> None:
    cart = await shop.cart(email="guest@example.com")
    email = f"{shop.region_id.lower()}@example.com"
    token = (await visitor.post("/auth/customer/emailpass/register", {"email": email, "password": "secret"}))["token"]
    await shop.store.post("/customers", {"email": email}, authorization=f"Bearer {token}")
    token = (await visitor.post("/auth/customer/emailpass", {"email": email, "password": "secret"}))["token"]
    await shop.store.post(f"/carts/{cart['id']}/customer", {}, expect=401)
    answer = await shop.store.post(f"/carts/{cart['id']}/customer", {}, authorization=f"Bearer {token}")
    assert (answer["cart"]["email"], answer["cart"]["customer"]["email"]) == (email, email)
    made = await shop.store.post("/carts", {"region_id": shop.region_id}, authorization=f"Bearer {token}")
    assert made["cart"]["customer_id"] == answer["cart"]["customer_id"]


async def test_taxes_need_a_country(shop: Shop) -> None:
    cart = await shop.cart(shipping_address={"first_name": "Nobody"})
    answer = await shop.store.post(f"/carts/{cart['id']}/taxes", expect=400)
    assert answer["message"] == "country code is required to calculate taxes"


async def test_unknown_cart(store: Client) -> None:
    answer = await store.get("/carts/cart_none", expect=404)
    assert answer == {"type": "not_found", "message": "Cart with id 'cart_none' not found"}
    body = {"variant_id": "variant_none", "quantity": 1}
    answer = await store.post("/carts/cart_none/line-items", body, expect=404)
    assert answer == {"type": "not_found", "message": "Cart id not found: cart_none"}
    answer = await store.post("/carts/cart_none/complete", expect=404)
    assert answer == {"type": "not_found", "message": "Cart with id 'cart_none' not found"}
