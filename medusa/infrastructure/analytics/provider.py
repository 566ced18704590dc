"""What an analytics provider is: somebody who counts what people do."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from msgspec import Struct, field

from medusa.framework.ids import ulid
from medusa.framework.modules import Provider


class TrackedEvent(Struct, frozen=True, kw_only=True):
    """Something that somebody did.

    Attributes:
        event: Its name, e.g. ``order_placed``.
        actor_id: Who did it; None for nobody known.
        groups: What the actor belongs to, by the kind of group: ``{"company": "comp_1"}``.
    """

    event: str
    actor_id: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict[str, Any])
    groups: Mapping[str, str] = field(default_factory=dict[str, str])
    id: str = field(default_factory=ulid)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class IdentifiedActor(Struct, frozen=True, kw_only=True):
    """What is known of somebody."""

    actor_id: str
    properties: Mapping[str, Any] = field(default_factory=dict[str, Any])
    id: str = field(default_factory=ulid)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class IdentifiedGroup(Struct, frozen=True, kw_only=True):
    """What is known of a group, such as a company; ``actor_id`` for one of its members."""

    group_type: str
    group_id: str
    actor_id: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict[str, Any])
    id: str = field(default_factory=ulid)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class AnalyticsProvider(Provider):
    """The base of analytics providers; an application uses one.

    Requests call these methods: they take the thing over at once and raise nothing. What takes time happens in the background,
    and ends in ``close``.
    """

    module: ClassVar[str] = "analytics"
    is_exclusive: ClassVar[bool] = True

    @classmethod
    def full_id(cls, id: str) -> str:
        return id or cls.identifier

    @abstractmethod
    def track(self, event: TrackedEvent) -> None:
        """Count what somebody did."""

    @abstractmethod
    def identify(self, subject: IdentifiedActor | IdentifiedGroup) -> None:
        """Remember what is known of somebody, or of a group."""
