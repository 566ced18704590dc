"""Which option values make a variant; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import UnsetType

from medusa.framework.errors import InvalidData
from medusa.modules.product.types import OptionState, VariantState

Given = Mapping[str, str] | UnsetType | None


def value_ids(options: Sequence[OptionState], given: Given, variant_title: str) -> list[str]:
    """The ids of the values that a variant takes, one for each option of its product; none where nothing is given.

    Raises:
        InvalidData: An option is missing or unknown, or has no such value.
    """
    if isinstance(given, UnsetType) or given is None:
        return []
    if len(given) != len(options):
        raise InvalidData(
            f"Product has {len(options)} option values but there were {len(given)} provided option values "
            f"for the variant: {variant_title}."
        )
    by_title = {option.title: option for option in options}
    found: list[str] = []
    for title, value in given.items():
        option = by_title.get(title)
        if option is None or value not in option.values:
            raise InvalidData(f"Option value {value} does not exist for option {title}")
        found.append(option.values[value])
    return found


def refuse_duplicates(wanted: Iterable[tuple[str, str, Sequence[str]]], present: Iterable[VariantState]) -> None:
    """Refuse two variants of a product with the same option values.

    Args:
        wanted: Id, title and value ids of the variants that are written.
        present: The product's variants.
    Raises:
        InvalidData: Names the variant that has the values already.
    """
    written = list(wanted)
    ids = {id for id, _, _ in written}
    taken = {frozenset(v.option_value_ids): v.title for v in present if v.id not in ids and v.option_value_ids}
    for _, title, values in written:
        if not values:
            continue
        if (key := frozenset(values)) in taken:
            raise InvalidData(f"Variant ({taken[key]}) with provided options already exists.")
        taken[key] = title
