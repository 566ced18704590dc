"""A mail server in this process: aiosmtpd, which keeps what it is given."""

from __future__ import annotations

import ssl
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from medusa.framework.testing.server import free_port

CERTIFICATE = Path(__file__).parent / "localhost.pem"
USER, PASSWORD = "shop", "secret"


class MailServer:
    """Takes mail, and passwords from who gives one."""

    def __init__(self, security: Literal["none", "starttls", "tls"] = "none") -> None:
        self.security = security
        self.port = free_port()
        self.received: list[EmailMessage] = []
        self._answer = "250 OK"
        self._controller: Controller | None = None

    def options(self, **more: Any) -> dict[str, Any]:
        """What the provider ``smtp`` needs to use it."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "security": self.security,
            "username": USER,
            "password": PASSWORD,
            "from": "Shop <shop@example.com>",
            "timeout": 60,
            **more,
        }

    def answer_with(self, line: str) -> None:
        """What it says to receivers from now on."""
        self._answer = line

    def start(self) -> None:
        """Listen."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            auth_require_tls=self.security == "starttls",
            authenticator=_check,
            ssl_context=context if self.security == "tls" else None,
            tls_context=context if self.security == "starttls" else None,
        )
        self._controller.start()

    def close(self) -> None:
        """Go away."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """Take a receiver, or not."""
        if self._answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self._answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.received.append(message)
        return "250 OK"


def _check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)
