"""Products, their variants and options, and how they are sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import UnsetType

from medusa.framework.db import Delete, Session, SoftDelete
from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.modules import Crud, ModuleService
from medusa.modules.product.categories import CategoryTree
from medusa.modules.product.creation import Rows, refuse_without_options
from medusa.modules.product.models import (
    Product,
    ProductCategory,
    ProductCollection,
    ProductImage,
    ProductOption,
    ProductOptionValue,
    ProductTag,
    ProductType,
    ProductVariant,
)
from medusa.modules.product.options import Options
from medusa.modules.product.product_changes import Writes, change_product, change_variants
from medusa.modules.product.sorting import Sorting
from medusa.modules.product.state import read_options, read_products, read_products_of, refuse_unknown_tags
from medusa.modules.product.types import (
    CreatedProduct,
    CreatedVariant,
    NewProduct,
    NewVariant,
    OptionState,
    ProductChange,
    ProductState,
    VariantChange,
    VariantState,
)
from medusa.modules.product.variant_options import refuse_duplicates, value_ids


class ProductService(CategoryTree, Options, Sorting, ModuleService):
    """What is sold."""

    products = Crud(Product)
    product_variants = Crud(ProductVariant)
    product_options = Crud(ProductOption)
    product_option_values = Crud(ProductOptionValue)
    product_images = Crud(ProductImage)
    product_tags = Crud(ProductTag)
    product_types = Crud(ProductType)
    product_collections = Crud(ProductCollection)
    product_categories = Crud(ProductCategory)

    async def create_products(self, session: Session, products: Sequence[NewProduct]) -> list[CreatedProduct]:
        """Products with variants, options, images, tags and categories. One statement, and one for each kind of reference.

        Raises:
            InvalidData: Title or options are missing, a variant does not fit the options, a tag is unknown.
            Duplicate: A handle, SKU, barcode, EAN or UPC is taken.
            NotFound: Type, collection or category is unknown.
        """
        refuse_without_options(products)
        shared = await self._existing_options(session, products)
        await refuse_unknown_tags(session, [id for product in products for id in product.tag_ids])
        rows = Rows()
        created = [rows.add_product(product, shared) for product in products]
        await session.write(*rows.inserts())
        return created

    async def update_products(
        self,
        session: Session,
        changes: Sequence[ProductChange],
        states: Mapping[str, ProductState] | None = None,
    ) -> dict[str, ProductState]:
        """Change products; lists in a change replace the present ones. The products as they were, by id.

        Args:
            states: The products, when the caller has read them already.
        Raises:
            NotFound: A product does not exist.
        """
        ids = [change.id for change in changes]
        present = await self.read_products(session, ids) if states is None else states
        wanted = [id for change in changes for id in _listed(change.option_ids)]
        options = await read_options(session, wanted)
        writes = Writes()
        for change in changes:
            change_product(writes, change, present[change.id], options)
        await self._carry_out(session, writes)
        return dict(present)

    async def delete_products(self, session: Session, ids: Sequence[str]) -> None:
        """Soft-delete products with everything that is theirs alone."""
        session.touch("product_option", "product_option_value", "product_product_option_value")
        await session.execute(_DELETE_OPTIONS, list(ids))
        await session.write(
            SoftDelete(Product, ids),
            SoftDelete(ProductVariant, ids, "product_id"),
            SoftDelete(ProductImage, ids, "product_id"),
        )

    async def create_product_variants(
        self,
        session: Session,
        variants: Sequence[tuple[str, NewVariant]],
        states: Mapping[str, ProductState] | None = None,
    ) -> list[CreatedVariant]:
        """Variants, as pairs of product id and variant.

        Raises:
            NotFound: A product does not exist.
            InvalidData: Option values are unknown, or another variant has them.
        """
        present = await read_products(session, [id for id, _ in variants]) if states is None else states
        rows = Rows()
        created: list[CreatedVariant] = []
        for product_id, variant in variants:
            if product_id not in present:
                raise NotFound(
                    f"You tried to set relationship product_id: {product_id}, but such entity does not exist"
                )
            options = present[product_id].options
            created.append(rows.add_variant(product_id, variant, options))
        for product_id, state in present.items():
            refuse_duplicates(
                [
                    (made.id, variant.title, value_ids(state.options, variant.options, variant.title))
                    for (owner, variant), made in zip(variants, created, strict=True)
                    if owner == product_id
                ],
                state.variants,
            )
        await session.write(*rows.inserts())
        return created

    async def update_product_variants(
        self,
        session: Session,
        changes: Sequence[VariantChange],
        states: Mapping[str, ProductState] | None = None,
        *,
        product_id: str | None = None,
    ) -> dict[str, VariantState]:
        """Change variants; those that do not exist are passed over. The variants as they were, by id.

        Args:
            states: Their products, when the caller has read them already.
            product_id: Pass over the variants of other products.
        """
        products = await read_products_of(session, [c.id for c in changes]) if states is None else states
        owners = [product for product in products.values() if product_id in (None, product.id)]
        present = {variant.id: variant for product in owners for variant in product.variants}
        known = [change for change in changes if change.id in present]
        writes = Writes()
        change_variants(writes, known, products)
        await self._carry_out(session, writes)
        return {change.id: present[change.id] for change in known}

    async def refuse_unknown_variants(self, session: Session, ids: Sequence[str]) -> None:
        """Refuse variants that do not exist.

        Raises:
            InvalidData: Names them.
        """
        present = await self.product_variants.list(session, {"id": list(ids)})
        found = {variant.id for variant in present}
        if missing := [id for id in ids if id not in found]:
            raise InvalidData(f"Cannot update non-existing variants with ids: {', '.join(missing)}")

    async def remove_product_variants(self, session: Session, ids: Sequence[str]) -> None:
        """Delete variants for good, as a replacement of a product's variants does."""
        await session.write(Delete(ProductVariant, ids))

    async def read_products(
        self, session: Session, ids: Sequence[str], *, many: bool = False
    ) -> dict[str, ProductState]:
        """Products as they are, locked until the transaction ends.

        Raises:
            NotFound: One does not exist.
        """
        present = await read_products(session, ids)
        if missing := [id for id in ids if id not in present]:
            if many:
                raise NotFound(f"Unable to update the products with ids: {', '.join(missing)}")
            raise NotFound(f'Product with id "{missing[0]}" not found')
        return present

    async def _carry_out(self, session: Session, writes: Writes) -> None:
        await session.write(*writes.before)
        await session.write(*writes.after)

    async def _existing_options(self, session: Session, products: Sequence[NewProduct]) -> dict[str, OptionState]:
        ids = [option.id for product in products for option in product.options if isinstance(option.id, str)]
        found = await read_options(session, ids)
        await self.refuse_assigned_options(session, [id for id in found if found[id].is_exclusive])
        return found


def _listed(ids: list[str] | UnsetType) -> list[str]:
    return [] if isinstance(ids, UnsetType) else ids


_DELETE_OPTIONS = """
WITH l AS (UPDATE product_product_option SET deleted_at = now() WHERE product_id = ANY($1) AND deleted_at IS NULL
    RETURNING id, product_option_id),
  lv AS (UPDATE product_product_option_value v SET deleted_at = now() FROM l
    WHERE v.product_product_option_id = l.id AND v.deleted_at IS NULL),
  o AS (UPDATE product_option o SET deleted_at = now() FROM l
    WHERE o.id = l.product_option_id AND o.is_exclusive AND o.deleted_at IS NULL RETURNING o.id)
UPDATE product_option_value v SET deleted_at = now() FROM o WHERE v.option_id = o.id AND v.deleted_at IS NULL
"""
