"""Exact money: plain ``Decimal`` helpers, in major units (``Decimal("10.99")``).

Amounts are never rounded to a currency while they are added up: a tax of 21 % on 19.99 is 4.1979. What is rounded is what
has no end (a division: 20 decimal places) and what is shown (20 significant digits), both half up, as clients of the HTTP
API know it. ``exact()`` gives the precision that keeps everything between exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext

from medusa.framework.errors import InvalidData

PRECISION = 20  # significant digits of a shown amount, decimal places of a quotient
ZERO = Decimal(0)
ONE = Decimal(1)

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_SHOWN = Context(prec=PRECISION, rounding=ROUND_HALF_UP)
_QUOTIENT = Decimal(1).scaleb(-PRECISION)
_TINY = -7  # from this exponent on the text of an amount is scientific: "1.5e-7"


class InvalidWeights(InvalidData):
    """Nothing can be shared out in proportion to these weights."""

    code = "invalid_weights"


def exact() -> AbstractContextManager[Context]:
    """A context in which sums and products of amounts are exact (60 digits); rounding is half up."""
    return localcontext(_EXACT)


def read_number(value: object) -> Decimal | None:
    """A number that may be given as text; None for what is none, or is not finite."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Quotient to 20 decimal places, half up."""
    return _EXACT.divide(dividend, divisor).quantize(_QUOTIENT, context=_EXACT)


def shown(amount: Decimal) -> Decimal:
    """The amount with 20 significant digits, without trailing zeros or exponent (``Decimal("100")``, never ``1E+2``)."""
    return with_text(amount)[0]


def with_text(amount: Decimal) -> tuple[Decimal, str]:
    """The shown amount, and its text: ``shown`` and ``amount_text`` in one go, for answers with hundreds of amounts."""
    if not amount:
        return ZERO, "0"
    text = str(amount)
    if (
        len(text) <= PRECISION
        and "E" not in text
        and (text[-1] != "0" or "." not in text)
        and amount.adjusted() > _TINY
    ):
        return amount, text
    text = _plain(amount)
    return Decimal(text), text if amount.adjusted() > _TINY else amount_text(amount)


def raw(amount: Decimal | int) -> dict[str, str | int]:
    """What a ``raw_*`` field holds: ``{"value": "10.5", "precision": 20}``."""
    return {"value": amount_text(Decimal(amount)), "precision": PRECISION}


def amount_text(amount: Decimal) -> str:
    """The text of an amount in a ``raw_*`` field: 20 significant digits, ``e`` notation below 0.000001."""
    if not amount:
        return "0"
    if amount.adjusted() > _TINY:
        return _plain(amount)
    mantissa, exponent = f"{amount.normalize(_SHOWN):e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def storable(amount: Decimal, *, at_most: Decimal | None = None) -> Decimal:
    """The nearest amount that survives a JSON number (17 significant digits), not above ``at_most``.

    Computed amounts such as a third of a discount are stored like that, so that a client that reads an answer and sends
    it back means the same amount. The bound keeps a discount from exceeding its price in the last digit.
    """
    near = amount if at_most is not None and amount >= at_most else Decimal(repr(float(amount)))
    bounded = near if at_most is None else min(near, at_most)
    return Decimal(f"{bounded.normalize(_EXACT):f}") if bounded else ZERO


def round_half_up(amount: Decimal, decimal_digits: int) -> Decimal:
    """The amount in a currency's smallest unit: 0 digits for JPY, 2 for EUR, 3 for KWD."""
    return amount.quantize(Decimal(1).scaleb(-decimal_digits), rounding=ROUND_HALF_UP, context=_EXACT)


def allocate(total: Decimal, weights: Sequence[Decimal | int], *, decimal_digits: int = 2) -> list[Decimal]:
    """Split an amount in proportion to weights, losing nothing to rounding.

    Args:
        total: Amount in major units, one currency; negative for something given back.
        decimal_digits: Digits of each part; an amount with more digits is split with its own.
    Returns:
        One part for each weight, in the same order, each within one unit of its share; their sum equals ``total``.
    Raises:
        InvalidWeights: There are none, all are zero, or one is negative.
    """
    shares = [Decimal(weight) for weight in weights]
    whole = sum(shares, ZERO)
    if not whole or min(shares) < 0:
        raise InvalidWeights("An amount is split over at least one positive weight and no negative one")
    with exact():
        unit = ONE.scaleb(-max(decimal_digits, -int(total.as_tuple().exponent)))
        units, passed, given = (total / unit).to_integral_value(), ZERO, ZERO
        parts: list[Decimal] = []
        for share in shares:
            # Rounding the running sum, not the share, is what makes the parts add up.
            passed += share
            upto = (units * passed / whole).to_integral_value(ROUND_FLOOR) if passed != whole else units
            parts.append((upto - given) * unit)
            given = upto
    return parts


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize(_SHOWN):f}"
