"""An application for each notification provider, and the other side of each."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from structlog.testing import capture_logs

from medusa.framework.app import App
from medusa.framework.config import ModuleConfig, ProviderConfig
from medusa.infrastructure.notifications import NewNotification, NotificationContent, NotificationService, Outcome
from medusa.infrastructure.notifications.models import Notification
from medusa.workflows.notification.sending import send_notifications
from tests.infrastructure.notifications.mail_server import MailServer
from tests.infrastructure.recorded import RecordedServer, recorded_server

RECORDINGS = Path(__file__).parent / "recordings"
HELLO = NotificationContent(subject="Hello", text="Hello Ann", html="<p>Hello Ann</p>")


def hello(**more: Any) -> NewNotification:
    """A mail to Ann."""
    return structs.replace(NewNotification(channel="email", to="ann@example.com", content=HELLO), **more)


@asynccontextmanager
async def application(app: App, root: Path, *providers: tuple[str, dict[str, Any]]) -> AsyncGenerator[App]:
    """The application with these notification providers."""
    configured = [
        ProviderConfig(resolve=f"medusa.infrastructure.notifications.{kind}", id=kind, options=options)
        for kind, options in providers
    ]
    config = replace(app.config, root=root, modules={"notifications": ModuleConfig(providers=configured)})
    async with App.open(root, config=config) as opened:
        yield opened


async def notify(app: App, *notifications: NewNotification) -> list[Outcome]:
    """Send messages as applications do."""
    return await app.run(send_notifications, list(notifications))


async def on_record(app: App, **filters: Any) -> list[Notification]:
    """The notifications in the database."""
    async with app.database.reader() as session:
        return await app.service(NotificationService).notifications.list(session, filters)


@dataclass(slots=True)
class Carrier:
    """An application with one provider, and how the other side behaves."""

    app: App
    kind: str
    received: Callable[[], int]
    accept: Callable[[], None]
    be_away: Callable[[], None] = field(default=lambda: None)
    refuse: Callable[[], None] = field(default=lambda: None)


@pytest.fixture
async def log_carrier(app: App, tmp_path: Path) -> AsyncIterator[Carrier]:
    """The log; its messages are counted by their lines."""
    async with application(app, tmp_path, ("log", {"channels": ["feed", "email"]})) as opened:
        with capture_logs() as lines:
            yield Carrier(
                opened,
                "log",
                lambda: len([line for line in lines if line["event"] == "notification.logged"]),
                lambda: None,
            )


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server of the test's own."""
    server = MailServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
async def smtp_carrier(app: App, tmp_path: Path, mail_server: MailServer) -> AsyncIterator[Carrier]:
    """SMTP."""

    def answer(line: str) -> Callable[[], None]:
        return lambda: mail_server.answer_with(line)

    async with application(app, tmp_path, ("smtp", mail_server.options())) as opened:
        yield Carrier(
            opened,
            "smtp",
            lambda: len(mail_server.received),
            answer("250 OK"),
            answer("451 try again later"),
            answer("550 no such user ann@example.com"),
        )


@pytest.fixture
async def sendgrid_server() -> AsyncIterator[RecordedServer]:
    """SendGrid, as it was recorded."""
    with recorded_server() as server:
        yield server
        assert server.problems == []


@pytest.fixture
async def sendgrid_carrier(app: App, tmp_path: Path, sendgrid_server: RecordedServer) -> AsyncIterator[Carrier]:
    """SendGrid."""

    def replay(name: str) -> Callable[[], None]:
        return lambda: sendgrid_server.load(RECORDINGS / f"{name}.json")

    def accepted() -> int:
        return sendgrid_server.accepted("/v3/mail/send")

    sendgrid_server.load(RECORDINGS / "start.json")
    options = {"api_key": "SG.key", "from": "Shop <shop@example.com>", "base_url": sendgrid_server.url}
    async with application(app, tmp_path, ("sendgrid", options)) as opened:
        yield Carrier(opened, "sendgrid", accepted, replay("content"), replay("server_error"), replay("bad_request"))
        assert sendgrid_server.finished()


@pytest.fixture(params=["log", "smtp", "sendgrid"])
def carrier(request: pytest.FixtureRequest) -> Carrier:
    """Each provider in turn."""
    found: Carrier = request.getfixturevalue(f"{request.param}_carrier")
    return found


@pytest.fixture(params=["smtp", "sendgrid"])
def outside(request: pytest.FixtureRequest) -> Carrier:
    """Each provider that may fail."""
    found: Carrier = request.getfixturevalue(f"{request.param}_carrier")
    return found
