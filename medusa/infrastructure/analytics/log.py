"""Analytics that go nowhere but into the log, at the level ``debug``."""

from __future__ import annotations

import structlog

from medusa.infrastructure.analytics.provider import (
    AnalyticsProvider,
    IdentifiedActor,
    IdentifiedGroup,
    TrackedEvent,
)

log = structlog.get_logger()


class LogAnalyticsProvider(AnalyticsProvider):
    """Writes a line for each event."""

    identifier = "log"
    default_id = "log"
    is_external = False

    def track(self, event: TrackedEvent) -> None:
        log.debug(
            "analytics.tracked",
            name=event.event,
            actor_id=event.actor_id,
            properties=event.properties,
            groups=event.groups,
        )

    def identify(self, subject: IdentifiedActor | IdentifiedGroup) -> None:
        if isinstance(subject, IdentifiedActor):
            log.debug("analytics.identified", actor_id=subject.actor_id, properties=subject.properties)
        else:
            log.debug(
                "analytics.group_identified",
                group_type=subject.group_type,
                group_id=subject.group_id,
                actor_id=subject.actor_id,
                properties=subject.properties,
            )
