"""From a product as it is given to the rows of all its parts; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET, UnsetType

from medusa.framework.db import Change, Insert
from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.ids import generate_id
from medusa.framework.modules import row_of
from medusa.modules.product.handles import check_product_handle, product_handle
from medusa.modules.product.models import (
    Product,
    ProductCategoryProduct,
    ProductImage,
    ProductOption,
    ProductOptionValue,
    ProductProductOption,
    ProductProductOptionValue,
    ProductProductTag,
    ProductVariant,
    ProductVariantOption,
)
from medusa.modules.product.types import (
    CreatedProduct,
    CreatedVariant,
    NewProduct,
    NewVariant,
    OptionInput,
    OptionState,
)
from medusa.modules.product.variant_options import value_ids

Row = dict[str, Any]
_PARTS = ("options", "variants", "images", "tag_ids", "category_ids", "option_ids")


def columns_of(given: Any) -> Row:
    """The columns that are set, without parts that live in tables of their own."""
    row = row_of(given)
    for name in _PARTS:
        row.pop(name, None)
    return row


@dataclass(slots=True)
class Rows:
    """Rows of all tables of a product, for one statement."""

    products: list[Row] = field(default_factory=list[Row])
    options: list[Row] = field(default_factory=list[Row])
    values: list[Row] = field(default_factory=list[Row])
    product_options: list[Row] = field(default_factory=list[Row])
    product_values: list[Row] = field(default_factory=list[Row])
    variants: list[Row] = field(default_factory=list[Row])
    variant_values: list[Row] = field(default_factory=list[Row])
    images: list[Row] = field(default_factory=list[Row])
    tags: list[Row] = field(default_factory=list[Row])
    categories: list[Row] = field(default_factory=list[Row])

    def inserts(self) -> list[Change]:
        """The rows as one write."""
        return [
            Insert(Product, self.products),
            Insert(ProductOption, self.options),
            Insert(ProductOptionValue, self.values),
            Insert(ProductProductOption, self.product_options),
            Insert(ProductProductOptionValue, self.product_values),
            Insert(ProductVariant, self.variants),
            Insert(ProductVariantOption, self.variant_values),
            Insert(ProductImage, self.images),
            Insert(ProductProductTag, self.tags),
            Insert(ProductCategoryProduct, self.categories),
        ]

    def add_product(self, given: NewProduct, shared: Mapping[str, OptionState]) -> CreatedProduct:
        """Add a product with all its parts.

        Args:
            shared: The existing options that are referred to, by id.
        Raises:
            InvalidData: It has no title or no option, a bad handle, or a variant does not fit the options.
        """
        if not given.title:
            raise InvalidData("Product title is required")
        row = columns_of(given) | {"id": generate_id(Product.__prefix__)}
        if row.get("handle"):
            check_product_handle(row["handle"])
        else:
            row["handle"] = product_handle(given.title)
        if not row.get("thumbnail") and given.images:
            row["thumbnail"] = given.images[0].url
        if row.get("is_giftcard"):
            row["discountable"] = False
        id: str = row["id"]
        self.products.append(row)
        offered = [self._offer(id, option, shared) for option in given.options]
        for rank, image in enumerate(given.images):
            self.images.append({"url": image.url, "product_id": id, "rank": rank})
        self.tags += [{"product_id": id, "product_tag_id": tag} for tag in dict.fromkeys(given.tag_ids)]
        self.categories += [
            {"product_id": id, "product_category_id": category} for category in dict.fromkeys(given.category_ids)
        ]
        return CreatedProduct(id, [self.add_variant(id, variant, offered) for variant in given.variants])

    def _offer(self, product_id: str, given: OptionInput, shared: Mapping[str, OptionState]) -> OptionState:
        """Give the product an option: a new one, or one that exists."""
        if isinstance(given.id, str):
            option = shared[given.id]
            if not isinstance(given.value_ids, UnsetType):
                option = _narrowed(option, given.value_ids)
        else:
            option = self.add_option(given, exclusive=True)
        self.assign_option(product_id, option)
        return option

    def add_option(self, given: OptionInput, *, exclusive: bool) -> OptionState:
        """Add a new option with its values."""
        if isinstance(given.title, UnsetType) or isinstance(given.values, UnsetType):
            raise InvalidData("A new product option needs a title and values")
        # The contract ranks the values of options that are made by themselves, not of those made with a product.
        ranks = {} if exclusive or isinstance(given.ranks, UnsetType) else given.ranks
        check_ranks(given.values, ranks)
        option_id = generate_id(ProductOption.__prefix__)
        is_exclusive = exclusive if isinstance(given.is_exclusive, UnsetType) else given.is_exclusive
        row: Row = {"id": option_id, "title": given.title, "is_exclusive": is_exclusive}
        if given.metadata is not UNSET:
            row["metadata"] = given.metadata
        self.options.append(row)
        return OptionState(
            id=option_id,
            title=given.title,
            is_exclusive=is_exclusive,
            values={value: self.add_value(option_id, value, ranks.get(value)) for value in given.values},
        )

    def add_value(self, option_id: str, value: str, rank: int | None) -> str:
        """Add a value of an option; its id."""
        id = generate_id(ProductOptionValue.__prefix__)
        self.values.append({"id": id, "option_id": option_id, "value": value, "rank": rank})
        return id

    def assign_option(self, product_id: str, option: OptionState) -> None:
        """Let the product offer the option's values."""
        link = generate_id(ProductProductOption.__prefix__)
        self.product_options.append({"id": link, "product_id": product_id, "product_option_id": option.id})
        self.product_values += [
            {"product_product_option_id": link, "product_option_value_id": id} for id in option.values.values()
        ]

    def add_variant(self, product_id: str, given: NewVariant, options: Sequence[OptionState]) -> CreatedVariant:
        """Add a variant of a product that offers these options."""
        id = generate_id(ProductVariant.__prefix__)
        columns = columns_of(given)
        self.variants.append(columns | {"id": id, "product_id": product_id})
        self.variant_values += [
            {"variant_id": id, "option_value_id": value} for value in value_ids(options, given.options, given.title)
        ]
        return CreatedVariant(id, product_id, columns)


def _narrowed(option: OptionState, value_ids: Sequence[str]) -> OptionState:
    """The option with some of its values only."""
    if unknown := set(value_ids) - set(option.values.values()):
        raise NotFound(
            f"You tried to set relationship product_option_value_id: {min(unknown)}, but such entity does not exist"
        )
    values = {value: id for value, id in option.values.items() if id in value_ids}
    return OptionState(id=option.id, title=option.title, is_exclusive=option.is_exclusive, values=values)


def check_ranks(values: Sequence[str], ranks: Mapping[str, int]) -> None:
    """Refuse ranks of values that the option does not have."""
    for value in ranks:
        if value not in values:
            raise InvalidData(f'Value "{value}" is assigned a rank but is not defined in the list of values.')


def refuse_without_options(products: Sequence[NewProduct]) -> None:
    """Refuse products without options, all by their titles."""
    if titles := [product.title for product in products if not product.options]:
        raise InvalidData(f"Product options are not provided for: [{','.join(titles)}].")
