"""Price sets and their prices, chosen by currency, quantity and rules."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Model, WithMetadata, live_index, one_of, references, relation


class PriceSet(Model):
    """All prices of one thing."""

    __tablename__ = "price_set"
    __prefix__ = "pset"

    prices: Mapped[list[Price]] = relation(order_by="Price.id")


class Price(Model):
    """An amount in one currency, for a range of quantities and under rules."""

    __tablename__ = "price"
    __prefix__ = "price"
    __table_args__ = (Index(None, "price_set_id", "currency_code"),)

    title: Mapped[str | None]
    price_set_id: Mapped[str] = references("price_set.id", index=False)
    currency_code: Mapped[str]
    rules_count: Mapped[int | None] = mapped_column(server_default=text("0"))
    price_list_id: Mapped[str | None] = references("price_list.id")
    amount: Mapped[Decimal]
    min_quantity: Mapped[Decimal | None]
    max_quantity: Mapped[Decimal | None]

    price_set: Mapped[PriceSet | None] = relation()
    price_list: Mapped[PriceList | None] = relation()
    price_rules: Mapped[list[PriceRule]] = relation(order_by="PriceRule.id")


class PriceRule(Model):
    """A condition on the context under which a price holds."""

    __tablename__ = "price_rule"
    __prefix__ = "prule"
    __table_args__ = (
        one_of("operator", "gte", "lte", "gt", "lt", "eq"),
        live_index("price_id", "attribute", "operator", unique=True),
        live_index("attribute", "value"),
    )

    value: Mapped[str]
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    price_id: Mapped[str] = references("price.id")
    attribute: Mapped[str] = mapped_column(server_default="")
    operator: Mapped[str] = mapped_column(server_default="eq")

    price: Mapped[Price | None] = relation()


class PriceList(WithMetadata, Model):
    """Prices of a sale or an override, for a time and under rules."""

    __tablename__ = "price_list"
    __prefix__ = "plist"
    __table_args__ = (
        one_of("status", "active", "draft"),
        one_of("type", "sale", "override"),
        live_index("status", "starts_at", "ends_at"),
    )

    status: Mapped[str] = mapped_column(server_default="draft")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    rules_count: Mapped[int | None] = mapped_column(server_default=text("0"))
    title: Mapped[str]
    description: Mapped[str]
    type: Mapped[str] = mapped_column(server_default="sale")

    prices: Mapped[list[Price]] = relation(order_by="Price.id")
    price_list_rules: Mapped[list[PriceListRule]] = relation(order_by="PriceListRule.id")


class PriceListRule(Model):
    """A condition on the context under which a price list holds: one of several values."""

    __tablename__ = "price_list_rule"
    __prefix__ = "prule"
    __table_args__ = (
        live_index("attribute"),
        Index(
            "IDX_price_list_rule_value", "value", postgresql_using="gin", postgresql_where=text("deleted_at IS NULL")
        ),
    )

    price_list_id: Mapped[str] = references("price_list.id")
    value: Mapped[Any | None]
    attribute: Mapped[str] = mapped_column(server_default="")

    price_list: Mapped[PriceList | None] = relation()


class PricePreference(Model):
    """Whether prices of a currency or region include tax."""

    __tablename__ = "price_preference"
    __prefix__ = "prpref"
    __table_args__ = (live_index("attribute", "value", unique=True),)

    attribute: Mapped[str]
    value: Mapped[str | None]
    is_tax_inclusive: Mapped[bool] = mapped_column(server_default=false())
