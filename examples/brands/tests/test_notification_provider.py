import pytest

from medusa.framework.app import App
from medusa.framework.testing.clients import Client
from medusa.infrastructure.notifications import NewNotification
from medusa.workflows.notification.sending import NotificationsNotSent, send_notifications
from outside import Outside


def card(template: str) -> NewNotification:
    """A card to Ann; another card for another template."""
    data = {"number": 7, "total": "25", "currency": "EUR"}
    return NewNotification(channel="postcard", to="Ann", template=template, data=data, idempotency_key=f"{template}:7")


async def test_a_card_is_written_once(app: App, admin: Client, outside: Outside) -> None:
    [outcome] = await app.run(send_notifications, [card("thank-you")])
    [again] = await app.run(send_notifications, [card("thank-you")])
    assert again.id == outcome.id
    [written] = outside.cards.values()
    assert (written["to"], written["text"]) == ("Ann", "Thank you for order 7: 25 EUR.")

    fields = {"fields": "id,channel,status,provider_id,external_id"}
    shown = (await admin.get(f"/notifications/{outcome.id}", fields))["notification"]
    assert (shown["channel"], shown["status"], shown["provider_id"]) == ("postcard", "success", "postcards")
    assert shown["external_id"] == "card_1"


async def test_a_card_that_cannot_be_written_is_on_record(app: App, admin: Client, outside: Outside) -> None:
    with pytest.raises(NotificationsNotSent):
        await app.run(send_notifications, [card("unknown")])
    assert outside.cards == {}
    found = await admin.get("/notifications", {"to": "Ann", "limit": 1, "fields": "template,status"})
    [shown] = found["notifications"]
    assert (shown["template"], shown["status"]) == ("unknown", "failure")
