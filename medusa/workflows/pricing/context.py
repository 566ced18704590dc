"""The context in which prices are calculated for a storefront: region, currency, customer, place."""

from __future__ import annotations

from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from msgspec import Struct, structs

from medusa.framework.app import App, on_start
from medusa.framework.db import Session
from medusa.framework.db.cached import CachedRead
from medusa.framework.errors import InvalidData
from medusa.framework.query import Fields
from medusa.framework.workflows import WorkflowContext, workflow


class ShownPrices(Struct, frozen=True):
    """Prices of products that are about to be shown: where, and to whom."""

    region_id: str
    currency_code: str
    customer_id: str | None = None


@workflow("show-prices", hooks=("set_pricing_context",))
async def show_prices(ctx: WorkflowContext, data: ShownPrices) -> dict[str, Any]:
    """What the rules of shown prices can ask for besides region, currency and customer; run where a hook is registered."""
    values: dict[str, Any] | None = await ctx.hook(
        "set_pricing_context",
        region_id=data.region_id,
        currency_code=data.currency_code,
        customer_id=data.customer_id,
    )
    return values or {}


class RegionTerms(Struct, frozen=True):
    """What a region says about prices, and whether price lists say something too."""

    id: str
    currency_code: str
    automatic_taxes: bool
    has_price_lists: bool = True
    """Some are active, now or at some time."""


class _Id(Struct):
    id: str


class _Customer(Struct):
    groups: list[_Id]


class _Address(Struct):
    country_code: str | None
    province: str | None


class _Cart(Struct):
    region_id: str | None
    shipping_address: _Address | None = None


_TERMS: WeakKeyDictionary[App, CachedRead[str, RegionTerms | None]] = WeakKeyDictionary()
_REGION = Fields.of("id,currency_code,automatic_taxes")
_GROUPS = Fields.of("groups.id")
_CART = Fields.of("region_id,shipping_address.country_code,shipping_address.province")


async def _load_terms(app: App, session: Session, region_id: str) -> RegionTerms | None:
    found = await app.query.graph(session, "region", fields=_REGION, filters={"id": region_id}, into=RegionTerms)
    lists = await app.query.graph(
        session, "price_list", fields=Fields.of("id"), filters={"status": "active"}, limit=1, into=_Id
    )
    return structs.replace(found[0], has_price_lists=bool(lists)) if found else None


@on_start
async def keep_regions(app: App) -> None:
    """Keep what regions say about prices in memory until one changes."""
    _TERMS[app] = CachedRead(app.cache, ("region", "price_list"), partial(_load_terms, app))


async def pricing_context(
    app: App,
    *,
    region_id: str | None = None,
    country_code: str | None = None,
    province: str | None = None,
    cart_id: str | None = None,
    customer_id: str | None = None,
    required: bool = False,
) -> dict[str, Any]:
    """Values for ``calculated_price``. No statement, unless there is a cart, a customer or a hook of :func:`show_prices`.

    Args:
        cart_id: Region and place are those of this cart, where they are not given.
        required: Prices are asked for, so that a region is needed.
    Raises:
        InvalidData: The region is unknown, or missing while it is required.
    """
    if cart_id is not None:
        region_id, country_code, province = await _of_cart(app, cart_id, region_id, country_code, province)
    if region_id is None:
        if required:
            raise InvalidData("Missing required pricing context to calculate prices - region_id")
        return {}
    terms = await _TERMS[app].get(region_id)
    if terms is None:
        raise InvalidData(f"Region with id {region_id} not found when populating the pricing context")
    context: dict[str, Any] = {"region_id": terms.id, "currency_code": terms.currency_code}
    if not terms.has_price_lists:
        context["without_price_lists"] = True
    if customer_id is not None:
        context |= {"customer_id": customer_id, "customer_group_ids": await _groups(app, customer_id)}
    if show_prices.handlers["set_pricing_context"]:
        shown = ShownPrices(terms.id, terms.currency_code, customer_id)
        context["pricing_context"] = await app.run(show_prices, shown)
    if country_code is not None and terms.automatic_taxes:
        context |= {"country_code": country_code, "province_code": province}
    return context


async def _of_cart(
    app: App, cart_id: str, region_id: str | None, country_code: str | None, province: str | None
) -> tuple[str | None, str | None, str | None]:
    async with app.database.reader() as session:
        carts = await app.query.graph(session, "cart", fields=_CART, filters={"id": cart_id}, into=_Cart)
    if not carts:
        return region_id, country_code, province
    address = carts[0].shipping_address or _Address(None, None)
    return region_id or carts[0].region_id, country_code or address.country_code, province or address.province


async def _groups(app: App, customer_id: str) -> list[str]:
    async with app.database.reader() as session:
        found = await app.query.graph(session, "customer", fields=_GROUPS, filters={"id": customer_id}, into=_Customer)
    return [group.id for customer in found for group in customer.groups]
