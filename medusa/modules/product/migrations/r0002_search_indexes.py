"""Product: indexes for searching parts of words, where PostgreSQL has pg_trgm (the embedded server has not)."""

from __future__ import annotations

from alembic import op

revision = "product_0002"
down_revision: str | None = "product_0001"
branch_labels: tuple[str, ...] | None = None
depends_on: tuple[str, ...] | None = None

SEARCHED = {"product": ("title", "subtitle", "description", "handle"), "product_variant": ("title", "sku", "barcode")}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    indexes = "\n".join(
        f'EXECUTE \'CREATE INDEX "IDX_{table}_trgm" ON {table} USING gin '
        f"({', '.join(f'{column} gin_trgm_ops' for column in columns)}) WHERE deleted_at IS NULL';"
        for table, columns in SEARCHED.items()
    )
    op.execute(
        f"""
        DO $$ BEGIN
          IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
            CREATE EXTENSION IF NOT EXISTS pg_trgm;
            {indexes}
          END IF;
        EXCEPTION WHEN insufficient_privilege THEN
          RAISE NOTICE 'Searching products is slower without pg_trgm, which this user may not create';
        END $$
        """
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in SEARCHED:
        op.execute(f'DROP INDEX IF EXISTS "IDX_{table}_trgm"')
