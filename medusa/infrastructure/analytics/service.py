"""Analytics: what people do, told to the configured provider. Without one it goes nowhere but into the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from medusa.framework.modules import ModuleService
from medusa.infrastructure.analytics.provider import (
    AnalyticsProvider,
    IdentifiedActor,
    IdentifiedGroup,
    TrackedEvent,
)

log = structlog.get_logger()


class AnalyticsService(ModuleService):
    """What applications count. No method waits for anybody, and none fails."""

    name = "analytics"

    @property
    def provider(self) -> AnalyticsProvider:
        """Who counts."""
        return self.providers.default(AnalyticsProvider)

    def track(
        self,
        event: str,
        *,
        actor_id: str | None = None,
        properties: Mapping[str, Any] | None = None,
        groups: Mapping[str, str] | None = None,
    ) -> None:
        """Count what somebody did.

        Args:
            actor_id: Who did it, e.g. a customer's id.
            groups: What they belong to, by kind: ``{"company": "comp_1"}``.
        """
        tracked = TrackedEvent(event=event, actor_id=actor_id, properties=properties or {}, groups=groups or {})
        self._tell(tracked)

    def identify(self, actor_id: str, *, properties: Mapping[str, Any] | None = None) -> None:
        """Remember what is known of somebody."""
        self._tell(IdentifiedActor(actor_id=actor_id, properties=properties or {}))

    def identify_group(
        self,
        group_type: str,
        group_id: str,
        *,
        actor_id: str | None = None,
        properties: Mapping[str, Any] | None = None,
    ) -> None:
        """Remember what is known of a group, such as a company."""
        self._tell(
            IdentifiedGroup(group_type=group_type, group_id=group_id, actor_id=actor_id, properties=properties or {})
        )

    def _tell(self, told: TrackedEvent | IdentifiedActor | IdentifiedGroup) -> None:
        try:
            if isinstance(told, TrackedEvent):
                self.provider.track(told)
            else:
                self.provider.identify(told)
        except Exception:  # a mistake in an application's own provider must not fail a purchase
            log.exception("analytics.failed")
