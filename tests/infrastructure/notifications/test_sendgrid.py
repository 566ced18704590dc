"""SendGrid: requests as they were recorded, and what is made of the answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from medusa.framework.app import App
from medusa.framework.errors import ConfigurationError
from medusa.infrastructure.notifications import Attachment
from medusa.infrastructure.notifications.sendgrid import SendGridNotificationProvider
from medusa.workflows.notification.sending import NotificationsNotSent
from tests.infrastructure.notifications.conftest import RECORDINGS, Carrier, application, hello, notify
from tests.infrastructure.recorded import RecordedServer


async def test_a_template_is_filled_there(sendgrid_carrier: Carrier, sendgrid_server: RecordedServer) -> None:
    sendgrid_server.load(RECORDINGS / "template.json")
    order = hello(content=None, template="d-order-placed", data={"order": "1001"})
    [outcome] = await notify(sendgrid_carrier.app, order)
    assert outcome.external_id == "14c5d75ce93.dfd.64b469"
    [person] = sendgrid_server.asked[-1]["body"]["personalizations"]
    assert person["custom_args"] == {"notification_id": outcome.id}


async def test_files_go_along(sendgrid_carrier: Carrier, sendgrid_server: RecordedServer) -> None:
    sendgrid_server.load(RECORDINGS / "attachment.json")
    invoice = Attachment(filename="invoice.txt", content="aGVsbG8=", content_type="text/plain")
    await notify(sendgrid_carrier.app, hello(attachments=[invoice]))


async def test_too_many_requests_are_tried_again(sendgrid_carrier: Carrier, sendgrid_server: RecordedServer) -> None:
    sendgrid_server.load(RECORDINGS / "too_many_then_accepted.json")
    await notify(sendgrid_carrier.app, hello())
    assert len(sendgrid_server.asked) == 1 + 3


async def test_a_refusal_is_not_tried_again(sendgrid_carrier: Carrier, sendgrid_server: RecordedServer) -> None:
    sendgrid_server.load(RECORDINGS / "unauthorized.json")
    with pytest.raises(NotificationsNotSent, match=r"\(401\): The provided authorization grant is invalid"):
        await notify(sendgrid_carrier.app, hello())


async def test_a_failing_server_is_tried_three_times(
    sendgrid_carrier: Carrier, sendgrid_server: RecordedServer
) -> None:
    sendgrid_server.load(RECORDINGS / "server_error.json")
    with pytest.raises(NotificationsNotSent, match=r"does not take the message now \(503\)"):
        await notify(sendgrid_carrier.app, hello())


async def test_a_mail_without_content_and_template_is_not_sent(sendgrid_carrier: Carrier) -> None:
    with pytest.raises(NotificationsNotSent, match="needs a template or a content"):
        await notify(sendgrid_carrier.app, hello(content=None))


@pytest.mark.parametrize("to", ["ann@example.com, bob@example.com", "nobody", ""])
async def test_a_mail_goes_to_one_address(sendgrid_carrier: Carrier, to: str) -> None:
    with pytest.raises(NotificationsNotSent, match="needs an address"):
        await notify(sendgrid_carrier.app, hello(to=to))


async def test_what_is_no_sendgrid_stops_the_start(app: App, sendgrid_server: RecordedServer, tmp_path: Path) -> None:
    sendgrid_server.pending = [{"request": {"method": "GET"}, "answer": {"status": 404}}]
    options = {"api_key": "SG.key", "from": "shop@example.com", "base_url": sendgrid_server.url}
    with pytest.raises(ConfigurationError, match="answers 404: correct the option base_url"):
        async with application(app, tmp_path, ("sendgrid", options)):
            pass


async def test_a_wrong_key_stops_the_start(app: App, sendgrid_server: RecordedServer, tmp_path: Path) -> None:
    sendgrid_server.load(RECORDINGS / "start_unauthorized.json")
    options = {"api_key": "SG.key", "from": "shop@example.com", "base_url": sendgrid_server.url}
    with pytest.raises(ConfigurationError, match="does not know the key: correct the option api_key"):
        async with application(app, tmp_path, ("sendgrid", options)):
            pass


async def test_no_answer_stops_the_start(app: App, tmp_path: Path) -> None:
    options = {"api_key": "SG.key", "from": "shop@example.com", "base_url": "http://127.0.0.1:1"}
    with pytest.raises(ConfigurationError, match=r"SendGrid at http://127.0.0.1:1 does not answer"):
        async with application(app, tmp_path, ("sendgrid", options)):
            pass


def test_options_are_checked() -> None:
    with pytest.raises(ConfigurationError, match="missing required field `api_key`"):
        SendGridNotificationProvider({"from": "shop@example.com"})
    with pytest.raises(ConfigurationError, match="the option from of sendgrid is 'shop'"):
        SendGridNotificationProvider({"api_key": "SG.key", "from": "shop"})
