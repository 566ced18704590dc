"""Inventory: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "inventory_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("inventory",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "inventory_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("origin_country", sa.Text(), nullable=True),
        sa.Column("hs_code", sa.Text(), nullable=True),
        sa.Column("mid_code", sa.Text(), nullable=True),
        sa.Column("material", sa.Text(), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=True),
        sa.Column("length", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("requires_shipping", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("thumbnail", sa.Text(), nullable=True),
        sa.Column("unit_of_measure", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("inventory_item_pkey")),
    )
    op.create_index(
        op.f("IDX_inventory_item_sku"),
        "inventory_item",
        ["sku"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "inventory_level",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("inventory_item_id", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("stocked_quantity", sa.Numeric(), server_default=sa.text("0"), nullable=False),
        sa.Column("reserved_quantity", sa.Numeric(), server_default=sa.text("0"), nullable=False),
        sa.Column("incoming_quantity", sa.Numeric(), server_default=sa.text("0"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["inventory_item_id"],
            ["inventory_item.id"],
            name=op.f("inventory_level_inventory_item_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("inventory_level_pkey")),
    )
    op.create_index(
        op.f("IDX_inventory_level_inventory_item_id"), "inventory_level", ["inventory_item_id"], unique=False
    )
    op.create_index(
        op.f("IDX_inventory_level_inventory_item_id_location_id"),
        "inventory_level",
        ["inventory_item_id", "location_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_inventory_level_location_id"),
        "inventory_level",
        ["location_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "reservation_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("line_item_id", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("inventory_item_id", sa.Text(), nullable=False),
        sa.Column("allow_backorder", sa.Boolean(), server_default=sa.text("false"), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["inventory_item_id"],
            ["inventory_item.id"],
            name=op.f("reservation_item_inventory_item_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("reservation_item_pkey")),
    )
    op.create_index(
        op.f("IDX_reservation_item_inventory_item_id"), "reservation_item", ["inventory_item_id"], unique=False
    )
    op.create_index(
        op.f("IDX_reservation_item_line_item_id"),
        "reservation_item",
        ["line_item_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_reservation_item_location_id"),
        "reservation_item",
        ["location_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        op.f("IDX_reservation_item_location_id"),
        table_name="reservation_item",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        op.f("IDX_reservation_item_line_item_id"),
        table_name="reservation_item",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_reservation_item_inventory_item_id"), table_name="reservation_item")
    op.drop_table("reservation_item")
    op.drop_index(
        op.f("IDX_inventory_level_location_id"),
        table_name="inventory_level",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        op.f("IDX_inventory_level_inventory_item_id_location_id"),
        table_name="inventory_level",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_inventory_level_inventory_item_id"), table_name="inventory_level")
    op.drop_table("inventory_level")
    op.drop_index(
        op.f("IDX_inventory_item_sku"), table_name="inventory_item", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("inventory_item")
