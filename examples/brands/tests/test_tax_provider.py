from decimal import Decimal

from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import make_shop


async def test_a_cart_pays_the_tax_of_its_province(admin: Client, store: Client) -> None:
    shop = await make_shop(admin, store, tax=None)
    rate = {"name": "Federal", "code": "gst", "rate": 5}
    body = {"country_code": shop.country, "provider_id": "tp_provinces_canada", "default_tax_rate": rate}
    await admin.post("/tax-regions", body)

    shirt = await shop.product(100)
    fields = {"fields": "id,tax_total,items.tax_lines.*,shipping_methods.tax_lines.*"}
    address = {**shop.address, "province": "on"}
    cart = (await shop.cart((shirt, 1), email="a@example.com", shipping_address=address))["id"]
    methods = {"option_id": shop.shipping_id}
    taxed = (await store.post(f"/carts/{cart}/shipping-methods", methods, fields))["cart"]
    [line] = taxed["items"][0]["tax_lines"]
    assert (line["rate"], line["code"], line["description"], line["provider_id"]) == (
        13,
        "on",
        "Tax of ON",
        "provinces",
    )
    assert taxed["tax_total"] == Decimal("13.65")  # of 100 and of 5 for shipping

    elsewhere = {**shop.address, "province": "bc"}
    taxed = (await store.post(f"/carts/{cart}", {"shipping_address": elsewhere}, fields))["cart"]
    assert [line["code"] for line in taxed["items"][0]["tax_lines"]] == ["gst"]
    assert taxed["tax_total"] == Decimal("5.25")

    await shop.pay(cart)
    order = (await store.post(f"/carts/{cart}/complete"))["order"]
    found = (await admin.get(f"/orders/{order['id']}", {"fields": "id,tax_total,items.tax_lines.rate"}))["order"]
    assert (found["tax_total"], found["items"][0]["tax_lines"][0]["rate"]) == (Decimal("5.25"), 5)
