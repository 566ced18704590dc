"""Products, their variants and options, and how they are sorted into the catalogue."""

from __future__ import annotations

from sqlalchemy import Index, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import (
    Base,
    Measure,
    Model,
    WithMetadata,
    live_index,
    one_of,
    references,
    relation,
    searched,
)


class Product(WithMetadata, Model):
    """What is sold; its variants are what goes into a cart."""

    __tablename__ = "product"
    __prefix__ = "prod"
    __table_args__ = (
        one_of("status", "draft", "proposed", "published", "rejected"),
        live_index("handle", unique=True),
        live_index("status"),
        live_index("created_at"),
    )

    title: Mapped[str]
    handle: Mapped[str]
    subtitle: Mapped[str | None]
    description: Mapped[str | None]
    is_giftcard: Mapped[bool] = mapped_column(server_default=false())
    status: Mapped[str] = mapped_column(server_default="draft")
    thumbnail: Mapped[str | None]
    weight: Mapped[Measure | None]
    length: Mapped[Measure | None]
    height: Mapped[Measure | None]
    width: Mapped[Measure | None]
    origin_country: Mapped[str | None]
    hs_code: Mapped[str | None]
    mid_code: Mapped[str | None]
    material: Mapped[str | None]
    collection_id: Mapped[str | None] = references("product_collection.id", ondelete="SET NULL")
    type_id: Mapped[str | None] = references("product_type.id", ondelete="SET NULL")
    discountable: Mapped[bool] = mapped_column(server_default=true())
    external_id: Mapped[str | None]

    variants: Mapped[list[ProductVariant]] = relation(order_by="ProductVariant.variant_rank, ProductVariant.id")
    options: Mapped[list[ProductOption]] = relation(secondary="product_product_option", order_by="ProductOption.id")
    product_options: Mapped[list[ProductProductOption]] = relation(order_by="ProductProductOption.id")
    images: Mapped[list[ProductImage]] = relation(order_by="ProductImage.rank, ProductImage.id")
    tags: Mapped[list[ProductTag]] = relation(secondary="product_tags", order_by="ProductTag.id")
    type: Mapped[ProductType | None] = relation()
    collection: Mapped[ProductCollection | None] = relation()
    categories: Mapped[list[ProductCategory]] = relation(
        secondary="product_category_product", order_by="ProductCategory.id"
    )


class ProductVariant(WithMetadata, Model):
    """One buyable form of a product: a value for each of its options."""

    __tablename__ = "product_variant"
    __prefix__ = "variant"
    __table_args__ = (
        live_index("sku", unique=True),
        live_index("barcode", unique=True),
        live_index("ean", unique=True),
        live_index("upc", unique=True),
    )

    title: Mapped[str]
    sku: Mapped[str | None]
    barcode: Mapped[str | None]
    ean: Mapped[str | None]
    upc: Mapped[str | None]
    allow_backorder: Mapped[bool] = mapped_column(server_default=false())
    manage_inventory: Mapped[bool] = mapped_column(server_default=true())
    hs_code: Mapped[str | None]
    origin_country: Mapped[str | None]
    mid_code: Mapped[str | None]
    material: Mapped[str | None]
    weight: Mapped[Measure | None]
    length: Mapped[Measure | None]
    height: Mapped[Measure | None]
    width: Mapped[Measure | None]
    variant_rank: Mapped[int | None] = mapped_column(server_default=text("0"))
    product_id: Mapped[str | None] = references("product.id")
    thumbnail: Mapped[str | None]

    search_text: Mapped[str] = searched("title", "sku", "barcode", "ean", "upc")

    product: Mapped[Product | None] = relation()
    options: Mapped[list[ProductOptionValue]] = relation(
        secondary="product_variant_option", order_by="ProductOptionValue.id"
    )
    images: Mapped[list[ProductImage]] = relation(
        secondary="product_variant_product_image", order_by="ProductImage.rank, ProductImage.id"
    )


class ProductOption(WithMetadata, Model):
    """A choice such as size; of one product (exclusive) or shared by several."""

    __tablename__ = "product_option"
    __prefix__ = "opt"
    __table_args__ = (
        live_index("title", unique=True, where="NOT is_exclusive", name="IDX_product_option_shared_title"),
    )

    title: Mapped[str]
    is_exclusive: Mapped[bool] = mapped_column(server_default=false())

    values: Mapped[list[ProductOptionValue]] = relation(order_by="ProductOptionValue.rank, ProductOptionValue.id")
    products: Mapped[list[Product]] = relation(secondary="product_product_option", order_by="Product.id")
    product_options: Mapped[list[ProductProductOption]] = relation(order_by="ProductProductOption.id")


