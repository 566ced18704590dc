"""Fulfillment: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "fulfillment_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("fulfillment",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "fulfillment_address",
        sa.Column("id", sa.Text(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("fulfillment_address_pkey")),
    )
    op.create_table(
        "fulfillment_provider",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("fulfillment_provider_pkey")),
    )
    op.create_table(
        "fulfillment_set",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("fulfillment_set_pkey")),
    )
    op.create_index(
        op.f("IDX_fulfillment_set_name"),
        "fulfillment_set",
        ["name"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "shipping_option_type",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("shipping_option_type_pkey")),
    )
    op.create_table(
        "shipping_profile",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("shipping_profile_pkey")),
    )
    op.create_index(
        op.f("IDX_shipping_profile_name"),
        "shipping_profile",
        ["name"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "service_zone",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fulfillment_set_id", sa.Text(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["fulfillment_set_id"],
            ["fulfillment_set.id"],
            name=op.f("service_zone_fulfillment_set_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("service_zone_pkey")),
    )
    op.create_index(op.f("IDX_service_zone_fulfillment_set_id"), "service_zone", ["fulfillment_set_id"], unique=False)
    op.create_index(
        op.f("IDX_service_zone_name"),
        "service_zone",
        ["name"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "geo_zone",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), server_default="country", nullable=False),
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("service_zone_id", sa.Text(), nullable=False),
        sa.Column("postal_expression", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("type IN ('country', 'province', 'city', 'zip')", name=op.f("geo_zone_type_check")),
        sa.ForeignKeyConstraint(
            ["service_zone_id"], ["service_zone.id"], name=op.f("geo_zone_service_zone_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("geo_zone_pkey")),
    )
    op.create_index(
        op.f("IDX_geo_zone_city"),
        "geo_zone",
        ["city"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND city IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_geo_zone_country_code"),
        "geo_zone",
        ["country_code"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_geo_zone_province_code"),
        "geo_zone",
        ["province_code"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND province_code IS NOT NULL"),
    )
    op.create_index(op.f("IDX_geo_zone_service_zone_id"), "geo_zone", ["service_zone_id"], unique=False)
    op.create_table(
        "shipping_option",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("price_type", sa.Text(), server_default="flat", nullable=False),
        sa.Column("service_zone_id", sa.Text(), nullable=False),
        sa.Column("shipping_profile_id", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("shipping_option_type_id", sa.Text(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("price_type IN ('calculated', 'flat')", name=op.f("shipping_option_price_type_check")),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["fulfillment_provider.id"],
            name=op.f("shipping_option_provider_id_foreign"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["service_zone_id"],
            ["service_zone.id"],
            name=op.f("shipping_option_service_zone_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shipping_option_type_id"],
            ["shipping_option_type.id"],
            name=op.f("shipping_option_shipping_option_type_id_foreign"),
        ),
        sa.ForeignKeyConstraint(
            ["shipping_profile_id"],
            ["shipping_profile.id"],
            name=op.f("shipping_option_shipping_profile_id_foreign"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("shipping_option_pkey")),
    )
    op.create_index(op.f("IDX_shipping_option_provider_id"), "shipping_option", ["provider_id"], unique=False)
    op.create_index(op.f("IDX_shipping_option_service_zone_id"), "shipping_option", ["service_zone_id"], unique=False)
    op.create_index(
        op.f("IDX_shipping_option_shipping_option_type_id"),
        "shipping_option",
        ["shipping_option_type_id"],
        unique=False,
    )
    op.create_index(
        op.f("IDX_shipping_option_shipping_profile_id"), "shipping_option", ["shipping_profile_id"], unique=False
    )
    op.create_table(
        "fulfillment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("shipping_option_id", sa.Text(), nullable=True),
        sa.Column("delivery_address_id", sa.Text(), nullable=True),
        sa.Column("marked_shipped_by", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("requires_shipping", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_address_id"],
            ["fulfillment_address.id"],
            name=op.f("fulfillment_delivery_address_id_foreign"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["fulfillment_provider.id"],
            name=op.f("fulfillment_provider_id_foreign"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shipping_option_id"],
            ["shipping_option.id"],
            name=op.f("fulfillment_shipping_option_id_foreign"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("fulfillment_pkey")),
    )
    op.create_index(op.f("IDX_fulfillment_delivery_address_id"), "fulfillment", ["delivery_address_id"], unique=False)
    op.create_index(
        op.f("IDX_fulfillment_location_id"),
        "fulfillment",
        ["location_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(op.f("IDX_fulfillment_provider_id"), "fulfillment", ["provider_id"], unique=False)
    op.create_index(op.f("IDX_fulfillment_shipping_option_id"), "fulfillment", ["shipping_option_id"], unique=False)
    op.create_table(
        "shipping_option_rule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("shipping_option_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "operator IN ('in', 'eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'nin')",
            name=op.f("shipping_option_rule_operator_check"),
        ),
        sa.ForeignKeyConstraint(
            ["shipping_option_id"],
            ["shipping_option.id"],
            name=op.f("shipping_option_rule_shipping_option_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("shipping_option_rule_pkey")),
    )
    op.create_index(
        op.f("IDX_shipping_option_rule_shipping_option_id"),
        "shipping_option_rule",
        ["shipping_option_id"],
        unique=False,
    )
    op.create_table(
        "fulfillment_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(), nullable=False),
        sa.Column("line_item_id", sa.Text(), nullable=True),
        sa.Column("inventory_item_id", sa.Text(), nullable=True),
        sa.Column("fulfillment_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["fulfillment_id"],
            ["fulfillment.id"],
            name=op.f("fulfillment_item_fulfillment_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("fulfillment_item_pkey")),
    )
    op.create_index(op.f("IDX_fulfillment_item_fulfillment_id"), "fulfillment_item", ["fulfillment_id"], unique=False)
    op.create_index(
        op.f("IDX_fulfillment_item_inventory_item_id"),
        "fulfillment_item",
        ["inventory_item_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_fulfillment_item_line_item_id"),
        "fulfillment_item",
        ["line_item_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "fulfillment_label",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tracking_number", sa.Text(), nullable=False),
        sa.Column("tracking_url", sa.Text(), nullable=False),
        sa.Column("label_url", sa.Text(), nullable=False),
        sa.Column("fulfillment_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["fulfillment_id"],
            ["fulfillment.id"],
            name=op.f("fulfillment_label_fulfillment_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("fulfillment_label_pkey")),
    )
    op.create_index(op.f("IDX_fulfillment_label_fulfillment_id"), "fulfillment_label", ["fulfillment_id"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("IDX_fulfillment_label_fulfillment_id"), table_name="fulfillment_label")
    op.drop_table("fulfillment_label")
    op.drop_index(
        op.f("IDX_fulfillment_item_line_item_id"),
        table_name="fulfillment_item",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        op.f("IDX_fulfillment_item_inventory_item_id"),
        table_name="fulfillment_item",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_fulfillment_item_fulfillment_id"), table_name="fulfillment_item")
    op.drop_table("fulfillment_item")
    op.drop_index(op.f("IDX_shipping_option_rule_shipping_option_id"), table_name="shipping_option_rule")
    op.drop_table("shipping_option_rule")
    op.drop_index(op.f("IDX_fulfillment_shipping_option_id"), table_name="fulfillment")
    op.drop_index(op.f("IDX_fulfillment_provider_id"), table_name="fulfillment")
    op.drop_index(
        op.f("IDX_fulfillment_location_id"), table_name="fulfillment", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(op.f("IDX_fulfillment_delivery_address_id"), table_name="fulfillment")
    op.drop_table("fulfillment")
    op.drop_index(op.f("IDX_shipping_option_shipping_profile_id"), table_name="shipping_option")
    op.drop_index(op.f("IDX_shipping_option_shipping_option_type_id"), table_name="shipping_option")
    op.drop_index(op.f("IDX_shipping_option_service_zone_id"), table_name="shipping_option")
    op.drop_index(op.f("IDX_shipping_option_provider_id"), table_name="shipping_option")
    op.drop_table("shipping_option")
    op.drop_index(op.f("IDX_geo_zone_service_zone_id"), table_name="geo_zone")
    op.drop_index(
        op.f("IDX_geo_zone_province_code"),
        table_name="geo_zone",
        postgresql_where=sa.text("deleted_at IS NULL AND province_code IS NOT NULL"),
    )
    op.drop_index(
        op.f("IDX_geo_zone_country_code"), table_name="geo_zone", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        op.f("IDX_geo_zone_city"),
        table_name="geo_zone",
        postgresql_where=sa.text("deleted_at IS NULL AND city IS NOT NULL"),
    )
    op.drop_table("geo_zone")
    op.drop_index(
        op.f("IDX_service_zone_name"), table_name="service_zone", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(op.f("IDX_service_zone_fulfillment_set_id"), table_name="service_zone")
    op.drop_table("service_zone")
    op.drop_index(
        op.f("IDX_shipping_profile_name"), table_name="shipping_profile", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("shipping_profile")
    op.drop_table("shipping_option_type")
    op.drop_index(
        op.f("IDX_fulfillment_set_name"), table_name="fulfillment_set", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("fulfillment_set")
    op.drop_table("fulfillment_provider")
    op.drop_table("fulfillment_address")
