"""Product: one column for all that a search looks into of a variant; rewrites the table of variants once."""

from __future__ import annotations

from alembic import op

revision = "product_0003"
down_revision: str | None = "product_0002"
branch_labels: tuple[str, ...] | None = None
depends_on: tuple[str, ...] | None = None

COLUMNS = ("title", "sku", "barcode", "ean", "upc")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    text = " || ' ' || ".join(f"coalesce({column}, '')" for column in COLUMNS)
    op.execute(f"ALTER TABLE product_variant ADD search_text text GENERATED ALWAYS AS (lower({text})) STORED NOT NULL")
    _index("search_text")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE product_variant DROP search_text")
    _index("title", "sku", "barcode")


def _index(*columns: str) -> None:
    """The index for parts of words, where PostgreSQL has pg_trgm."""
    op.execute('DROP INDEX IF EXISTS "IDX_product_variant_trgm"')
    listed = ", ".join(f"{column} gin_trgm_ops" for column in columns)
    op.execute(
        f"""
        DO $$ BEGIN
          IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
            CREATE INDEX "IDX_product_variant_trgm" ON product_variant USING gin ({listed}) WHERE deleted_at IS NULL;
          END IF;
        END $$
        """
    )
