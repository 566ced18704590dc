"""What creates and changes sales channels."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType


class CreateSalesChannel(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new sales channel."""

    name: str
    description: str | UnsetType | None = UNSET
    is_disabled: bool | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class SalesChannelChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a sales channel."""

    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    is_disabled: bool | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class UpdateSalesChannels(Struct, kw_only=True):
    """The same changes for some sales channels."""

    ids: list[str]
    update: SalesChannelChanges


class LinkProducts(Struct, kw_only=True):
    """Products that a sales channel gets and loses."""

    id: str
    add: list[str] = []
    remove: list[str] = []
