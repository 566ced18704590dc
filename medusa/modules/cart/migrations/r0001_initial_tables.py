"""Cart: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "cart_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("cart",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "cart_address",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("address_1", sa.Text(), nullable=True),
        sa.Column("address_2", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("country_code", sa.Text(), nullable=True),
        sa.Column("province", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_address_pkey")),
    )
    op.create_table(
        "cart",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("region_id", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("sales_channel_id", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("shipping_address_id", sa.Text(), nullable=True),
        sa.Column("billing_address_id", sa.Text(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["billing_address_id"],
            ["cart_address.id"],
            name=op.f("cart_billing_address_id_foreign"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shipping_address_id"],
            ["cart_address.id"],
            name=op.f("cart_shipping_address_id_foreign"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_pkey")),
    )
    op.create_index(op.f("IDX_cart_billing_address_id"), "cart", ["billing_address_id"], unique=False)
    op.create_index(
        op.f("IDX_cart_customer_id"),
        "cart",
        ["customer_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND customer_id IS NOT NULL"),
    )
    op.create_index(op.f("IDX_cart_shipping_address_id"), "cart", ["shipping_address_id"], unique=False)
    op.create_table(
        "cart_line_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("cart_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=True),
        sa.Column("thumbnail", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Text(), nullable=True),
        sa.Column("product_id", sa.Text(), nullable=True),
        sa.Column("product_title", sa.Text(), nullable=True),
        sa.Column("product_description", sa.Text(), nullable=True),
        sa.Column("product_subtitle", sa.Text(), nullable=True),
        sa.Column("product_type", sa.Text(), nullable=True),
        sa.Column("product_collection", sa.Text(), nullable=True),
        sa.Column("product_handle", sa.Text(), nullable=True),
        sa.Column("variant_sku", sa.Text(), nullable=True),
        sa.Column("variant_barcode", sa.Text(), nullable=True),
        sa.Column("variant_title", sa.Text(), nullable=True),
        sa.Column("variant_option_values", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("requires_shipping", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_discountable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_tax_inclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("compare_at_unit_price", sa.Numeric(), nullable=True),
        sa.Column("unit_price", sa.Numeric(), nullable=False),
        sa.Column("product_type_id", sa.Text(), nullable=True),
        sa.Column("is_custom_price", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_giftcard", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("unit_price >= 0", name=op.f("cart_line_item_unit_price_check")),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["cart.id"], name=op.f("cart_line_item_cart_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_line_item_pkey")),
    )
    op.create_index(op.f("IDX_cart_line_item_cart_id"), "cart_line_item", ["cart_id"], unique=False)
    op.create_table(
        "cart_shipping_method",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("cart_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("is_tax_inclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("shipping_option_id", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("cart_shipping_method_amount_check")),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["cart.id"], name=op.f("cart_shipping_method_cart_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_shipping_method_pkey")),
    )
    op.create_index(op.f("IDX_cart_shipping_method_cart_id"), "cart_shipping_method", ["cart_id"], unique=False)
    op.create_table(
        "credit_line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("cart_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_id", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("credit_line_cart_id_foreign")),
        sa.PrimaryKeyConstraint("id", name=op.f("credit_line_pkey")),
    )
    op.create_index(op.f("IDX_credit_line_cart_id"), "credit_line", ["cart_id"], unique=False)
    op.create_table(
        "cart_line_item_adjustment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("promotion_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("is_tax_inclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("cart_line_item_adjustment_amount_check")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["cart_line_item.id"],
            name=op.f("cart_line_item_adjustment_item_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_line_item_adjustment_pkey")),
    )
    op.create_index(
        op.f("IDX_cart_line_item_adjustment_item_id"), "cart_line_item_adjustment", ["item_id"], unique=False
    )
    op.create_table(
        "cart_line_item_tax_line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("tax_rate_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["cart_line_item.id"], name=op.f("cart_line_item_tax_line_item_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_line_item_tax_line_pkey")),
    )
    op.create_index(op.f("IDX_cart_line_item_tax_line_item_id"), "cart_line_item_tax_line", ["item_id"], unique=False)
    op.create_table(
        "cart_shipping_method_adjustment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("promotion_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("shipping_method_id", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shipping_method_id"],
            ["cart_shipping_method.id"],
            name=op.f("cart_shipping_method_adjustment_shipping_method_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_shipping_method_adjustment_pkey")),
    )
    op.create_index(
        op.f("IDX_cart_shipping_method_adjustment_shipping_method_id"),
        "cart_shipping_method_adjustment",
        ["shipping_method_id"],
        unique=False,
    )
    op.create_table(
        "cart_shipping_method_tax_line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("tax_rate_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("shipping_method_id", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shipping_method_id"],
            ["cart_shipping_method.id"],
            name=op.f("cart_shipping_method_tax_line_shipping_method_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_shipping_method_tax_line_pkey")),
    )
    op.create_index(
        op.f("IDX_cart_shipping_method_tax_line_shipping_method_id"),
        "cart_shipping_method_tax_line",
        ["shipping_method_id"],
        unique=False,
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        op.f("IDX_cart_shipping_method_tax_line_shipping_method_id"), table_name="cart_shipping_method_tax_line"
    )
    op.drop_table("cart_shipping_method_tax_line")
    op.drop_index(
        op.f("IDX_cart_shipping_method_adjustment_shipping_method_id"), table_name="cart_shipping_method_adjustment"
    )
    op.drop_table("cart_shipping_method_adjustment")
    op.drop_index(op.f("IDX_cart_line_item_tax_line_item_id"), table_name="cart_line_item_tax_line")
    op.drop_table("cart_line_item_tax_line")
    op.drop_index(op.f("IDX_cart_line_item_adjustment_item_id"), table_name="cart_line_item_adjustment")
    op.drop_table("cart_line_item_adjustment")
    op.drop_index(op.f("IDX_credit_line_cart_id"), table_name="credit_line")
    op.drop_table("credit_line")
    op.drop_index(op.f("IDX_cart_shipping_method_cart_id"), table_name="cart_shipping_method")
    op.drop_table("cart_shipping_method")
    op.drop_index(op.f("IDX_cart_line_item_cart_id"), table_name="cart_line_item")
    op.drop_table("cart_line_item")
    op.drop_index(op.f("IDX_cart_shipping_address_id"), table_name="cart")
    op.drop_index(
        op.f("IDX_cart_customer_id"),
        table_name="cart",
        postgresql_where=sa.text("deleted_at IS NULL AND customer_id IS NOT NULL"),
    )
    op.drop_index(op.f("IDX_cart_billing_address_id"), table_name="cart")
    op.drop_table("cart")
    op.drop_table("cart_address")
