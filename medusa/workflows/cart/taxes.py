"""What of a cart is taxed, and where; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medusa.links.checkout_context import CheckoutContext
from medusa.modules.cart.state import Cart
from medusa.modules.tax import LineToTax, ShippingToTax, TaxAddress, TaxContext, TaxCustomer
from medusa.modules.tax.selection import SelectedTax, TaxableLine, TaxableShipping, select_taxes


def tax_context(cart: Cart, context: CheckoutContext) -> TaxContext:
    """Where the cart goes, and who buys it; the country must be known."""
    place, address = context.place, cart.shipping_address
    assert place is not None
    assert place.country_code
    where = TaxAddress(
        country_code=place.country_code,
        province_code=place.province or None,
        city=place.city,
        postal_code=place.postal_code,
        address_1=address.address_1 if address else None,
        address_2=address.address_2 if address else None,
    )
    person = next((each for each in (context.customer, context.guest) if each and each.id == cart.customer_id), None)
    customer = TaxCustomer(person.id, person.email, person.group_ids) if person else None
    return TaxContext(where, customer, locale=cart.locale)


def lines_to_tax(cart: Cart, context: CheckoutContext) -> list[LineToTax]:
    """The lines, with the merchant's own rates for them."""
    rates = _own_rates([TaxableLine(item.id, item.product_id, item.product_type_id) for item in cart.items], context)
    return [
        LineToTax(
            id=item.id,
            product_id=item.product_id,
            product_type_id=item.product_type_id,
            quantity=item.quantity,
            unit_price=item.unit_price,
            currency_code=cart.currency_code,
            rates=rates[item.id],
        )
        for item in cart.items
    ]


def shipping_to_tax(cart: Cart, context: CheckoutContext) -> list[ShippingToTax]:
    """The shipping methods, with the merchant's own rates for them."""
    methods = cart.shipping_methods
    rates = _own_rates([TaxableShipping(method.id, method.shipping_option_id) for method in methods], context)
    return [
        ShippingToTax(
            id=method.id,
            shipping_option_id=method.shipping_option_id,
            unit_price=method.amount,
            currency_code=cart.currency_code,
            rates=rates[method.id],
        )
        for method in methods
    ]


def _own_rates(
    subjects: Sequence[TaxableLine | TaxableShipping], context: CheckoutContext
) -> Mapping[str, Sequence[SelectedTax]]:
    assert context.place is not None
    address = TaxAddress(context.place.country_code or "", context.place.province or None)
    return select_taxes(context.tax_regions, address, subjects)
