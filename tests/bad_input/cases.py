"""Requests that a server must refuse, as a table. ``{name}`` stands for an id of the world."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Who = Literal["store", "admin", "customer", "nobody"]
JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Case:
    """One request. ``raw`` goes out as it is, ``body`` as JSON."""

    name: str
    who: Who
    method: str
    path: str
    body: Any = None
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])


def _raw(name: str, who: Who, path: str, raw: bytes, kind: str = "application/json", **headers: str) -> Case:
    return Case(name, who, "POST", path, raw=raw, headers={"content-type": kind, **headers})


def _store(name: str, path: str, body: Any = None) -> Case:
    return Case(f"store: {name}", "store", "POST", f"/store{path}", body)


def _admin(name: str, path: str, body: Any = None, method: str = "POST") -> Case:
    return Case(f"admin: {name}", "admin", method, f"/admin{path}", body)


def _as(name: str, method: str, path: str, **headers: str) -> Case:
    return Case(name, "nobody", method, path, headers={key.replace("_", "-"): value for key, value in headers.items()})


_LINES = "/store/carts/{cart}/line-items"
_BIG = b'{"email": "' + b"x" * 10_000_000 + b'"}'

MALFORMED = [
    *[_raw(f"{path}: cut off", "store", path, b'{"region_id": ') for path in ("/store/carts", _LINES)],
    _raw("not JSON", "store", "/store/carts", b"{region_id: 1}"),
    _raw("a comma too many", "store", "/store/carts", b'{"email": "a@example.com",}'),
    _raw("two values", "store", "/store/carts", b"{} {}"),
    _raw("an array", "store", "/store/carts", b"[1]"),
    _raw("a string", "store", "/store/carts", b'"x"'),
    _raw("a number", "store", _LINES, b"5"),
    _raw("null", "store", _LINES, b"null"),
    _raw("nothing", "store", _LINES, b""),
    _raw("bytes that are not UTF-8", "store", _LINES, b'{"variant_id": "\xff\xfe", "quantity": 1}'),
    _raw("plain text", "store", _LINES, b"variant_id=x", "text/plain"),
    _raw("NaN", "store", _LINES, b'{"variant_id": "{variant}", "quantity": NaN}'),
    _raw("a zero byte in a string", "store", _LINES, b'{"variant_id": "a\\u0000b", "quantity": 1}'),
    _raw("10 MB", "store", "/store/carts/{cart}", _BIG),
    _raw("10 MB for the admin", "admin", "/admin/products", _BIG),
    _raw("10 MB from nobody", "nobody", "/admin/products", _BIG),
    _raw("an unknown encoding", "store", _LINES, b"{}", **{"content-encoding": "nonsense"}),
    _raw("gzip that is none", "store", _LINES, b"{}", **{"content-encoding": "gzip"}),
]

_ADD = {"variant_id": "{variant}", "quantity": 1}
_ODD: tuple[Any, ...] = (0, -1, 10**9, "1", None, True, {}, 10**30)
QUANTITIES = [
    *[_store(f"add {value!r}", "/carts/{cart}/line-items", {**_ADD, "quantity": value})
      for value in _ODD],
    *[_store(f"create with {value!r}", "/carts", {"region_id": "{region}", "items": [{**_ADD, "quantity": value}]})
      for value in (0, -1, 10**9, "1")],
    *[_store(f"change to {value!r}", "/carts/{cart}/line-items/{line}", {"quantity": value})
      for value in (-1, 10**9, "1", None)],
    _store("more than there is", "/carts/{cart}/line-items", {**_ADD, "quantity": 6}),
    _store("sold out", "/carts/{cart}/line-items", {**_ADD, "variant_id": "{sold_out_variant}"}),
    _store("change without quantity", "/carts/{cart}/line-items/{line}", {}),
]  # fmt: skip

FIELDS = [
    _store("unknown field", "/carts", {"colour": "red"}),
    _store("two unknown fields", "/carts", {"colour": "red", "shade": "dark"}),
    _store("unknown field of a line", "/carts/{cart}/line-items", {**_ADD, "unit_price": 0}),
    _store("unknown field of an address", "/carts/{cart_1}", {"shipping_address": {"street": "x"}}),
    _store("unknown field of a new address", "/carts", {"shipping_address": {"street": "x"}}),
    _store("unknown field of taxes", "/carts/{cart}/taxes", {"x": 1}),
    _store("unknown address", "/carts/{cart}", {"billing_address": {"id": "caaddr_none", "x": 1}}),
    _store("code as number", "/carts/{cart}/promotions", {"promo_codes": [5]}),
    _store("unknown field of a method", "/carts/{cart_2}/shipping-methods", {"option_id": "{option}", "amount": 0}),
    _store("unknown field of a collection", "/payment-collections", {"cart_id": "{cart}", "amount": 1}),
    _store("line without variant", "/carts/{cart}/line-items", {"quantity": 1}),
    _store("method without option", "/carts/{cart}/shipping-methods", {}),
    _store("collection without cart", "/payment-collections", {}),
    _store("session without provider", "/payment-collections/{collection}/payment-sessions", {}),
    _store("codes missing", "/carts/{cart}/promotions", {}),
    _store("codes as text", "/carts/{cart}/promotions", {"promo_codes": "X"}),
    _store("e-mail as number", "/carts/{cart}", {"email": 5}),
    _store("e-mail without @", "/carts/{cart}", {"email": "nobody"}),
    _store("metadata as text", "/carts/{cart}", {"metadata": "x"}),
    _store("address as number", "/carts/{cart}", {"shipping_address": 5}),
    _store("items as object", "/carts", {"items": {}}),
    _store("country outside the region", "/carts/{cart}", {"shipping_address": {"country_code": "us"}}),
    _store("unknown country", "/carts/{cart}", {"shipping_address": {"country_code": "xx"}}),
    Case("customer: unknown field", "customer", "POST", "/store/customers/me", {"email": "x@example.com"}),
    Case("customer: name as number", "customer", "POST", "/store/customers/me", {"first_name": 5}),
    Case("customer: address", "customer", "POST", "/store/customers/me/addresses", {"country_code": 5}),
    _admin("title missing", "/products", {"subtitle": "x"}),
    _admin("unknown field", "/products", {"title": "x", "colour": "red"}),
    _admin("amount as text", "/products/{product}/variants/{variant}",
           {"prices": [{"currency_code": "eur", "amount": "x"}]}),
    _admin("stock as text", "/inventory-items/{item}/location-levels/{location}", {"stocked_quantity": "many"}),
    _admin("stock below zero", "/inventory-items/{item}/location-levels/{location}", {"stocked_quantity": -1}),
    _admin("reservation of more than there is", "/reservations",
           {"inventory_item_id": "{item}", "location_id": "{location}", "quantity": 1000}),
    _admin("reservation of -1", "/reservations",
           {"inventory_item_id": "{item}", "location_id": "{location}", "quantity": -1}),
    _admin("region without currency", "/regions", {"name": "x"}),
    _admin("region in an unknown currency", "/regions", {"name": "x", "currency_code": "xxx"}),
    _admin("region of a country twice", "/regions", {"name": "x", "currency_code": "eur", "countries": ["{country}"]}),
    _admin("price in a wrong type", "/shipping-options/{option}", {"prices": 5}),
    _admin("a discount of a wrong type", "/promotions", {"code": "x", "type": "gift"}),
]  # fmt: skip

UNKNOWN_IDS = [
    Case("store: cart", "store", "GET", "/store/carts/cart_none"),
    Case("store: product", "store", "GET", "/store/products/prod_none"),
    Case("store: region", "store", "GET", "/store/regions/reg_none"),
    Case("store: order", "store", "GET", "/store/orders/order_none"),
    Case("store: category", "store", "GET", "/store/product-categories/pcat_none"),
    Case("store: collection", "store", "GET", "/store/collections/pcol_none"),
    Case("store: options of a cart", "store", "GET", "/store/shipping-options?cart_id=cart_none"),
    Case("store: a line", "store", "DELETE", "/store/carts/{cart}/line-items/cali_none"),
    _store("complete", "/carts/cart_none/complete"),
    _store("change", "/carts/cart_none", {"email": "a@example.com"}),
    _store("variant", "/carts/{cart}/line-items", {"variant_id": "variant_none", "quantity": 1}),
    _store("line", "/carts/{cart}/line-items/cali_none", {"quantity": 1}),
    _store("option", "/carts/{cart}/shipping-methods", {"option_id": "so_none"}),
    _store("promotion", "/carts/{cart}/promotions", {"promo_codes": ["NONE"]}),
    _store("create in a region", "/carts", {"region_id": "reg_none"}),
    _store("create with a variant", "/carts", {"region_id": "{region}", "items": [{**_ADD, "variant_id": "none"}]}),
    _store("collection of a cart", "/payment-collections", {"cart_id": "cart_none"}),
    _store("session of a collection", "/payment-collections/pay_col_none/payment-sessions", {"provider_id": "x"}),
    _store("provider", "/payment-collections/{collection}/payment-sessions", {"provider_id": "pp_none"}),
    *[Case(f"admin: {path}", "admin", "GET", f"/admin{path}") for path in (
        "/products/prod_none", "/products/{product}/variants/variant_none", "/orders/order_none", "/regions/reg_none",
        "/customers/cus_none", "/sales-channels/sc_none", "/stock-locations/sloc_none", "/inventory-items/iitem_none",
        "/shipping-options/so_none", "/promotions/promo_none", "/payments/pay_none", "/api-keys/apk_none",
        "/tax-regions/txreg_none", "/reservations/resitem_none", "/nothing")],
    _admin("change a product", "/products/prod_none", {"title": "x"}),
    _admin("capture", "/payments/pay_none/capture", {}),
    _admin("refund", "/payments/pay_none/refund", {"amount": 1}),
    _admin("fulfill", "/orders/order_none/fulfillments", {"items": [{"id": "x", "quantity": 1}]}),
    _admin("level", "/inventory-items/{item}/location-levels/sloc_none", {"stocked_quantity": 1}),
    _admin("delete a product", "/products/prod_none", method="DELETE"),
    _admin("delete a region", "/regions/reg_none", method="DELETE"),
    Case("no such route", "nobody", "GET", "/nothing"),
    Case("no such method", "nobody", "PUT", "/health"),
]  # fmt: skip

ACCESS = [
    _as("store without key", "GET", "/store/products"),
    _as("store with an unknown key", "GET", "/store/products", x_publishable_api_key="pk_none"),
    _as("store with a secret key", "GET", "/store/products", x_publishable_api_key="sk_none"),
    _as("cart without key", "POST", "/store/carts"),
    _as("admin without token", "GET", "/admin/products"),
    _as("admin with nonsense", "GET", "/admin/products", authorization="Bearer nonsense"),
    _as("admin with an unknown scheme", "GET", "/admin/products", authorization="Digest x"),
    _as("admin with a wrong key", "GET", "/admin/products", authorization="Basic d3Jvbmc6"),
    _as("admin with an expired token", "GET", "/admin/products", authorization="Bearer {expired_user}"),
    _as("admin with a foreign token", "GET", "/admin/products", authorization="Bearer {foreign_user}"),
    _as("admin with an unsigned token", "GET", "/admin/products", authorization="Bearer {unsigned_user}"),
    _as("admin with a customer's token", "GET", "/admin/products", authorization="Bearer {customer_token}"),
    _as("a write of a customer", "POST", "/admin/products", authorization="Bearer {customer_token}"),
    _as("a write without token", "POST", "/admin/regions"),
    Case("customer without token", "store", "GET", "/store/customers/me"),
    Case("customer with an expired token", "store", "GET", "/store/customers/me",
         headers={"authorization": "Bearer {expired_customer}"}),
    Case("cart with an expired token", "store", "GET", "/store/carts/{cart}?fields=id",
         headers={"authorization": "Bearer {expired_customer}"}),
    Case("orders of nobody", "store", "GET", "/store/orders"),
    Case("wrong password", "nobody", "POST", "/auth/user/emailpass", {"email": "admin@medusajs.com", "password": "x"}),
    Case("login of nobody", "nobody", "POST", "/auth/customer/emailpass", {"email": "x@example.com", "password": "x"}),
    Case("login with a number", "nobody", "POST", "/auth/customer/emailpass", {"email": 5, "password": "x"}),
    Case("login with nothing", "nobody", "POST", "/auth/customer/emailpass", {}),
    Case("an unknown actor", "nobody", "POST", "/auth/robot/emailpass", {"email": "a@b.c", "password": "x"}),
    Case("an unknown provider", "nobody", "POST", "/auth/customer/magic", {"email": "a@b.c", "password": "x"}),
    _as("refresh without token", "POST", "/auth/token/refresh"),
    _as("refresh with an expired token", "POST", "/auth/token/refresh", authorization="Bearer {expired_customer}"),
    _as("session without token", "POST", "/auth/session"),
]  # fmt: skip

COMPLETION = [
    _store("cart without lines", "/carts/{empty_cart}/complete"),
    _store("cart without shipping and payment", "/carts/{cart}/complete"),
    _store("cart without payment", "/carts/{unpaid_cart}/complete"),
    _store("cart without shipping", "/carts/{unshipped_cart}/complete"),
    _store("cart whose stock is gone", "/carts/{late_cart}/complete"),
    _store("cart completed twice", "/carts/{done_cart}/complete"),
    _store("line for a completed cart", "/carts/{done_cart}/line-items", _ADD),
    _store("change of a completed cart", "/carts/{done_cart}", {"email": "b@example.com"}),
    _store("method for a completed cart", "/carts/{done_cart}/shipping-methods", {"option_id": "{option}"}),
    _store("code for a completed cart", "/carts/{done_cart}/promotions", {"promo_codes": ["X"]}),
    _admin("capture more than was paid", "/payments/{payment}/capture", {"amount": 10**6}),
    _admin("refund before the capture", "/payments/{payment}/refund", {"amount": 1}),
    _admin("fulfill more than was sold", "/orders/{order}/fulfillments", {"items": [{"id": "{sold_line}", "quantity": 9}]}),
    _admin("fulfill nothing", "/orders/{order}/fulfillments", {"items": []}),
    _admin("fulfill an unknown line", "/orders/{order}/fulfillments", {"items": [{"id": "ordli_x", "quantity": 1}]}),
]  # fmt: skip

QUERIES = [
    *[Case(f"{path}", "store", "GET", f"/store/{path}") for path in (
        "products?limit=many", "products?limit=-1", "products?offset=-1", "products?colour=red",
        "products?fields=nothing&limit=1", "products?fields=nothing.deeper&limit=1", "products?order=nothing&limit=1",
        "products?order=-variants.nothing", "regions?order=nothing", "products?limit=1.5", "currencies?order=nothing",
        "products?region_id=reg_none", "products?fields=*variants.calculated_price&limit=1",
        "products?created_at[$nope]=1", "regions?limit=x", "shipping-options", "payment-providers",
        "carts/{cart}?fields=nothing")],
    *[Case(f"admin/{path}", "admin", "GET", f"/admin/{path}") for path in (
        "products?limit=many", "products?limit=1&colour=red", "products?order=nothing&limit=1", "orders?limit=x",
        "products?created_at[$gte]=never&limit=1", "products?fields=id,nothing.deeper&limit=1", "orders?status=sold")],
]  # fmt: skip

# Quantities are whole in the database: parts are rounded when they are stored.
FRACTIONS = [
    _store("add 1.5", "/carts/{cart_3}/line-items", {**_ADD, "quantity": 1.5}),
    _store("change to 1.5", "/carts/{cart_4}/line-items/{line_4}", {"quantity": 1.5}),
    _store("change to 2.4", "/carts/{cart_5}/line-items/{line_5}", {"quantity": 2.4}),
    _store("create with 1.5", "/carts", {"region_id": "{region}", "items": [{**_ADD, "quantity": 1.5}]}),
    _store("change to 0", "/carts/{cart_6}/line-items/{line_6}", {"quantity": 0}),
]
CASES = [*MALFORMED, *QUANTITIES, *FIELDS, *UNKNOWN_IDS, *ACCESS, *COMPLETION, *QUERIES, *FRACTIONS]
