"""From what changes of a product to writes; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import UnsetType

from medusa.framework.db import Base, Change, Delete, Update
from medusa.framework.errors import InvalidData
from medusa.framework.modules import row_of
from medusa.framework.modules.updating import merge_metadata
from medusa.modules.product.creation import Row, Rows, columns_of
from medusa.modules.product.handles import check_product_handle
from medusa.modules.product.models import (
    Product,
    ProductCategoryProduct,
    ProductImage,
    ProductProductOption,
    ProductProductTag,
    ProductVariant,
    ProductVariantOption,
)
from medusa.modules.product.types import OptionState, ProductChange, ProductState, VariantChange
from medusa.modules.product.variant_options import refuse_duplicates, value_ids


def updates(model: type[Base], rows: Iterable[Row]) -> list[Change]:
    """Updates of rows that name different columns: one for each set of columns."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if row.keys() != {"id"}:
            groups.setdefault(tuple(sorted(row)), []).append(row)
    return [Update(model, group) for group in groups.values()]


@dataclass(slots=True)
class Writes:
    """Two statements: what goes first, then what comes in its place."""

    before: list[Change] = field(default_factory=list[Change])
    changed: list[Change] = field(default_factory=list[Change])
    rows: Rows = field(default_factory=Rows)

    @property
    def after(self) -> list[Change]:
        """The second statement."""
        return [*self.changed, *self.rows.inserts()]


def change_product(
    writes: Writes, change: ProductChange, state: ProductState, options: Mapping[str, OptionState]
) -> None:
    """Add what a change of a product writes.

    Args:
        options: The options of ``option_ids`` that exist, with all their values.
    Raises:
        InvalidData: The handle is bad, or an option is in use.
    """
    row = columns_of(change)
    if row.get("handle"):
        check_product_handle(row["handle"])
    if "metadata" in row:
        row["metadata"] = merged(state.metadata, row["metadata"])
    writes.changed += updates(Product, [row])
    if not isinstance(change.images, UnsetType):
        _change_images(writes, change, state)
    if not isinstance(change.tag_ids, UnsetType):
        writes.before.append(Delete(ProductProductTag, [state.id], "product_id"))
        writes.rows.tags += [{"product_id": state.id, "product_tag_id": tag} for tag in dict.fromkeys(change.tag_ids)]
    if not isinstance(change.category_ids, UnsetType):
        writes.before.append(Delete(ProductCategoryProduct, [state.id], "product_id"))
        writes.rows.categories += [
            {"product_id": state.id, "product_category_id": id} for id in dict.fromkeys(change.category_ids)
        ]
    if not isinstance(change.option_ids, UnsetType):
        wanted = set(change.option_ids)
        unassign_options(writes, state, [option.id for option in state.options if option.id not in wanted])
        present = {option.id for option in state.options}
        for id in dict.fromkeys(change.option_ids):
            if id not in present:
                writes.rows.assign_option(state.id, options[id])


def _change_images(writes: Writes, change: ProductChange, state: ProductState) -> None:
    given = [] if isinstance(change.images, UnsetType) else change.images
    kept = {image.id for image in given if image.id in state.image_ids}
    writes.before.append(Delete(ProductImage, [id for id in state.image_ids if id not in kept]))
    writes.changed += updates(
        ProductImage, [row_of(image) | {"rank": rank} for rank, image in enumerate(given) if image.id in kept]
    )
    for rank, image in enumerate(given):
        if image.id not in kept:
            writes.rows.images.append(row_of(image) | {"product_id": state.id, "rank": rank})


def unassign_options(writes: Writes, state: ProductState, ids: Sequence[str]) -> None:
    """Take options from a product.

    Raises:
        InvalidData: A variant has a value of one.
    """
    used = {value for variant in state.variants for value in variant.option_value_ids}
    removed = [option for option in state.options if option.id in ids]
    if any(used & set(option.values.values()) for option in removed):
        raise InvalidData("Cannot unassign product option from product which has variants for that option")
    writes.before.append(Delete(ProductProductOption, [option.link_id or "" for option in removed]))


def change_variants(writes: Writes, changes: Sequence[VariantChange], products: Mapping[str, ProductState]) -> None:
    """Add what changes of variants write.

    Raises:
        InvalidData: Option values are unknown, or another variant has them.
    """
    present = {variant.id: variant for product in products.values() for variant in product.variants}
    wanted: dict[str, list[tuple[str, str, list[str]]]] = {}
    rows: list[Row] = []
    for change in changes:
        state = present[change.id]
        row = columns_of(change)
        if "metadata" in row:
            row["metadata"] = merged(state.metadata, row["metadata"])
        rows.append(row)
        if isinstance(change.options, dict):
            title = change.title if isinstance(change.title, str) else "undefined"
            values = value_ids(products[state.product_id].options, change.options, title)
            wanted.setdefault(state.product_id, []).append((change.id, title, values))
    for product_id, entries in wanted.items():
        refuse_duplicates(entries, products[product_id].variants)
    changed = [entry for entries in wanted.values() for entry in entries]
    writes.before.append(Delete(ProductVariantOption, [id for id, _, _ in changed], "variant_id"))
    writes.rows.variant_values += [
        {"variant_id": id, "option_value_id": value} for id, _, values in changed for value in values
    ]
    writes.changed += updates(ProductVariant, rows)


def merged(present: Mapping[str, Any] | None, given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The metadata of a product or variant after a change; an empty object empties it."""
    return {} if given == {} else merge_metadata(present, given)
