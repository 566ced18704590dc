"""An application that is nothing but what workflows use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from medusa.framework.db import Session
from medusa.framework.events import EventRegistry, Subscriber
from medusa.framework.events.transport import messages_of
from medusa.framework.modules import ModuleService
from medusa.infrastructure.events.postgres import PostgresTransport

S = TypeVar("S", bound=ModuleService)


class FakeApp:
    """The parts of an application that workflows use."""

    def __init__(self) -> None:
        self.config: Any = None
        self.query: Any = None
        self.links: Any = None
        self.events = EventRegistry()

        async def nothing(*_: object) -> None: ...

        self.events.add(Subscriber("tests.listener", ("sale.made",), nothing, 1))

    def service(self, kind: type[S]) -> S:
        return kind()

    async def defer_events(self, session: Session, events: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        if messages := messages_of(self.events, events):
            await PostgresTransport().publish(session, messages)
