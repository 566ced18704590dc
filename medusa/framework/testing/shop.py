"""A shop made through the Admin API: region, tax, a stocked location, shipping options, products."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from medusa.framework.ids import ulid
from medusa.framework.testing.clients import Client

STORE_RULES = [
    {"attribute": "enabled_in_store", "operator": "eq", "value": "true"},
    {"attribute": "is_return", "operator": "eq", "value": "false"},
]
_COUNTRIES = (
    "at be bg ch cz de dk es fi fr gb gr hu ie it nl no pl pt ro se sk tr ua al ad am az ba by ge is li lu mc md "
    "me mk rs sm ar au bo br ca cl co cr cu do ec gt hn ht jm jp kr mx my ni nz pa pe ph pr py sg sv th tw uy ve "
    "vn za ae bd bh bn bt cn dz eg et gh id il in iq ir jo ke kh kw kz lb lk ly ma mm mn mo mv ng np om pk qa sa "
    "sd sn sy tn tz ug uz ye zm zw"
)
_free = itertools.cycle(_COUNTRIES.split(" "))


@dataclass
class Goods:
    """A product with one variant, and its stock."""

    id: str
    variant_id: str
    inventory_item_id: str


@dataclass
class Shop:
    """Ids of what was made, and the clients it was made with."""

    admin: Client
    store: Client
    region_id: str
    country: str
    currency: str
    channel_id: str
    location_id: str
    zone_id: str
    profile_id: str
    shipping_id: str = ""
    address: dict[str, Any] = field(default_factory=lambda: {})

    async def option(self, name: str, amount: float, **more: Any) -> str:
        """A shipping option with a flat price; its id."""
        made = await self.admin.post(
            "/shipping-options",
            {
                "name": name,
                "service_zone_id": self.zone_id,
                "shipping_profile_id": self.profile_id,
                "provider_id": "manual_manual",
                "price_type": "flat",
                "type": {"label": name, "description": name, "code": name.lower()},
                "prices": [{"currency_code": self.currency, "amount": amount}],
                "rules": STORE_RULES,
                **more,
            },
        )
        return str(made["shipping_option"]["id"])

    async def product(self, amount: float, *, stock: int = 100, manage: bool = True, **more: Any) -> Goods:
        """A published product in the store's sales channel, with one variant at this price."""
        tag = ulid().lower()
        variant = {
            "title": "One",
            "sku": tag,
            "manage_inventory": manage,
            "options": {"Size": "One"},
            "prices": [{"currency_code": self.currency, "amount": amount}],
            **more.pop("variant", {}),
        }
        body = {
            "title": f"Product {tag}",
            "status": "published",
            "shipping_profile_id": self.profile_id,
            "sales_channels": [{"id": self.channel_id}],
            "options": [{"title": "Size", "values": ["One"]}],
            "variants": [variant],
            **more,
        }
        fields = {"fields": "id,variants.id,variants.inventory_items.inventory_item_id"}
        made = (await self.admin.post("/products", body, fields))["product"]
        found = made["variants"][0]
        items = found.get("inventory_items") or [{"inventory_item_id": ""}]
        item = str(items[0]["inventory_item_id"])
        if manage:
            await self.admin.post(
                f"/inventory-items/{item}/location-levels", {"location_id": self.location_id, "stocked_quantity": stock}
            )
        return Goods(made["id"], found["id"], item)

    async def cart(self, *lines: tuple[Goods, int], **more: Any) -> dict[str, Any]:
        """A cart with these lines."""
        items = [{"variant_id": goods.variant_id, "quantity": quantity} for goods, quantity in lines]
        answer = await self.store.post("/carts", {"region_id": self.region_id, "items": items, **more})
        cart: dict[str, Any] = answer["cart"]
        return cart

    async def unpaid_cart(self, *lines: tuple[Goods, int], codes: Sequence[str] = (), email: str | None = None) -> str:
        """A cart with an address and a shipping method; its id."""
        more = {"shipping_address": self.address, "billing_address": self.address, "promo_codes": list(codes)}
        id = str((await self.cart(*lines, email=email or f"{ulid().lower()}@example.com", **more))["id"])
        await self.store.post(f"/carts/{id}/shipping-methods", {"option_id": self.shipping_id})
        return id

    async def ready_cart(self, *lines: tuple[Goods, int], codes: Sequence[str] = ()) -> str:
        """A cart that can be completed: address, shipping, payment session; its id."""
        id = await self.unpaid_cart(*lines, codes=codes)
        await self.pay(id)
        return id

    async def pay(self, cart_id: str, provider_id: str = "pp_system_default") -> str:
        """A payment collection with a session; the collection's id."""
        made = await self.store.post("/payment-collections", {"cart_id": cart_id})
        id = str(made["payment_collection"]["id"])
        await self.store.post(f"/payment-collections/{id}/payment-sessions", {"provider_id": provider_id})
        return id

    async def stock(self, goods: Goods) -> tuple[int, int]:
        """Stocked and reserved quantity."""
        fields = {"fields": "id,stocked_quantity,reserved_quantity"}
        item = (await self.admin.get(f"/inventory-items/{goods.inventory_item_id}", fields))["inventory_item"]
        return int(item["stocked_quantity"]), int(item["reserved_quantity"])


