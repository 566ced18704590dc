"""Messages from Jinja templates: ``order-placed.subject.txt``, ``order-placed.txt`` and ``order-placed.html`` of one folder.

At least the text or the HTML must be there. Templates see ``data`` of the notification as their variables, and ``to``. A variable
that is missing is an error; what goes into HTML is escaped.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from medusa.framework.errors import InvalidData
from medusa.infrastructure.extras import need_package
from medusa.infrastructure.notifications.provider import NotificationContent, OutgoingNotification


class TemplateUnusable(InvalidData):
    """A template does not exist, or cannot be filled."""


class Templates:
    """The templates of a folder; read anew when they change."""

    def __init__(self, folder: Path) -> None:
        need_package("jinja2", module="notifications", what="a folder of templates", extra="smtp")
        self._jinja: Any = importlib.import_module("jinja2")
        self._folder = folder
        self._environment = self._jinja.Environment(
            loader=self._jinja.FileSystemLoader(folder),
            autoescape=self._jinja.select_autoescape(["html"]),
            undefined=self._jinja.StrictUndefined,
            auto_reload=True,
        )

    def render(self, notification: OutgoingNotification) -> NotificationContent:
        """The message that a notification's template and data make.

        Raises:
            TemplateUnusable: There is no such template, or a variable is missing.
        """
        name = notification.template or ""
        subject, text, html = (self._part(name, kind, notification) for kind in ("subject.txt", "txt", "html"))
        if text is None and html is None:
            raise TemplateUnusable(f"There is no template {name}.html or {name}.txt in {self._folder}")
        return NotificationContent(subject=" ".join(subject.split()) if subject else None, text=text, html=html)

    def _part(self, name: str, kind: str, notification: OutgoingNotification) -> str | None:
        try:
            template = self._environment.get_template(f"{name}.{kind}")
            return str(template.render({**notification.data, "to": notification.to}))
        except self._jinja.TemplateNotFound:
            return None
        except self._jinja.TemplateError as error:
            raise TemplateUnusable(f"The template {name}.{kind} cannot be filled: {error}") from error
