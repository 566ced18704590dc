"""A shop for tests, made through the Admin API: channel, key, region, tax, stock location, shipping, products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from medusa.framework.ids import ulid
from medusa.framework.testing.clients import Client

ADDRESS = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "address_1": "1 Main Street",
    "city": "Town",
    "postal_code": "1000",
    "phone": "1",
}
STORE_RULES = [
    {"attribute": "enabled_in_store", "operator": "eq", "value": "true"},
    {"attribute": "is_return", "operator": "eq", "value": "false"},
]


@dataclass(frozen=True, slots=True)
class Product:
    """A product with one variant and the inventory item of its stock."""

    id: str
    variant_id: str
    inventory_item_id: str


@dataclass(frozen=True, slots=True)
class Shop:
    """The ids of a shop, and clients for its two sides."""

    admin: Client
    store: Client
    country: str
    currency: str
    channel_id: str
    region_id: str
    location_id: str
    service_zone_id: str
    shipping_profile_id: str
    shipping_option_id: str

    @property
    def address(self) -> dict[str, str]:
        """An address in the region."""
        return {**ADDRESS, "country_code": self.country}

    async def product(self, title: str, amount: Decimal | int, *, stock: int = 100, **more: Any) -> Product:
        """A published product at this price, with stock at the location."""
        sku = f"{title}-{ulid().lower()}"
        body = {
            "title": f"{title} {sku}",
            "status": "published",
            "shipping_profile_id": self.shipping_profile_id,
            "sales_channels": [{"id": self.channel_id}],
            "options": [{"title": "Size", "values": ["One"]}],
            "variants": [
                {
                    "title": "One",
                    "sku": sku,
                    "manage_inventory": True,
                    "options": {"Size": "One"},
                    "prices": [{"currency_code": self.currency, "amount": amount}],
                }
            ],
            **more,
        }
        fields = {"fields": "id,variants.id,variants.inventory_items.inventory_item_id"}
        made = (await self.admin.post("/products", body, fields))["product"]
        [variant] = made["variants"]
        item = variant["inventory_items"][0]["inventory_item_id"]
        level = {"location_id": self.location_id, "stocked_quantity": stock}
        await self.admin.post(f"/inventory-items/{item}/location-levels", level)
        return Product(made["id"], variant["id"], item)

    async def cart(self, *lines: tuple[Product, int], codes: Sequence[str] = (), email: str = "ada@example.com") -> str:
        """A cart with these lines, addresses and the shipping method, ready to be paid; its id."""
        items = [{"variant_id": product.variant_id, "quantity": quantity} for product, quantity in lines]
        body = {
            "region_id": self.region_id,
            "email": email,
            "shipping_address": self.address,
            "billing_address": self.address,
            "items": items,
        }
        cart: str = (await self.store.post("/carts", body))["cart"]["id"]
        await self.store.post(f"/carts/{cart}/shipping-methods", {"option_id": self.shipping_option_id})
        if codes:
            await self.store.post(f"/carts/{cart}/promotions", {"promo_codes": list(codes)})
        return cart

    async def pay(self, cart: str, provider: str = "pp_system_default") -> str:
        """A payment collection with a session for the cart; the collection's id."""
        collection: str = (await self.store.post("/payment-collections", {"cart_id": cart}))["payment_collection"]["id"]
        await self.store.post(f"/payment-collections/{collection}/payment-sessions", {"provider_id": provider})
        return collection

    async def order(self, *lines: tuple[Product, int], codes: Sequence[str] = ()) -> str:
        """A placed order with these lines; its id."""
        cart = await self.cart(*lines, codes=codes)
        await self.pay(cart)
        answer = await self.store.post(f"/carts/{cart}/complete")
        assert answer["type"] == "order", answer
        order: str = answer["order"]["id"]
        return order

    async def level(self, product: Product) -> tuple[int, int]:
        """(stocked, reserved) of the product's item."""
        found = await self.admin.get(
            f"/inventory-items/{product.inventory_item_id}", {"fields": "stocked_quantity,reserved_quantity"}
        )
        item = found["inventory_item"]
        return item["stocked_quantity"], item["reserved_quantity"]


async def make_shop(
    admin: Client,
    store: Client,
    *,
    country: str,
    currency: str = "eur",
    tax: int | None = None,
    shipping: Decimal | int = 5,
    payment_providers: Sequence[str] = ("pp_system_default",),
) -> Shop:
    """A shop with everything a purchase needs; ``store`` gets the key of its channel. One shop for each country."""
    mark = ulid().lower()
    name = f"Shop {country} {mark}"
    channel = (await admin.post("/sales-channels", {"name": name}))["sales_channel"]["id"]
    key = (await admin.post("/api-keys", {"title": name, "type": "publishable"}))["api_key"]
    await admin.post(f"/api-keys/{key['id']}/sales-channels", {"add": [channel]})
    store.http.headers["x-publishable-api-key"] = key["token"]
    body = {
        "name": name,
        "currency_code": currency,
        "countries": [country],
        "payment_providers": list(payment_providers),
    }
    region = (await admin.post("/regions", body))["region"]["id"]
    if tax is not None:
        rate = {"name": "VAT", "code": "vat", "rate": tax}
        await admin.post(
            "/tax-regions", {"country_code": country, "provider_id": "tp_system", "default_tax_rate": rate}
        )
    location = (await admin.post("/stock-locations", {"name": name}))["stock_location"]["id"]
    await admin.post(f"/stock-locations/{location}/sales-channels", {"add": [channel]})
    await admin.post(f"/stock-locations/{location}/fulfillment-providers", {"add": ["manual_manual"]})
    fields = {"fields": "*fulfillment_sets"}
    path = f"/stock-locations/{location}/fulfillment-sets"
    sets = await admin.post(path, {"name": name, "type": "shipping"}, fields)
    set_id = sets["stock_location"]["fulfillment_sets"][0]["id"]
    zone_body = {"name": name, "geo_zones": [{"type": "country", "country_code": country}]}
    zones = await admin.post(f"/fulfillment-sets/{set_id}/service-zones", zone_body, {"fields": "*service_zones"})
    zone = zones["fulfillment_set"]["service_zones"][0]["id"]
    profile = (await admin.post("/shipping-profiles", {"name": name, "type": "default"}))["shipping_profile"]["id"]
    option = {
        "name": f"Standard {mark}",
        "service_zone_id": zone,
        "shipping_profile_id": profile,
        "provider_id": "manual_manual",
        "price_type": "flat",
        "type": {"label": "Standard", "description": "Two days", "code": "standard"},
        "prices": [{"currency_code": currency, "amount": shipping}],
        "rules": STORE_RULES,
    }
    shipping_option = (await admin.post("/shipping-options", option))["shipping_option"]["id"]
    return Shop(admin, store, country, currency, channel, region, location, zone, profile, shipping_option)
