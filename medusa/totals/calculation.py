"""The mathematics of totals, the same for carts and orders: lines, shipping methods, their sum.

Pure: Structs in, Structs out, amounts in major units. Nothing is rounded to the currency; see ``medusa.framework.money``.

- A tax-inclusive price is divided by ``1 + sum of rates``; taxes of several lines add up, none is laid upon another.
- ``subtotal`` is without tax and before discounts, ``total`` with tax and after discounts, ``original_*`` before discounts.
- ``discount_total`` includes tax: ``discount_total = discount_subtotal + discount_tax_total``.
- An adjustment is without tax unless it says otherwise; it lowers what is taxed.
- Credit lines lower the total only: neither subtotal nor taxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from medusa.framework.money import ONE, ZERO, divide, exact

_HUNDREDTH = Decimal("0.01")


class TaxLine(Struct, frozen=True):
    """A tax on a line: ``rate`` in per cent."""

    rate: Decimal
    code: str | None = None


class Adjustment(Struct, frozen=True):
    """A discount on a line; ``amount`` is positive."""

    amount: Decimal
    is_tax_inclusive: bool = False
    code: str | None = None


class LineForTotals(Struct, frozen=True):
    """A line of a cart or an order; ``unit_price`` with tax where ``is_tax_inclusive``."""

    id: str
    quantity: Decimal
    unit_price: Decimal
    is_tax_inclusive: bool = False
    tax_lines: Sequence[TaxLine] = ()
    adjustments: Sequence[Adjustment] = ()


class ShippingForTotals(Struct, frozen=True):
    """A shipping method of a cart or an order."""

    id: str
    amount: Decimal
    is_tax_inclusive: bool = False
    tax_lines: Sequence[TaxLine] = ()
    adjustments: Sequence[Adjustment] = ()


class PartTotals(Struct, frozen=True):
    """What a tax line or an adjustment comes to.

    Of a tax line ``subtotal`` is the tax before discounts and ``total`` the tax due; of an adjustment they are the
    discount without and with tax.
    """

    subtotal: Decimal
    total: Decimal


class LineTotals(Struct, frozen=True):
    """The totals of a line or a shipping method; ``tax_lines`` and ``adjustments`` in the order they came."""

    subtotal: Decimal
    total: Decimal
    original_subtotal: Decimal
    original_total: Decimal
    discount_subtotal: Decimal
    discount_tax_total: Decimal
    discount_total: Decimal
    tax_total: Decimal
    original_tax_total: Decimal
    tax_lines: tuple[PartTotals, ...] = ()
    adjustments: tuple[PartTotals, ...] = ()


class Totals(Struct, frozen=True):
    """The totals of a cart or an order."""

    total: Decimal
    subtotal: Decimal
    tax_total: Decimal
    discount_total: Decimal
    discount_subtotal: Decimal
    discount_tax_total: Decimal
    original_total: Decimal
    original_subtotal: Decimal
    original_tax_total: Decimal
    item_total: Decimal
    item_subtotal: Decimal
    item_tax_total: Decimal
    item_discount_total: Decimal
    original_item_total: Decimal
    original_item_subtotal: Decimal
    original_item_tax_total: Decimal
    shipping_total: Decimal
    shipping_subtotal: Decimal
    shipping_tax_total: Decimal
    shipping_discount_total: Decimal
    original_shipping_total: Decimal
    original_shipping_subtotal: Decimal
    original_shipping_tax_total: Decimal
    credit_line_total: Decimal
    credit_line_subtotal: Decimal
    credit_line_tax_total: Decimal


LINE_FIELDS = (
    "subtotal",
    "total",
    "original_subtotal",
    "original_total",
    "discount_subtotal",
    "discount_tax_total",
    "discount_total",
    "tax_total",
    "original_tax_total",
)
TOTAL_FIELDS = Totals.__struct_fields__


def line_totals(line: LineForTotals) -> LineTotals:
    """Totals of ``quantity`` pieces at ``unit_price``."""
    with exact():
        return calculate(
            line.quantity * line.unit_price,
            line.is_tax_inclusive,
            [tax.rate for tax in line.tax_lines],
            [(adjustment.amount, adjustment.is_tax_inclusive) for adjustment in line.adjustments],
        )


def shipping_totals(method: ShippingForTotals) -> LineTotals:
    """Totals of a shipping method."""
    with exact():
        return calculate(
            method.amount,
            method.is_tax_inclusive,
            [tax.rate for tax in method.tax_lines],
            [(adjustment.amount, adjustment.is_tax_inclusive) for adjustment in method.adjustments],
        )


def totals(
    lines: Iterable[LineForTotals], methods: Iterable[ShippingForTotals] = (), credits: Iterable[Decimal] = ()
) -> Totals:
    """Totals of a whole cart or order; ``credits`` are the amounts of its credit lines."""
    items = [line_totals(line) for line in lines]
    shipping = [shipping_totals(method) for method in methods]
    with exact():
        return add_up(items, shipping, sum(credits, ZERO))


def calculate(
    price: Decimal,
    is_tax_inclusive: bool,
    rates: Sequence[Decimal],
    adjustments: Sequence[tuple[Decimal, bool]],
    kept: Decimal = ONE,
) -> LineTotals:
    """The totals of a price. Runs inside ``exact()``.

    Args:
        price: Price of the whole quantity.
        rates: Per cent, one for each tax line.
        adjustments: Amount, and whether it includes tax.
        kept: Part of the quantity the adjustments were made for that is still there; it keeps that part of the discount.
    """
    fractions = [rate * _HUNDREDTH for rate in rates]
    rate = sum(fractions, ZERO)
    gross = ONE + rate
    subtotal = divide(price, gross) if is_tax_inclusive and rate else price
    discount = ZERO
    parts: list[PartTotals] = []
    for amount, includes_tax in adjustments:
        if includes_tax and rate:
            without_tax = divide(amount, gross)
            discount += without_tax
            parts.append(PartTotals(without_tax, amount))
        else:
            discount += amount
            parts.append(PartTotals(amount, amount * gross))
    discount *= kept
    taxable = subtotal - discount
    original_tax, tax, discount_tax = subtotal * rate, taxable * rate, discount * rate
    return LineTotals(
        subtotal=subtotal,
        total=taxable + tax,
        original_subtotal=subtotal,
        original_total=price if is_tax_inclusive else subtotal + original_tax,
        discount_subtotal=discount,
        discount_tax_total=discount_tax,
        discount_total=discount + discount_tax,
        tax_total=tax,
        original_tax_total=original_tax,
        tax_lines=tuple([PartTotals(subtotal * fraction, taxable * fraction) for fraction in fractions]),
        adjustments=tuple(parts),
    )


def add_up(items: Sequence[LineTotals], shipping: Sequence[LineTotals], credits: Decimal) -> Totals:
    """Sum of lines and shipping methods, less the credit lines. Runs inside ``exact()``."""
    item = _sums(items)
    ship = _sums(shipping)
    both = [a + b for a, b in zip(item, ship, strict=True)]
    return Totals(
        total=both[1] - credits,
        subtotal=both[0],
        tax_total=both[7],
        discount_total=both[6],
        discount_subtotal=both[4],
        discount_tax_total=both[5],
        original_total=both[3],
        original_subtotal=both[2],
        original_tax_total=both[8],
        item_total=item[1],
        item_subtotal=item[0],
        item_tax_total=item[7],
        item_discount_total=item[6],
        original_item_total=item[3],
        original_item_subtotal=item[2],
        original_item_tax_total=item[8],
        shipping_total=ship[1],
        shipping_subtotal=ship[0],
        shipping_tax_total=ship[7],
        shipping_discount_total=ship[6],
        original_shipping_total=ship[3],
        original_shipping_subtotal=ship[2],
        original_shipping_tax_total=ship[8],
        credit_line_total=credits,
        credit_line_subtotal=credits,
        credit_line_tax_total=ZERO,
    )


def _sums(parts: Sequence[LineTotals]) -> list[Decimal]:
    """Column sums in the order of ``LINE_FIELDS``."""
    sums = [ZERO] * len(LINE_FIELDS)
    for part in parts:
        sums[0] += part.subtotal
        sums[1] += part.total
        sums[2] += part.original_subtotal
        sums[3] += part.original_total
        sums[4] += part.discount_subtotal
        sums[5] += part.discount_tax_total
        sums[6] += part.discount_total
        sums[7] += part.tax_total
        sums[8] += part.original_tax_total
    return sums
