"""Analytics: the service on each provider, and PostHog's requests as they were recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from medusa.framework.app import App
from medusa.framework.config import ModuleConfig, ProviderConfig
from medusa.framework.errors import ConfigurationError
from medusa.infrastructure.analytics import AnalyticsProvider, AnalyticsService, TrackedEvent
from medusa.infrastructure.analytics.posthog import PostHogAnalyticsProvider
from tests.infrastructure.recorded import RecordedServer, recorded_server

RECORDINGS = Path(__file__).parent / "recordings"


@pytest.fixture
def posthog() -> Iterator[RecordedServer]:
    """PostHog, as it was recorded."""
    with recorded_server() as server:
        server.load(RECORDINGS / "start.json")
        yield server
        assert server.problems == []


def options_of(server: RecordedServer, **more: Any) -> dict[str, Any]:
    """What the provider needs to use it."""
    return {"api_key": "phc_key", "host": server.url, "flush_interval": 0.02, "first_pause": 0.02, **more}


@asynccontextmanager
async def analytics(app: App, root: Path, kind: str, options: dict[str, Any]) -> AsyncGenerator[AnalyticsService]:
    """The service of an application with this provider."""
    provider = ProviderConfig(resolve=f"medusa.infrastructure.analytics.{kind}", id=kind, options=options)
    config = replace(app.config, root=root, modules={"analytics": ModuleConfig(providers=[provider])})
    async with App.open(root, config=config) as opened:
        yield opened.service(AnalyticsService)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what happens in the background, ten seconds at most."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - another thread makes it true
            await asyncio.sleep(0.01)


def tell_everything(service: AnalyticsService) -> None:
    """Use all of the service."""
    properties = {"order_id": "order_1", "total": 10.5}
    service.track("order_placed", actor_id="cus_1", properties=properties, groups={"company": "comp_1"})
    service.track("visited")
    service.identify("cus_1", properties={"plan": "gold"})
    service.identify_group("company", "comp_1", actor_id="cus_1", properties={"name": "Acme"})


# --- every provider


@pytest.mark.parametrize("kind", ["log", "posthog"])
async def test_everything_is_told(app: App, tmp_path: Path, posthog: RecordedServer, kind: str) -> None:
    posthog.load(RECORDINGS / "everything.json")
    with capture_logs() as lines:
        async with analytics(app, tmp_path, kind, options_of(posthog) if kind == "posthog" else {}) as service:
            tell_everything(service)
    if kind == "posthog":
        assert posthog.finished()
    else:
        told = [line["event"] for line in lines if line["event"].startswith("analytics.")]
        assert told == ["analytics.tracked"] * 2 + ["analytics.identified", "analytics.group_identified"]
        assert len(posthog.pending) == 2


async def test_without_configuration_nothing_leaves_the_server(app: App) -> None:
    assert [provider.identifier for provider in app.providers.of("analytics").values()] == ["log"]
    assert not app.providers.default(AnalyticsProvider).is_external


class Broken(AnalyticsProvider):
    """A provider with a mistake."""

    identifier = "broken"

    def track(self, event: TrackedEvent) -> None:
        raise ZeroDivisionError

    def identify(self, subject: object) -> None:
        raise ZeroDivisionError


async def test_a_provider_with_a_mistake_fails_nobody(app: App) -> None:
    service = AnalyticsService({}, type(app.providers)())
    service.providers.add(Broken(), "broken")
    with capture_logs() as lines:
        tell_everything(service)
    assert [line["event"] for line in lines] == ["analytics.failed"] * 4


# --- PostHog


async def test_an_event_is_sent_though_the_batch_is_not_full(app: App, tmp_path: Path, posthog: RecordedServer) -> None:
    posthog.load(RECORDINGS / "one.json")
    async with analytics(app, tmp_path, "posthog", options_of(posthog)) as service:
        service.track("viewed", actor_id="cus_1")
        await until(posthog.finished)


async def test_full_batches_are_sent_at_once(app: App, tmp_path: Path, posthog: RecordedServer) -> None:
    posthog.load(RECORDINGS / "two_batches.json")
    async with analytics(app, tmp_path, "posthog", options_of(posthog, batch_size=2, flush_interval=60)) as service:
        for _ in range(4):
            service.track("viewed", actor_id="cus_1")
        await until(posthog.finished)


@pytest.mark.parametrize("recording", ["too_many_then_accepted", "server_error_then_accepted"])
async def test_what_is_not_taken_is_sent_again_with_its_id(
    app: App, tmp_path: Path, posthog: RecordedServer, recording: str
) -> None:
    posthog.load(RECORDINGS / f"{recording}.json")
    async with analytics(app, tmp_path, "posthog", options_of(posthog)) as service:
        service.track("viewed", actor_id="cus_1")
        await until(posthog.finished)
    first, second = (asked["body"]["batch"][0]["uuid"] for asked in posthog.asked[1:])
    assert first == second


async def test_what_is_refused_is_not_sent_again(app: App, tmp_path: Path, posthog: RecordedServer) -> None:
    posthog.load(RECORDINGS / "unauthorized.json", RECORDINGS / "one.json")
    with capture_logs() as lines:
        async with analytics(app, tmp_path, "posthog", options_of(posthog)) as service:
            service.track("viewed", actor_id="cus_1")
            await until(lambda: len(posthog.pending) == 1)
            service.track("viewed", actor_id="cus_1")
            await until(posthog.finished)
    [refused] = [line for line in lines if line["event"] == "analytics.refused"]
    assert (refused["status"], refused["events"]) == (401, 1)


async def test_while_it_is_away_the_queue_stays_small(app: App, tmp_path: Path, posthog: RecordedServer) -> None:
    posthog.load(*([RECORDINGS / "one.json"] * 2))
    options = options_of(posthog, queue_size=2, batch_size=1)
    with capture_logs() as lines:
        async with analytics(app, tmp_path, "posthog", options) as service:
            for _ in range(5):  # nothing else runs meanwhile: the queue is full after two
                service.track("viewed", actor_id="cus_1")
            await until(posthog.finished)
    [dropped] = [line for line in lines if line["event"] == "analytics.dropped"]
    assert dropped["events"] == 3


async def test_a_server_that_goes_down_loses_events_not_the_shop(app: App, tmp_path: Path) -> None:
    with capture_logs() as lines:
        with recorded_server() as posthog:
            posthog.load(RECORDINGS / "start.json")
            opening = analytics(app, tmp_path, "posthog", options_of(posthog, queue_size=1))
            service = await opening.__aenter__()
        for _ in range(3):  # for two of them there is no room
            service.track("viewed", actor_id="cus_1")
        await until(lambda: any(line["event"] == "analytics.not_sent" for line in lines))
        await opening.__aexit__(None, None, None)
    [lost] = [line for line in lines if line["event"] == "analytics.lost"]
    assert lost["events"] == 3


async def test_what_is_no_json_fails_nobody(app: App, tmp_path: Path, posthog: RecordedServer) -> None:
    with capture_logs() as lines:
        async with analytics(app, tmp_path, "posthog", options_of(posthog)) as service:
            service.track("viewed", properties={"half a character": "\ud800"})
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["analytics.failed"]


async def test_a_server_that_is_down_stops_the_start(app: App, tmp_path: Path) -> None:
    options = {"api_key": "phc_key", "host": "http://127.0.0.1:1"}
    with pytest.raises(ConfigurationError, match=r"PostHog at http://127\.0\.0\.1:1 does not answer"):
        async with analytics(app, tmp_path, "posthog", options):
            pass


def test_options_are_checked() -> None:
    with pytest.raises(ConfigurationError, match="missing required field `api_key`"):
        PostHogAnalyticsProvider({})
    for option in ("batch_size", "queue_size", "flush_interval", "first_pause", "longest_pause"):
        with pytest.raises(ConfigurationError, match=rf"{option}"):
            PostHogAnalyticsProvider({"api_key": "phc_key", option: 0})
