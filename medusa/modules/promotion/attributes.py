"""What rules of promotions can name, for forms that let a merchant choose; pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from medusa.framework.errors import InvalidData
from medusa.modules.promotion.types import RuleKind


class Choice(Struct, frozen=True):
    """An operator in a form."""

    id: str
    value: str
    label: str


class Source(Struct, frozen=True):
    """Where an attribute's values come from: an entity, its columns for value and label."""

    entity: str
    label: str
    value: str = "id"


class Attribute(Struct, frozen=True, omit_defaults=True):
    """Something a rule can compare; ``disguised`` ones are columns of the application method or of the cart."""

    id: str
    value: str
    label: str
    required: bool | None = None
    field_type: str = ""
    operators: tuple[Choice, ...] = ()
    disguised: bool | None = None
    hydrate: bool | None = None


_EQUALS = Choice("eq", "eq", "Equals")
OPERATORS = (Choice("in", "in", "In"), _EQUALS, Choice("ne", "ne", "Not In"))


def _one_of(id: str, value: str, label: str) -> Attribute:
    return Attribute(id, value, label, False, "multiselect", OPERATORS)


_CART = (
    _one_of("customer_group", "customer.groups.id", "Customer Group"),
    _one_of("region", "region.id", "Region"),
    _one_of("country", "shipping_address.country_code", "Country"),
    _one_of("sales_channel", "sales_channel_id", "Sales Channel"),
)
_ITEMS = (
    _one_of("product", "items.product.id", "Product"),
    _one_of("product_category", "items.product.categories.id", "Product Category"),
    _one_of("product_collection", "items.product.collection_id", "Product Collection"),
    _one_of("product_type", "items.product.type_id", "Product Type"),
    _one_of("product_tag", "items.product.tags.id", "Product Tag"),
)
_SHIPPING = (
    _one_of("shipping_option_type", "shipping_methods.shipping_option.shipping_option_type_id", "Shipping Option Type"),
)
_APPLY = Attribute(
    "apply_to_quantity",
    "apply_to_quantity",
    "Quantity of items promotion will apply to",
    True,
    "number",
    (_EQUALS,),
    True,
)
_MINIMUM = Attribute(
    "buy_rules_min_quantity", "buy_rules_min_quantity", "Minimum quantity of items", True, "number", (_EQUALS,), True
)

SOURCES = {
    "customer_group": Source("customer_group", "name"),
    "region": Source("region", "name"),
    "country": Source("region_country", "display_name", "iso_2"),
    "sales_channel": Source("sales_channel", "name"),
    "currency_code": Source("currency", "name", "code"),
    "product": Source("product", "title"),
    "product_category": Source("product_category", "name"),
    "product_collection": Source("product_collection", "title"),
    "product_type": Source("product_type", "value"),
    "product_tag": Source("product_tag", "value"),
    "shipping_option_type": Source("shipping_option_type", "label"),
}


class UnknownKind(InvalidData):
    """There are no such rules."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"Invalid param rule_type ({kind})")


class UnknownAttribute(InvalidData):
    """Rules of this kind have no such attribute."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Invalid rule attribute - {id}")


def rule_kind(text: str) -> RuleKind:
    """The kind of rules that a path names; raises UnknownKind."""
    try:
        return RuleKind(text)
    except ValueError:
        raise UnknownKind(text) from None


def attributes_of(
    kind: RuleKind, *, promotion_type: str | None, method_type: str | None, target_type: str | None
) -> Sequence[Attribute]:
    """What rules of this kind can name in such a promotion."""
    if kind is RuleKind.RULES:
        required = method_type == "fixed"
        currency = Attribute(
            "currency_code", "currency_code", "Currency Code", required, "select", (_EQUALS,), True, True
        )
        return (*_CART, currency)
    found = _SHIPPING if target_type == "shipping_methods" else _ITEMS
    if promotion_type != "buyget":
        return found
    return (*found, _APPLY if kind is RuleKind.TARGET else _MINIMUM)
