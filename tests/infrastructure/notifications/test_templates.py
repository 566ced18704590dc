"""Mails from a folder of templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from medusa.framework.app import App
from medusa.framework.errors import ConfigurationError
from medusa.infrastructure import extras
from medusa.infrastructure.notifications.templates import Templates
from medusa.workflows.notification.sending import NotificationsNotSent
from tests.infrastructure.notifications.conftest import application, hello, notify
from tests.infrastructure.notifications.mail_server import MailServer

FILES = {
    "order-placed.subject.txt": "Order {{ order.display_id }}\nis placed",
    "order-placed.txt": "Thank you, {{ to }}.\n{% for item in order['items'] %}{{ item.title }}\n{% endfor %}",
    "order-placed.html": "{% extends 'base.html' %}{% block body %}{{ order['items'][0].title }}{% endblock %}",
    "base.html": "<main>{% block body %}{% endblock %}</main>",
    "text-only.txt": "Hello",
    "missing.txt": "{{ nothing.there }}",
    "broken.txt": "{% for %}",
}
ORDER = {"display_id": 7, "items": [{"title": "Shirt <S>"}, {"title": "Mug"}]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An application with templates."""
    folder = tmp_path / "src" / "notifications"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tmp_path


async def test_a_mail_is_made_of_its_templates(app: App, root: Path, mail_server: MailServer) -> None:
    async with application(app, root, ("smtp", mail_server.options())) as opened:
        await notify(opened, hello(content=None, template="order-placed", data={"order": ORDER}))
        await notify(opened, hello(content=None, template="text-only"))
    placed, plain = mail_server.received
    text, html = placed.get_body(("plain",)), placed.get_body(("html",))
    assert text is not None
    assert html is not None
    assert placed["Subject"] == "Order 7 is placed"
    assert text.get_content().splitlines() == ["Thank you, ann@example.com.", "Shirt <S>", "Mug"]
    assert html.get_content().strip() == "<main>Shirt &lt;S&gt;</main>"
    assert (plain.get_content_type(), plain.get_content().strip()) == ("text/plain", "Hello")


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("nowhere", "There is no template nowhere.html or nowhere.txt"),
        ("missing", "The template missing.txt cannot be filled: 'nothing' is undefined"),
        ("broken", "The template broken.txt cannot be filled"),
        ("../../medusa_config", "There is no template"),
    ],
)
async def test_a_template_that_cannot_be_filled_is_a_failure(
    app: App, root: Path, mail_server: MailServer, template: str, problem: str
) -> None:
    async with application(app, root, ("smtp", mail_server.options())) as opened:
        with pytest.raises(NotificationsNotSent, match=problem):
            await notify(opened, hello(content=None, template=template))
    assert mail_server.received == []


def test_a_folder_of_templates_needs_a_package(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(ConfigurationError, match=r"needs the package jinja2: install medusa-commerce\[smtp\]"):
        Templates(root)
