"""What the requests of the table refer to, made through HTTP; and how one of them is played."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import jwt
import msgspec
from jwt.warnings import InsecureKeyLengthWarning

from medusa.framework.ids import ulid
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Shop, make_shop
from tests.bad_input.cases import Case

SPARE_CARTS = 6  # for requests that are accepted: each changes a cart of its own
_ID = re.compile(r"\b([a-z_]+)_[0-9A-HJKMNP-TV-Z]{26}\b")
_MARK = re.compile(r"\b[0-7][0-9a-hjkmnp-tv-z]{25}\b")


@dataclass(frozen=True, slots=True)
class World:
    """Clients by who asks, and ids by their name in the table."""

    clients: dict[str, httpx.AsyncClient]
    ids: dict[str, str]

    async def play(self, case: Case) -> dict[str, Any]:
        """Send the request; ``{"status", "body"}`` with ids as their names."""
        content = case.raw
        headers = {name: self._named(value) for name, value in case.headers.items()}
        if content is None and case.body is not None:
            content = self._named(msgspec.json.encode(case.body).decode()).encode()
            headers["content-type"] = "application/json"
        answer = await self.clients[case.who].request(
            case.method, self._named(case.path), content=content, headers=headers
        )
        body = self._masked(answer)
        if answer.is_success and isinstance(body, dict):
            body = _figures(cast("dict[str, Any]", body))
        return {"status": answer.status_code, "body": body}

    def _named(self, text: str) -> str:
        for name, id in self.ids.items():
            text = text.replace("{" + name + "}", id)
        return text

    def _masked(self, answer: httpx.Response) -> Any:
        text = answer.text
        for name, id in self.ids.items():
            text = re.sub(rf"\b{re.escape(id)}\b", "{" + name + "}", text) if len(id) > 8 else text
        text = _MARK.sub("MARK", _ID.sub(r"\1_ID", text))
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            return text


async def make_world(admin: Client, store: Client, nobody: httpx.AsyncClient, *, country: str, secret: str) -> World:
    """A shop with carts in every state; ``secret`` signs the tokens of the server."""
    shop = await make_shop(admin, store, country=country, tax=10)
    product, sold_out = await shop.product(10, stock=5), await shop.product(10, stock=0)
    rare = await shop.product(10, stock=2)
    token = await _customer(nobody, store)
    bare = {"region_id": shop.region_id, "items": [{"variant_id": product.variant_id, "quantity": 1}]}
    unpaid, late, done = (
        await shop.unpaid_cart((product, 1)),
        await shop.unpaid_cart((rare, 2)),
        await shop.unpaid_cart((product, 1)),
    )
    unshipped = await _cart(shop, {**bare, "email": "a@example.com", "shipping_address": shop.address})
    for ready in (late, done, unshipped):
        await shop.pay(ready)
    await admin.post(
        f"/inventory-items/{rare.inventory_item_id}/location-levels/{shop.location_id}", {"stocked_quantity": 1}
    )
    order = (await store.post(f"/carts/{done}/complete"))["order"]["id"]
    found = (await admin.get(f"/orders/{order}", {"fields": "items.id,payment_collections.payments.id"}))["order"]
    cart = await _cart(shop, bare)
    spare = {f"cart_{number}": await _cart(shop, bare) for number in range(1, SPARE_CARTS + 1)}
    ids = {
        "cart": cart,
        "line": await _line(store, cart),
        **spare,
        **{name.replace("cart", "line"): await _line(store, each) for name, each in spare.items()},
        "empty_cart": await _cart(shop, {"region_id": shop.region_id}),
        "unpaid_cart": unpaid,
        "unshipped_cart": unshipped,
        "late_cart": late,
        "done_cart": done,
        "collection": (await store.post("/payment-collections", {"cart_id": cart}))["payment_collection"]["id"],
        "order": order,
        "sold_line": found["items"][0]["id"],
        "payment": found["payment_collections"][0]["payments"][0]["id"],
        "variant": product.variant_id,
        "product": product.id,
        "item": product.inventory_item_id,
        "rare_item": rare.inventory_item_id,
        "sold_out_variant": sold_out.variant_id,
        "sold_out_item": sold_out.inventory_item_id,
        "region": shop.region_id,
        "location": shop.location_id,
        "option": shop.shipping_id,
        "channel": shop.channel_id,
        "country": country,
        "customer_token": token,
        **_tokens(admin.http.headers["authorization"].removeprefix("Bearer "), token, secret),
    }
    customer = {**store.http.headers, "authorization": f"Bearer {token}"}
    clients = {"admin": admin.http, "store": store.http, "nobody": nobody, "customer": _with(store.http, customer)}
    return World(clients, ids)


def _figures(body: dict[str, Any]) -> Any:
    """Of what was accepted only the figures: keys, totals, quantities."""
    shown = body.get("cart") or body.get("order") or body.get("parent")
    if shown is None:
        return sorted(body)
    return {"total": shown.get("total"), "quantities": sorted(item["quantity"] for item in shown.get("items", []))}


async def _cart(shop: Shop, body: dict[str, Any]) -> str:
    return str((await shop.store.post("/carts", body))["cart"]["id"])


async def _line(store: Client, cart: str) -> str:
    return str((await store.get(f"/carts/{cart}"))["cart"]["items"][0]["id"])


async def _customer(nobody: httpx.AsyncClient, store: Client) -> str:
    login = {"email": f"{ulid().lower()}@example.com", "password": "supersecret"}
    path = "/auth/customer/emailpass"
    registered = (await nobody.post(f"{path}/register", json=login)).json()["token"]
    await store.post("/customers", {"email": login["email"]}, authorization=f"Bearer {registered}")
    token: str = (await nobody.post(path, json=login)).json()["token"]
    return token


def _tokens(user: str, customer: str, secret: str) -> dict[str, str]:
    """Tokens that must not open anything."""
    past = int((datetime.now(UTC) - timedelta(hours=1)).timestamp())

    def old(token: str) -> dict[str, Any]:
        return {**_claims(token), "iat": past - 86400, "exp": past}

    fresh = {**_claims(user), "exp": past + 86400}
    return {
        "expired_user": _signed(old(user), secret),
        "expired_customer": _signed(old(customer), secret),
        "foreign_user": _signed(fresh, "the secret of another server"),
        "unsigned_user": _signed(fresh, None),
    }


def _claims(token: str) -> dict[str, Any]:
    unchecked = {"verify_signature": False}
    return jwt.decode(token, options=unchecked)  # type: ignore[arg-type, unused-ignore]


def _signed(claims: dict[str, Any], secret: str | None) -> str:
    with warnings.catch_warnings(action="ignore", category=InsecureKeyLengthWarning):
        return jwt.encode(claims, secret, "HS256" if secret else "none")  # pyright: ignore[reportUnknownMemberType]


def _with(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.AsyncClient:
    """The same connections with other headers."""
    return httpx.AsyncClient(
        base_url=client.base_url,
        headers=headers,
        timeout=client.timeout,
        transport=client._transport,  # pyright: ignore[reportPrivateUsage]
    )