class ProductOptionValue(WithMetadata, Model):
    """A value of an option: M."""

    __tablename__ = "product_option_value"
    __prefix__ = "optval"
    __table_args__ = (live_index("option_id", "value", unique=True),)

    value: Mapped[str]
    option_id: Mapped[str | None] = references("product_option.id")
    rank: Mapped[int | None]

    option: Mapped[ProductOption | None] = relation()
    variants: Mapped[list[ProductVariant]] = relation(secondary="product_variant_option", order_by="ProductVariant.id")


class ProductProductOption(Model):
    """An option that a product offers."""

    __tablename__ = "product_product_option"
    __prefix__ = "prodopt"

    product_id: Mapped[str] = references("product.id")
    product_option_id: Mapped[str] = references("product_option.id")

    product: Mapped[Product | None] = relation()
    product_option: Mapped[ProductOption | None] = relation()
    values: Mapped[list[ProductOptionValue]] = relation(
        secondary="product_product_option_value", order_by="ProductOptionValue.rank, ProductOptionValue.id"
    )


class ProductProductOptionValue(Model):
    """A value of an option that a product offers."""

    __tablename__ = "product_product_option_value"
    __prefix__ = "prodoptval"

    product_product_option_id: Mapped[str] = references("product_product_option.id")
    product_option_value_id: Mapped[str] = references("product_option_value.id")

    product_product_option: Mapped[ProductProductOption | None] = relation()
    product_option_value: Mapped[ProductOptionValue | None] = relation()


class ProductVariantOption(Base):
    """Which option values make a variant."""

    __tablename__ = "product_variant_option"

    variant_id: Mapped[str] = references("product_variant.id", index=False, primary_key=True)
    option_value_id: Mapped[str] = references("product_option_value.id", primary_key=True)


class ProductImage(WithMetadata, Model):
    """A picture of a product."""

    __tablename__ = "image"
    __prefix__ = "img"

    url: Mapped[str]
    rank: Mapped[int] = mapped_column(server_default=text("0"))
    product_id: Mapped[str] = references("product.id")

    product: Mapped[Product | None] = relation()
    variants: Mapped[list[ProductVariant]] = relation(
        secondary="product_variant_product_image", order_by="ProductVariant.id"
    )


class ProductVariantProductImage(Model):
    """A picture of a product that shows a variant."""

    __tablename__ = "product_variant_product_image"
    __prefix__ = "pvpi"

    variant_id: Mapped[str] = references("product_variant.id")
    image_id: Mapped[str] = references("image.id")


class ProductTag(WithMetadata, Model):
    """A word that products share."""

    __tablename__ = "product_tag"
    __prefix__ = "ptag"
    __table_args__ = (live_index("value", unique=True),)

    value: Mapped[str]
    external_id: Mapped[str | None]

    products: Mapped[list[Product]] = relation(secondary="product_tags", order_by="Product.id")


class ProductProductTag(Base):
    """Which products have a tag."""

    __tablename__ = "product_tags"

    product_id: Mapped[str] = references("product.id", index=False, primary_key=True)
    product_tag_id: Mapped[str] = references("product_tag.id", primary_key=True)


class ProductType(WithMetadata, Model):
    """The kind of a product."""

    __tablename__ = "product_type"
    __prefix__ = "ptyp"
    __table_args__ = (live_index("value", unique=True),)

    value: Mapped[str]
    external_id: Mapped[str | None]

    products: Mapped[list[Product]] = relation(order_by="Product.id")


class ProductCollection(WithMetadata, Model):
    """Products shown together."""

    __tablename__ = "product_collection"
    __prefix__ = "pcol"
    __table_args__ = (live_index("handle", unique=True),)

    title: Mapped[str]
    handle: Mapped[str]
    external_id: Mapped[str | None]

    products: Mapped[list[Product]] = relation(order_by="Product.id")


class ProductCategory(WithMetadata, Model):
    """A node of the category tree; mpath is the ids from the root, joined by dots."""

    __tablename__ = "product_category"
    __prefix__ = "pcat"
    __table_args__ = (
        live_index("handle", unique=True),
        Index("IDX_product_category_mpath", "mpath", postgresql_ops={"mpath": "text_pattern_ops"}),
    )

    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    handle: Mapped[str]
    mpath: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default=false())
    is_internal: Mapped[bool] = mapped_column(server_default=false())
    rank: Mapped[int] = mapped_column(server_default=text("0"))
    parent_category_id: Mapped[str | None] = references("product_category.id")
    external_id: Mapped[str | None]

    parent_category: Mapped[ProductCategory | None] = relation(remote_side="ProductCategory.id")
    category_children: Mapped[list[ProductCategory]] = relation(order_by="ProductCategory.rank, ProductCategory.id")
    products: Mapped[list[Product]] = relation(secondary="product_category_product", order_by="Product.id")


class ProductCategoryProduct(Base):
    """Which products are in a category."""

    __tablename__ = "product_category_product"

    product_id: Mapped[str] = references("product.id", index=False, primary_key=True)
    product_category_id: Mapped[str] = references("product_category.id", primary_key=True)
