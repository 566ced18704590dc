"""The table of notification providers, kept equal to the configuration."""

from __future__ import annotations

from medusa.framework.app import App, on_start
from medusa.framework.errors import ConfigurationError
from medusa.infrastructure.notifications import NotificationProvider, NotificationService


@on_start
async def register_notification_providers(app: App) -> None:
    """Write down who takes which channels.

    Raises:
        ConfigurationError: Two providers of the configuration take one channel.
    """
    providers = {
        id: list(provider.channels)
        for id, provider in app.providers.of(NotificationProvider.module).items()
        if isinstance(provider, NotificationProvider)
    }
    _refuse_two_for_one(app, providers)
    service = app.service(NotificationService)
    async with app.database.reader() as session:
        if await session.fetch_value("SELECT to_regclass('notification_provider')") is None:
            return  # the start says by itself that migrations are missing
        present = await service.notification_providers.list(session, {"is_enabled": True})
    if {row.id: row.channels for row in present} == providers:
        return
    async with app.database.session() as session:
        await session.lock("medusa:notification-providers")
        rows = [
            {"id": id, "handle": id, "name": id, "channels": channels, "is_enabled": True}
            for id, channels in sorted(providers.items())
        ]
        await service.notification_providers.upsert(session, rows)
        gone = [{"id": row.id, "is_enabled": False} for row in present if row.id not in providers]
        await service.notification_providers.update(session, gone)


def _refuse_two_for_one(app: App, providers: dict[str, list[str]]) -> None:
    module = app.config.modules.get(NotificationProvider.module)
    taken: dict[str, str] = {}
    for item in module.providers if module else ():
        for channel in providers.get(item.id, ()):
            if channel in taken:
                raise ConfigurationError(
                    f"modules.notifications: the providers {taken[channel]!r} and {item.id!r} both take the channel "
                    f"{channel!r}: say in the option channels which of them does"
                )
            taken[channel] = item.id
