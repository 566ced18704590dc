"""Analytics: what people do in the shop. Nothing leaves the server unless a provider is configured."""

from medusa.infrastructure.analytics.provider import (
    AnalyticsProvider,
    IdentifiedActor,
    IdentifiedGroup,
    TrackedEvent,
)
from medusa.infrastructure.analytics.service import AnalyticsService

__all__ = ["AnalyticsProvider", "AnalyticsService", "IdentifiedActor", "IdentifiedGroup", "TrackedEvent"]
