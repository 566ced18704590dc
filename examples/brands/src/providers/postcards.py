from typing import Any

from medusa.framework.app import App
from medusa.infrastructure.notifications import NotificationProvider, OutgoingNotification
from src.outside import OutsideOptions, ask, client

TEMPLATES = {"thank-you": "Thank you for order {number}: {total} {currency}."}


class Postcards(NotificationProvider):
    """Sends messages of the channel ``postcard`` by mail, in the old sense of the word."""

    identifier = "postcards"
    default_channels = ("postcard",)

    def check_options(self) -> None:
        self.url = self.options_as(OutsideOptions).url

    async def open(self, app: App) -> None:
        self.http = client(self.url)

    async def close(self) -> None:
        await self.http.aclose()

    async def send(self, notification: OutgoingNotification) -> str | None:
        """Write the card. The notification's id is the same for each try: with it the card is written once."""
        text = TEMPLATES[notification.template or ""].format(**notification.data)
        card: dict[str, Any] = await ask(self.http, "/cards", key=notification.id, to=notification.to, text=text)
        return str(card["id"])
