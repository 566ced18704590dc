"""Who takes which channel, what is on record, and what the Admin API shows of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medusa.framework.app import App
from medusa.framework.config import ModuleConfig, ProviderConfig
from medusa.framework.errors import ConfigurationError
from medusa.framework.testing.clients import Client
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.infrastructure.notifications import NewNotification, NoProviderForChannel, NotificationService
from medusa.workflows.notification.sending import send_notifications
from tests.infrastructure.notifications.conftest import application, hello, notify, on_record

FEED = NewNotification(channel="feed", template="admin-ui", data={"title": "Product export"})
SHOWN = {
    "id",
    "to",
    "channel",
    "template",
    "data",
    "trigger_type",
    "resource_id",
    "resource_type",
    "receiver_id",
    "created_at",
    "updated_at",
}


async def test_the_dashboard_sees_its_feed(app: App, admin: Client) -> None:
    sent = [outcome.id for outcome in await notify(app, FEED, FEED)]
    page = await admin.get("/notifications", {"channel": "feed", "limit": "2"})
    assert {row["id"] for row in page["notifications"]} == set(sent)
    assert (page["offset"], page["limit"]) == (0, 2)
    assert set(page["notifications"][0]) == SHOWN
    [row] = (await admin.get("/notifications", {"id": sent[0]}))["notifications"]
    assert (row["to"], row["channel"], row["template"], row["data"]) == ("", "feed", "admin-ui", FEED.data)
    shown = await admin.get(f"/notifications/{sent[0]}", {"fields": "id,status,provider.channels"})
    assert shown["notification"]["provider"] == {"id": "local", "channels": ["feed", "email"]}
    assert await admin.get("/notifications/noti_unknown") == {}


async def test_messages_are_found_by_their_receiver(app: App, admin: Client) -> None:
    [outcome] = await notify(app, hello(to="someone.rare@example.com"))
    for query in ({"to": "someone.rare@example.com"}, {"q": "rare"}):
        page = await admin.get("/notifications", {**query, "fields": "id"})
        assert page["notifications"] == [{"id": outcome.id}]


@pytest.mark.parametrize("parameter", ["template", "created_at", "resource_id"])
async def test_other_filters_are_refused(admin: Client, parameter: str) -> None:
    answer = await admin.get("/notifications", {parameter: "x"}, expect=400)
    assert answer == {"type": "invalid_data", "message": f"Invalid request: Unrecognized fields: '{parameter}'"}


async def test_a_channel_nobody_takes_is_refused_and_nothing_is_sent(app: App) -> None:
    before = await on_record(app)
    with pytest.raises(NoProviderForChannel, match="Could not find a notification provider for channel: sms"):
        await notify(app, FEED, hello(channel="sms"))
    assert len(await on_record(app)) == len(before)


@workflow("test-export-that-fails")
async def export_that_fails(ctx: WorkflowContext, data: list[NewNotification]) -> None:
    """Announces something, and fails."""
    await send_notifications(ctx, data)
    raise ValueError("no export")


async def test_the_feed_is_written_with_the_workflow_that_says_so(app: App) -> None:
    before = await on_record(app)
    with pytest.raises(ValueError, match="no export"):
        await app.run(export_that_fails, [FEED])
    assert len(await on_record(app)) == len(before)


async def test_the_log_takes_mail_only_until_somebody_else_does(app: App, tmp_path: Path) -> None:
    assert app.service(NotificationService).provider("email").identifier == "log"
    async with application(app, tmp_path, ("log", {"channels": ["sms"]})) as opened:
        service = opened.service(NotificationService)
        assert service.provider("sms").options == {"channels": ["sms"]}
        async with opened.database.reader() as session:
            rows = await service.notification_providers.list(session, {"is_enabled": True})
        assert {row.id: row.channels for row in rows} == {"log": ["sms"], "local": ["feed", "email"]}


async def test_two_providers_of_one_channel_stop_the_start(app: App, tmp_path: Path) -> None:
    log = "medusa.infrastructure.notifications.log"
    both = [ProviderConfig(resolve=log, id=id, options={"channels": ["sms"]}) for id in ("one", "two")]
    config = replace(app.config, root=tmp_path, modules={"notifications": ModuleConfig(providers=both)})
    with pytest.raises(ConfigurationError, match="'one' and 'two' both take the channel 'sms'"):
        async with App.open(tmp_path, config=config):
            pass
