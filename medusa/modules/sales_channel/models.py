"""Sales channels."""

from __future__ import annotations

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Model, WithMetadata


class SalesChannel(WithMetadata, Model):
    """Where one sells: a shop, an app, a marketplace."""

    __tablename__ = "sales_channel"
    __prefix__ = "sc"

    name: Mapped[str]
    description: Mapped[str | None]
    is_disabled: Mapped[bool] = mapped_column(server_default=false())
