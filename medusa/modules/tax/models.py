"""Tax regions, rates and the rules that choose among them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Model, Plain, WithMetadata, live_index, references, relation


class TaxProvider(Model):
    """Who calculates tax."""

    __tablename__ = "tax_provider"

    is_enabled: Mapped[bool] = mapped_column(server_default=true())


class TaxRegion(WithMetadata, Model):
    """A country, or a province below one, with its own rates."""

    __tablename__ = "tax_region"
    __prefix__ = "txreg"
    __table_args__ = (
        live_index(
            "country_code",
            unique=True,
            where="province_code IS NULL",
            name="IDX_tax_region_unique_country_nullable_province",
        ),
        live_index("country_code", "province_code", unique=True),
        CheckConstraint("parent_id IS NULL OR province_code IS NOT NULL", name="country_top_level"),
        CheckConstraint("parent_id IS NULL OR provider_id IS NULL", name="provider_top_level"),
    )

    provider_id: Mapped[str | None] = references("tax_provider.id", ondelete="SET NULL")
    country_code: Mapped[str]
    province_code: Mapped[str | None]
    parent_id: Mapped[str | None] = references("tax_region.id")
    created_by: Mapped[str | None]

    provider: Mapped[TaxProvider | None] = relation()
    parent: Mapped[TaxRegion | None] = relation(remote_side="TaxRegion.id")
    children: Mapped[list[TaxRegion]] = relation(order_by="TaxRegion.id")
    tax_rates: Mapped[list[TaxRate]] = relation(order_by="TaxRate.id")


class TaxRate(WithMetadata, Model):
    """A rate in percent: the default of its region, or for what its rules name."""

    __tablename__ = "tax_rate"
    __prefix__ = "txr"
    __table_args__ = (live_index("tax_region_id", unique=True, where="is_default", name="IDX_single_default_region"),)

    rate: Mapped[Plain | None]
    code: Mapped[str]
    name: Mapped[str]
    is_default: Mapped[bool] = mapped_column(server_default=false())
    is_combinable: Mapped[bool] = mapped_column(server_default=false())
    tax_region_id: Mapped[str] = references("tax_region.id")
    created_by: Mapped[str | None]

    tax_region: Mapped[TaxRegion | None] = relation()
    rules: Mapped[list[TaxRateRule]] = relation(order_by="TaxRateRule.id")


class TaxRateRule(WithMetadata, Model):
    """A product, product type or shipping option a rate is for."""

    __tablename__ = "tax_rate_rule"
    __prefix__ = "txrule"
    __table_args__ = (
        live_index("tax_rate_id", "reference_id", unique=True),
        live_index("reference_id"),
    )

    tax_rate_id: Mapped[str] = references("tax_rate.id")
    reference_id: Mapped[str]
    reference: Mapped[str]
    created_by: Mapped[str | None]

    tax_rate: Mapped[TaxRate | None] = relation()
