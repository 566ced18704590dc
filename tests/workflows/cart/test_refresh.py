from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medusa.links.checkout_context import (
    ApplicationMethod,
    CheckoutContext,
    Place,
    Price,
    Promotion,
    Region,
    ShippingOption,
)
from medusa.modules.cart.changes import changes
from medusa.modules.cart.state import Cart, LineItem, ShippingMethod
from medusa.modules.cart.totals import decorate_cart
from medusa.modules.tax.selection import TaxRate, TaxRegion
from medusa.providers.tax_system import SystemTax
from medusa.workflows.asking import ask_now
from medusa.workflows.cart.documents import document
from medusa.workflows.cart.quotes import Quotes
from medusa.workflows.cart.refresh import refresh, total_of

OWN_RATES = Quotes(lambda _: SystemTax(), {}, ask_now)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
amounts = st.decimals(min_value=0, max_value=10_000, places=2)
percents = st.decimals(min_value=0, max_value=100, places=1)
lines = st.lists(st.tuples(amounts, st.integers(1, 9), st.booleans()), min_size=1, max_size=4)


def _price(amount: Decimal) -> Price:
    return Price("price_1", amount, "eur", None, None, (), None, None)


def _option(amount: Decimal, *, is_in_zone: bool = True) -> ShippingOption:
    return ShippingOption(
        id="so_1",
        name="Post",
        price_type="flat",
        data=None,
        provider_id="manual_manual",
        shipping_profile_id="sp_1",
        service_zone_id="serzo_1",
        shipping_option_type_id="sotype_1",
        is_in_zone=is_in_zone,
        location_id="sloc_1",
        rules=[],
        prices=[_price(amount)],
    )


def _promotion(code: str, kind: str, value: Decimal) -> Promotion:
    method = ApplicationMethod("m_1", value, kind, "items", "across", None, "eur", ())
    return Promotion(
        id=f"promo_{code}",
        code=code,
        is_automatic=False,
        type="standard",
        status="active",
        is_tax_inclusive=False,
        limit=None,
        used=0,
        rules=(),
        application_method=method,
        campaign=None,
        link_id=None,
    )


def _context(
    tax: Decimal, option: ShippingOption, *promotions: Promotion, country: str | None = "de"
) -> CheckoutContext:
    rate = TaxRate("txr_1", tax, "vat", "VAT", True, False)
    return CheckoutContext(
        cart=None,
        region=Region("reg_1", "Europe", "eur", automatic_taxes=True, countries=["de"]),
        sales_channel_id="sc_1",
        variants=[],
        products=[],
        promotions=list(promotions),
        tax_regions=[TaxRegion("txreg_1", "de", None, None, "tp_system", (rate,))],
        shipping_options=[option],
        customer=None,
        guest=None,
        preferences=[],
        payment_collection=None,
        place=Place(country_code=country),
    )


def _cart(*items: tuple[Decimal, int, bool]) -> Cart:
    made = [
        LineItem(id=f"cali_{n}", title="x", quantity=quantity, unit_price=price, is_tax_inclusive=inclusive)
        for n, (price, quantity, inclusive) in enumerate(items)
    ]
    method = ShippingMethod(id="casm_1", name="Post", amount=Decimal(1), shipping_option_id="so_1")
    return Cart(id="cart_1", region_id="reg_1", currency_code="eur", items=made, shipping_methods=[method])


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first Decimals of a loaded machine take a second
@given(lines, amounts, percents, st.tuples(percents, amounts))
async def test_refresh_is_stable_and_totals_add_up(
    items: list[tuple[Decimal, int, bool]], shipping: Decimal, tax: Decimal, off: tuple[Decimal, Decimal]
) -> None:
    promotions = (_promotion("A", "percentage", off[0]), _promotion("B", "fixed", off[1]))
    context, cart = _context(tax, _option(shipping), *promotions), _cart(*items)
    first = await refresh(cart, context, OWN_RATES, codes={"A", "B"}, now=NOW)
    before = deepcopy(cart)
    assert await refresh(cart, context, OWN_RATES, codes={"A", "B"}, now=NOW) == first
    assert changes(before, cart) == []  # nothing new to write: ids included
    row = document(cart, context)
    decorate_cart(row, with_raw=False)
    assert abs(row["item_total"] + row["shipping_total"] - first.total) <= Decimal("1e-9") * max(
        Decimal(1), first.total
    )
    assert all(item["total"] >= 0 for item in row["items"])


async def test_option_that_is_not_offered_any_more_takes_its_method_along() -> None:
    cart = _cart((Decimal(10), 1, False))
    await refresh(cart, _context(Decimal(10), _option(Decimal(5))), OWN_RATES, codes=(), now=NOW)
    assert (cart.shipping_methods[0].amount, total_of(cart)) == (Decimal(5), Decimal("16.5"))
    await refresh(cart, _context(Decimal(10), _option(Decimal(5), is_in_zone=False)), OWN_RATES, codes=(), now=NOW)
    assert cart.shipping_methods == []
    assert total_of(cart) == 11


async def test_taxes_stay_as_they_are_without_a_country() -> None:
    cart = _cart((Decimal(10), 1, False))
    await refresh(cart, _context(Decimal(10), _option(Decimal(0))), OWN_RATES, codes=(), now=NOW)
    await refresh(cart, _context(Decimal(20), _option(Decimal(0)), country=None), OWN_RATES, codes=(), now=NOW)
    assert [line.rate for line in cart.items[0].tax_lines] == [10]
    await refresh(cart, _context(Decimal(20), _option(Decimal(0))), OWN_RATES, codes=(), now=NOW)
    assert [line.rate for line in cart.items[0].tax_lines] == [20]


async def test_code_that_takes_nothing_off_is_not_kept() -> None:
    cart, off = _cart((Decimal(10), 1, False)), _promotion("A", "percentage", Decimal(10))
    context = _context(Decimal(0), _option(Decimal(0)), off)
    assert (await refresh(cart, context, OWN_RATES, codes={"A"}, now=NOW)).promotion_ids == ["promo_A"]
    cart.items.clear()
    assert (await refresh(cart, context, OWN_RATES, codes={"A"}, now=NOW)).promotion_ids == []
