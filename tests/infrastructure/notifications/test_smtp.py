"""Mails as a mail server gets them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Literal

import pytest

from medusa.framework.app import App
from medusa.framework.errors import ConfigurationError
from medusa.infrastructure import extras
from medusa.infrastructure.notifications import Attachment, NotificationContent
from medusa.infrastructure.notifications.smtp import SmtpNotificationProvider
from medusa.workflows.notification.sending import NotificationsNotSent
from tests.infrastructure.notifications.conftest import Carrier, application, hello, notify
from tests.infrastructure.notifications.mail_server import CERTIFICATE, MailServer


async def test_a_mail_has_text_and_html_and_an_id(smtp_carrier: Carrier, mail_server: MailServer) -> None:
    [outcome] = await notify(smtp_carrier.app, hello())
    [mail] = mail_server.received
    assert (mail["From"], mail["To"], mail["Subject"]) == ("Shop <shop@example.com>", "ann@example.com", "Hello")
    assert mail["Message-ID"] == f"<{outcome.id}@example.com>" == outcome.external_id
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert (text.get_content().strip(), html.get_content().strip()) == ("Hello Ann", "<p>Hello Ann</p>")


async def test_a_mail_of_html_alone(smtp_carrier: Carrier, mail_server: MailServer) -> None:
    content = NotificationContent(subject="Grüße", html="<p>Grüße</p>")
    await notify(
        smtp_carrier.app, hello(content=content, from_="Büro <office@example.com>", to="Änn <ann@example.com>")
    )
    [mail] = mail_server.received
    assert (mail["From"], mail["To"]) == ("Büro <office@example.com>", "Änn <ann@example.com>")
    assert mail.get_content_type() == "text/html"
    assert mail.get_content().strip() == "<p>Grüße</p>"


async def test_a_domain_of_any_letters_is_reached(smtp_carrier: Carrier, mail_server: MailServer) -> None:
    await notify(smtp_carrier.app, hello(to="Ann <ann@bücher.example>"))
    [mail] = mail_server.received
    assert mail["To"] == "Ann <ann@xn--bcher-kva.example>"


async def test_files_go_along(smtp_carrier: Carrier, mail_server: MailServer) -> None:
    content = base64.b64encode(b"%PDF").decode()
    attachment = Attachment(filename="Rechnung ä.pdf", content=content, content_type="application/pdf")
    await notify(smtp_carrier.app, hello(attachments=[attachment]))
    [file] = list(mail_server.received[0].iter_attachments())
    assert (file.get_filename(), file.get_content_type()) == ("Rechnung ä.pdf", "application/pdf")
    assert file.get_content() == b"%PDF"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"to": "nobody"}, "needs an address"),
        ({"to": "ann@example.com, bob@example.com"}, "needs an address"),
        ({"to": "@example.com"}, "needs an address"),
        ({"to": "ann@example.com\r\nBcc: all@example.com"}, "needs an address"),
        ({"content": None, "template": "t"}, "no folder src/notifications with templates"),
        ({"attachments": [Attachment(filename="a.txt", content="no base64!")]}, "a.txt is not base64"),
    ],
)
async def test_what_is_no_mail_is_not_sent(
    smtp_carrier: Carrier, mail_server: MailServer, wrong: dict[str, object], problem: str
) -> None:
    with pytest.raises(NotificationsNotSent, match=problem):
        await notify(smtp_carrier.app, hello(**wrong))
    assert mail_server.received == []


async def test_a_subject_with_two_lines_is_not_sent(smtp_carrier: Carrier, mail_server: MailServer) -> None:
    with pytest.raises(NotificationsNotSent):
        await notify(
            smtp_carrier.app, hello(content=NotificationContent(subject="a\r\nBcc: all@example.com", text="x"))
        )
    assert mail_server.received == []


async def test_a_server_that_is_down_stops_the_start(app: App, mail_server: MailServer, tmp_path: Path) -> None:
    mail_server.close()
    with pytest.raises(
        ConfigurationError, match=rf"127.0.0.1:{mail_server.port} does not answer .*: start it, or correct"
    ):
        async with application(app, tmp_path, ("smtp", mail_server.options())):
            pass


async def test_a_wrong_password_stops_the_start(app: App, mail_server: MailServer, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="correct username and password") as problem:
        async with application(app, tmp_path, ("smtp", mail_server.options(password="wrong"))):
            pass
    assert "wrong" not in str(problem.value)


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_mail_is_encrypted_for_a_server_that_proves_who_it_is(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: Literal["starttls", "tls"]
) -> None:
    server = MailServer(security)
    server.start()
    with pytest.raises(ConfigurationError, match="certificate verify failed"):  # nobody vouches for its certificate
        async with application(app, tmp_path, ("smtp", server.options())):
            pass
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    async with application(app, tmp_path, ("smtp", server.options())) as opened:
        await notify(opened, hello())
    assert len(server.received) == 1
    server.close()


async def test_without_tls_a_server_that_offers_none_is_refused(
    app: App, mail_server: MailServer, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match="correct host, port and security"):
        async with application(app, tmp_path, ("smtp", mail_server.options(security="starttls"))):
            pass


async def test_a_server_that_goes_down_is_a_failure(smtp_carrier: Carrier, mail_server: MailServer) -> None:
    mail_server.close()
    with pytest.raises(NotificationsNotSent, match="does not take the message now"):
        await notify(smtp_carrier.app, hello(idempotency_key="down"))
    mail_server.start()
    await notify(smtp_carrier.app, hello(idempotency_key="down"))
    assert len(mail_server.received) == 1


def test_options_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="missing required field `host`"):
        SmtpNotificationProvider({"from": "a@example.com"})
    with pytest.raises(ConfigurationError, match=r"write it as 'Shop <shop@example\.com>'"):
        SmtpNotificationProvider({"from": "Shop", "host": "localhost"})
    monkeypatch.setattr(extras, "find_spec", lambda name: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(ConfigurationError, match=r"install medusa-commerce\[smtp\]"):
        SmtpNotificationProvider({"from": "a@example.com", "host": "localhost"})
