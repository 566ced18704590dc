"""Product: initial tables."""
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "product_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("product",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "product_category",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("mpath", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_internal", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("rank", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("parent_category_id", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_category_id"],
            ["product_category.id"],
            name=op.f("product_category_parent_category_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("product_category_pkey")),
    )
    op.create_index(
        op.f("IDX_product_category_handle"),
        "product_category",
        ["handle"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "IDX_product_category_mpath",
        "product_category",
        ["mpath"],
        unique=False,
        postgresql_ops={"mpath": "text_pattern_ops"},
    )
    op.create_index(
        op.f("IDX_product_category_parent_category_id"), "product_category", ["parent_category_id"], unique=False
    )
    op.create_table(
        "product_collection",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("product_collection_pkey")),
    )
    op.create_index(
        op.f("IDX_product_collection_handle"),
        "product_collection",
        ["handle"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "product_option",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("is_exclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("product_option_pkey")),
    )
    op.create_index(
        "IDX_product_option_shared_title",
        "product_option",
        ["title"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL AND NOT is_exclusive"),
    )
    op.create_table(
        "product_tag",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("product_tag_pkey")),
    )
    op.create_index(
        op.f("IDX_product_tag_value"),
        "product_tag",
        ["value"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "product_type",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("product_type_pkey")),
    )
    op.create_index(
        op.f("IDX_product_type_value"),
        "product_type",
        ["value"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("is_giftcard", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("thumbnail", sa.Text(), nullable=True),
        sa.Column("weight", sa.REAL(), nullable=True),
        sa.Column("length", sa.REAL(), nullable=True),
        sa.Column("height", sa.REAL(), nullable=True),
        sa.Column("width", sa.REAL(), nullable=True),
        sa.Column("origin_country", sa.Text(), nullable=True),
        sa.Column("hs_code", sa.Text(), nullable=True),
        sa.Column("mid_code", sa.Text(), nullable=True),
        sa.Column("material", sa.Text(), nullable=True),
        sa.Column("collection_id", sa.Text(), nullable=True),
        sa.Column("type_id", sa.Text(), nullable=True),
        sa.Column("discountable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'proposed', 'published', 'rejected')", name=op.f("product_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["product_collection.id"],
            name=op.f("product_collection_id_foreign"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["product_type.id"], name=op.f("product_type_id_foreign"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("product_pkey")),
    )
    op.create_index(op.f("IDX_product_collection_id"), "product", ["collection_id"], unique=False)
    op.create_index(
        op.f("IDX_product_created_at"),
        "product",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_product_handle"), "product", ["handle"], unique=True, postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.create_index(
        op.f("IDX_product_status"), "product", ["status"], unique=False, postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.create_index(op.f("IDX_product_type_id"), "product", ["type_id"], unique=False)
    op.create_table(
        "product_option_value",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("option_id", sa.Text(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["option_id"],
            ["product_option.id"],
            name=op.f("product_option_value_option_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("product_option_value_pkey")),
    )
    op.create_index(op.f("IDX_product_option_value_option_id"), "product_option_value", ["option_id"], unique=False)
    op.create_index(
        op.f("IDX_product_option_value_option_id_value"),
        "product_option_value",
        ["option_id", "value"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "image",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("image_product_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("image_pkey")),
    )
    op.create_index(op.f("IDX_image_product_id"), "image", ["product_id"], unique=False)
    op.create_table(
        "product_category_product",
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("product_category_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_category_id"],
            ["product_category.id"],
            name=op.f("product_category_product_product_category_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("product_category_product_product_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "product_category_id", name=op.f("product_category_product_pkey")),
    )
    op.create_index(
        op.f("IDX_product_category_product_product_category_id"),
        "product_category_product",
        ["product_category_id"],
        unique=False,
    )
    op.create_table(
        "product_product_option",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("product_option_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("product_product_option_product_id_foreign"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_option_id"],
            ["product_option.id"],
            name=op.f("product_product_option_product_option_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("product_product_option_pkey")),
    )
    op.create_index(
        op.f("IDX_product_product_option_product_id"), "product_product_option", ["product_id"], unique=False
    )
    op.create_index(
        op.f("IDX_product_product_option_product_option_id"),
        "product_product_option",
        ["product_option_id"],
        unique=False,
    )
    op.create_table(
        "product_tags",
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("product_tag_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("product_tags_product_id_foreign"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_tag_id"], ["product_tag.id"], name=op.f("product_tags_product_tag_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "product_tag_id", name=op.f("product_tags_pkey")),
    )
    op.create_index(op.f("IDX_product_tags_product_tag_id"), "product_tags", ["product_tag_id"], unique=False)
    op.create_table(
        "product_variant",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("ean", sa.Text(), nullable=True),
        sa.Column("upc", sa.Text(), nullable=True),
        sa.Column("allow_backorder", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("manage_inventory", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("hs_code", sa.Text(), nullable=True),
        sa.Column("origin_country", sa.Text(), nullable=True),
        sa.Column("mid_code", sa.Text(), nullable=True),
        sa.Column("material", sa.Text(), nullable=True),
        sa.Column("weight", sa.REAL(), nullable=True),
        sa.Column("length", sa.REAL(), nullable=True),
        sa.Column("height", sa.REAL(), nullable=True),
        sa.Column("width", sa.REAL(), nullable=True),
        sa.Column("variant_rank", sa.Integer(), server_default=sa.text("0"), nullable=True),
        sa.Column("product_id", sa.Text(), nullable=True),
        sa.Column("thumbnail", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("product_variant_product_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("product_variant_pkey")),
    )
    op.create_index(
        op.f("IDX_product_variant_barcode"),
        "product_variant",
        ["barcode"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_product_variant_ean"),
        "product_variant",
        ["ean"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(op.f("IDX_product_variant_product_id"), "product_variant", ["product_id"], unique=False)
    op.create_index(
        op.f("IDX_product_variant_sku"),
        "product_variant",
        ["sku"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_product_variant_upc"),
        "product_variant",
        ["upc"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "product_product_option_value",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("product_product_option_id", sa.Text(), nullable=False),
        sa.Column("product_option_value_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["product_option_value_id"],
            ["product_option_value.id"],
            name=op.f("product_product_option_value_product_option_value_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_product_option_id"],
            ["product_product_option.id"],
            name=op.f("product_product_option_value_product_product_option_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("product_product_option_value_pkey")),
    )
    op.create_index(
        op.f("IDX_product_product_option_value_product_option_value_id"),
        "product_product_option_value",
        ["product_option_value_id"],
        unique=False,
    )
    op.create_index(
        op.f("IDX_product_product_option_value_product_product_option_id"),
        "product_product_option_value",
        ["product_product_option_id"],
        unique=False,
    )
    op.create_table(
        "product_variant_option",
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("option_value_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["option_value_id"],
            ["product_option_value.id"],
            name=op.f("product_variant_option_option_value_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["product_variant.id"],
            name=op.f("product_variant_option_variant_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("variant_id", "option_value_id", name=op.f("product_variant_option_pkey")),
    )
    op.create_index(
        op.f("IDX_product_variant_option_option_value_id"), "product_variant_option", ["option_value_id"], unique=False
    )
    op.create_table(
        "product_variant_product_image",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("image_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["image_id"], ["image.id"], name=op.f("product_variant_product_image_image_id_foreign"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["product_variant.id"],
            name=op.f("product_variant_product_image_variant_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("product_variant_product_image_pkey")),
    )
    op.create_index(
        op.f("IDX_product_variant_product_image_image_id"), "product_variant_product_image", ["image_id"], unique=False
    )
    op.create_index(
        op.f("IDX_product_variant_product_image_variant_id"),
        "product_variant_product_image",
        ["variant_id"],
        unique=False,
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("IDX_product_variant_product_image_variant_id"), table_name="product_variant_product_image")
    op.drop_index(op.f("IDX_product_variant_product_image_image_id"), table_name="product_variant_product_image")
    op.drop_table("product_variant_product_image")
    op.drop_index(op.f("IDX_product_variant_option_option_value_id"), table_name="product_variant_option")
    op.drop_table("product_variant_option")
    op.drop_index(
        op.f("IDX_product_product_option_value_product_product_option_id"), table_name="product_product_option_value"
    )
    op.drop_index(
        op.f("IDX_product_product_option_value_product_option_value_id"), table_name="product_product_option_value"
    )
    op.drop_table("product_product_option_value")
    op.drop_index(
        op.f("IDX_product_variant_upc"), table_name="product_variant", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        op.f("IDX_product_variant_sku"), table_name="product_variant", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(op.f("IDX_product_variant_product_id"), table_name="product_variant")
    op.drop_index(
        op.f("IDX_product_variant_ean"), table_name="product_variant", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        op.f("IDX_product_variant_barcode"),
        table_name="product_variant",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("product_variant")
    op.drop_index(op.f("IDX_product_tags_product_tag_id"), table_name="product_tags")
    op.drop_table("product_tags")
    op.drop_index(op.f("IDX_product_product_option_product_option_id"), table_name="product_product_option")
    op.drop_index(op.f("IDX_product_product_option_product_id"), table_name="product_product_option")
    op.drop_table("product_product_option")
    op.drop_index(op.f("IDX_product_category_product_product_category_id"), table_name="product_category_product")
    op.drop_table("product_category_product")
    op.drop_index(op.f("IDX_image_product_id"), table_name="image")
    op.drop_table("image")
    op.drop_index(
        op.f("IDX_product_option_value_option_id_value"),
        table_name="product_option_value",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_product_option_value_option_id"), table_name="product_option_value")
    op.drop_table("product_option_value")
    op.drop_index(op.f("IDX_product_type_id"), table_name="product")
    op.drop_index(op.f("IDX_product_status"), table_name="product", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(op.f("IDX_product_handle"), table_name="product", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(op.f("IDX_product_created_at"), table_name="product", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(op.f("IDX_product_collection_id"), table_name="product")
    op.drop_table("product")
    op.drop_index(
        op.f("IDX_product_type_value"), table_name="product_type", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("product_type")
    op.drop_index(
        op.f("IDX_product_tag_value"), table_name="product_tag", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("product_tag")
    op.drop_index(
        "IDX_product_option_shared_title",
        table_name="product_option",
        postgresql_where=sa.text("deleted_at IS NULL AND NOT is_exclusive"),
    )
    op.drop_table("product_option")
    op.drop_index(
        op.f("IDX_product_collection_handle"),
        table_name="product_collection",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("product_collection")
    op.drop_index(op.f("IDX_product_category_parent_category_id"), table_name="product_category")
    op.drop_index(
        "IDX_product_category_mpath", table_name="product_category", postgresql_ops={"mpath": "text_pattern_ops"}
    )
    op.drop_index(
        op.f("IDX_product_category_handle"),
        table_name="product_category",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("product_category")