async def open_channel(admin: Client, store: Client) -> str:
    """A sales channel, whose publishable key the store client sends from now on; its id."""
    channel = str((await admin.post("/sales-channels", {"name": "Test channel"}))["sales_channel"]["id"])
    key = (await admin.post("/api-keys", {"title": "Test key", "type": "publishable"}))["api_key"]
    await admin.post(f"/api-keys/{key['id']}/sales-channels", {"add": [channel]})
    store.http.headers["x-publishable-api-key"] = key["token"]
    store.state |= {"sales_channel_id": channel, "api_key_id": key["id"]}
    return channel


async def make_shop(
    admin: Client,
    store: Client,
    *,
    tax: float | None = 10,
    currency: str = "eur",
    country: str | None = None,
    payment_providers: Sequence[str] = ("pp_system_default",),
) -> Shop:
    """A shop that sells through the store client's sales channel, or through a new one where it has none.

    Args:
        tax: The rate of its country, in per cent; None where there is none.
        country: Where it is: by default a country of its own. Another region that has the country is deleted.
    """
    country, tag = country or next(_free), ulid().lower()
    channel_id = store.state.get("sales_channel_id") or await open_channel(admin, store)
    region_id = await _region(admin, country, currency, payment_providers)
    if tax is not None:
        rate = {"name": "VAT", "code": "vat", "rate": tax}
        await admin.post(
            "/tax-regions", {"country_code": country, "provider_id": "tp_system", "default_tax_rate": rate}
        )
    location = (await admin.post("/stock-locations", {"name": f"Warehouse {tag}"}))["stock_location"]["id"]
    await admin.post(f"/stock-locations/{location}/sales-channels", {"add": [channel_id]})
    await admin.post(f"/stock-locations/{location}/fulfillment-providers", {"add": ["manual_manual"]})
    zone = await _zone(admin, location, country, tag)
    profile = (await admin.post("/shipping-profiles", {"name": f"Profile {tag}", "type": "default"}))[
        "shipping_profile"
    ]
    address = {"first_name": "Ada", "address_1": "1 Main Street", "city": "Town", "country_code": country}
    shop = Shop(admin, store, region_id, country, currency, channel_id, location, zone, profile["id"], address=address)
    shop.shipping_id = await shop.option("Standard", 5)
    return shop


async def _region(admin: Client, country: str, currency: str, payment_providers: Sequence[str]) -> str:
    held = await admin.get("/regions", {"limit": 1000, "fields": "id,countries.iso_2"})
    for region in held["regions"]:
        if any(each["iso_2"] == country for each in region["countries"]):
            await admin.delete(f"/regions/{region['id']}")
    body = {
        "name": f"Shop {country} {ulid().lower()}",
        "currency_code": currency,
        "countries": [country],
        "payment_providers": list(payment_providers),
    }
    return str((await admin.post("/regions", body))["region"]["id"])


async def _zone(admin: Client, location: str, country: str, tag: str) -> str:
    sets = await admin.post(
        f"/stock-locations/{location}/fulfillment-sets",
        {"name": f"Set {tag}", "type": "shipping"},
        {"fields": "*fulfillment_sets"},
    )
    set_id = sets["stock_location"]["fulfillment_sets"][0]["id"]
    zones = await admin.post(
        f"/fulfillment-sets/{set_id}/service-zones",
        {"name": f"Zone {tag}", "geo_zones": [{"type": "country", "country_code": country}]},
        {"fields": "*service_zones"},
    )
    return str(zones["fulfillment_set"]["service_zones"][0]["id"])
