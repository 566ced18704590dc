"""The store and what it supports."""

from __future__ import annotations

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Model, WithMetadata, references, relation


class Store(WithMetadata, Model):
    """The store's name, defaults, currencies and languages."""

    __tablename__ = "store"
    __prefix__ = "store"

    name: Mapped[str] = mapped_column(server_default="Medusa Store")
    default_sales_channel_id: Mapped[str | None]
    default_region_id: Mapped[str | None]
    default_location_id: Mapped[str | None]

    supported_currencies: Mapped[list[StoreCurrency]] = relation(order_by="StoreCurrency.id")
    supported_locales: Mapped[list[StoreLocale]] = relation(order_by="StoreLocale.id")


class StoreCurrency(Model):
    """A currency the store sells in."""

    __tablename__ = "store_currency"
    __prefix__ = "stocur"

    currency_code: Mapped[str]
    is_default: Mapped[bool] = mapped_column(server_default=false())
    store_id: Mapped[str | None] = references("store.id")

    store: Mapped[Store | None] = relation()


class StoreLocale(Model):
    """A language the store speaks."""

    __tablename__ = "store_locale"
    __prefix__ = "stloc"

    locale_code: Mapped[str]
    store_id: Mapped[str | None] = references("store.id")

    store: Mapped[Store | None] = relation()
