"""Analytics in PostHog.

Needs ``medusa-commerce[posthog]``. Options:
    api_key: The project's key (``phc_...``).
    host: ``https://us.i.posthog.com`` (default), ``https://eu.i.posthog.com``, or an installation of one's own.
    batch_size: Events of one request, at most.
    flush_interval: Seconds until events are sent though a batch is not full.
    queue_size: Events that wait, at most. While PostHog is away the newest are dropped, and a warning says how many.

Events are sent in the background and never hold up a request. A batch that fails is tried again, with growing pauses; each event
has an id by which PostHog knows it again. What waits when the server ends is sent then, for five seconds at most.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import structlog
from msgspec import Meta, Struct

from medusa.framework.errors import ConfigurationError
from medusa.infrastructure.analytics.provider import (
    AnalyticsProvider,
    IdentifiedActor,
    IdentifiedGroup,
    TrackedEvent,
)
from medusa.infrastructure.extras import need_package
from medusa.infrastructure.outages import describe

if TYPE_CHECKING:
    from datetime import datetime

    from medusa.framework.app import App

log = structlog.get_logger()
_CLOSING_SECONDS = 5.0
_encode = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode
_SOURCE = {"$lib": "medusa-python"}


class PostHogOptions(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """See the module's documentation."""

    api_key: str
    host: str = "https://us.i.posthog.com"
    batch_size: Annotated[int, Meta(ge=1)] = 100
    flush_interval: Annotated[float, Meta(gt=0)] = 5.0
    queue_size: Annotated[int, Meta(ge=1)] = 10_000
    first_pause: Annotated[float, Meta(gt=0)] = 1.0
    longest_pause: Annotated[float, Meta(gt=0)] = 60.0


class PostHogAnalyticsProvider(AnalyticsProvider):
    """PostHog's batch API."""

    identifier = "posthog"

    def check_options(self) -> None:
        self._options = self.options_as(PostHogOptions)
        need_package("httpx", module=self.module, what="the provider posthog", extra="posthog")

    async def open(self, app: App) -> None:
        import httpx

        self._http = httpx.AsyncClient(base_url=self._options.host, timeout=10)
        try:
            await self._http.get("/")  # any answer will do
        except httpx.HTTPError as error:
            await self._http.aclose()
            raise ConfigurationError(
                f"modules.analytics: PostHog at {self._options.host} does not answer ({describe(error)}): see whether this "
                "machine reaches it, or correct the option host"
            ) from error
        self._waiting: deque[msgspec.Raw] = deque()
        self._dropped = 0
        self._full, self._closing = asyncio.Event(), asyncio.Event()
        self._sender = asyncio.create_task(self._send_until_closed(), name="posthog")

    async def close(self) -> None:
        self._closing.set()
        self._full.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                await self._sender
                while self._waiting and await self._send_batch():
                    pass
        if lost := len(self._waiting) + self._dropped:
            log.warning("analytics.lost", provider="posthog", events=lost)
        await self._http.aclose()

    def track(self, event: TrackedEvent) -> None:
        properties = {**event.properties, **({"$groups": event.groups} if event.groups else {})}
        if event.actor_id is None:
            properties["$process_person_profile"] = False
        self._queue(event.event, event.actor_id or event.id, properties, event.id, event.at)

    def identify(self, subject: IdentifiedActor | IdentifiedGroup) -> None:
        if isinstance(subject, IdentifiedActor):
            self._queue("$identify", subject.actor_id, {"$set": subject.properties}, subject.id, subject.at)
            return
        about = {
            "$group_type": subject.group_type,
            "$group_key": subject.group_id,
            "$group_set": subject.properties,
        }
        who = subject.actor_id or f"${subject.group_type}_{subject.group_id}"
        self._queue("$groupidentify", who, about, subject.id, subject.at)

    def _queue(self, event: str, actor_id: str, properties: dict[str, Any], id: str, at: datetime) -> None:
        if len(self._waiting) >= self._options.queue_size:
            self._dropped += 1
            return
        told = {
            "event": event,
            "distinct_id": actor_id,
            "properties": {**properties, **_SOURCE},
            "timestamp": at,
            "uuid": _uuid(id),
        }
        self._waiting.append(msgspec.Raw(_encode(told)))
        if len(self._waiting) >= self._options.batch_size:
            self._full.set()

    async def _send_until_closed(self) -> None:
        pause = 0.0
        while not self._closing.is_set():
            if pause:
                await _within(pause, self._closing)
            elif len(self._waiting) < self._options.batch_size:
                await _within(self._options.flush_interval, self._full)
            self._full.clear()
            if not self._waiting or await self._send_batch():
                pause = 0.0
            else:
                pause = min(max(pause * 2, self._options.first_pause), self._options.longest_pause)

    async def _send_batch(self) -> bool:
        """Send what has waited longest; whether it is settled. What is not stays in the queue."""
        import httpx

        batch = list(islice(self._waiting, self._options.batch_size))
        body = _encode({"api_key": self._options.api_key, "batch": batch})
        try:
            answer = await self._http.post("/batch/", content=body, headers={"content-type": "application/json"})
        except httpx.HTTPError as error:
            log.warning("analytics.not_sent", provider="posthog", error=type(error).__name__)
            return False
        if answer.status_code == 429 or answer.status_code >= 500:
            log.warning("analytics.not_sent", provider="posthog", status=answer.status_code)
            return False
        if answer.status_code >= 300:  # the same events will not be taken tomorrow either
            log.error("analytics.refused", provider="posthog", status=answer.status_code, events=len(batch))
        for _ in batch:
            self._waiting.popleft()
        if self._dropped:
            log.warning("analytics.dropped", provider="posthog", events=self._dropped)
            self._dropped = 0
        return True


async def _within(seconds: float, event: asyncio.Event) -> None:
    """Wait for the event, but no longer."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def _uuid(id: str) -> str:
    """A ULID as a UUID: both are 128 bits."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = 0
    for character in id:
        number = number * 32 + alphabet.index(character)
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
