"""All dead letters of an application, wherever they lie: see them, deliver them again, delete them."""

from __future__ import annotations

from medusa.framework.db import Session
from medusa.framework.errors import NotFound
from medusa.framework.events.outbox import OutboxDeadLetters
from medusa.framework.events.queue import QueueDeadLetters
from medusa.framework.events.transport import DeadLetter, DeadLetters, Selection


class AllDeadLetters(DeadLetters):
    """Those of the queue and those of the outbox: an application may have changed its transport.

    Every method raises ``NotFound`` for an id that is no dead letter (any more); then nothing has been changed.
    """

    def __init__(self) -> None:
        self._places: tuple[DeadLetters, ...] = (QueueDeadLetters(), OutboxDeadLetters())

    async def find(self, session: Session, which: Selection) -> list[DeadLetter]:
        found = [letter for place in self._places for letter in await place.find(session, which)]
        _all_there(which, [letter.id for letter in found])
        return sorted(found, key=lambda letter: letter.failed_at)

    async def replay(self, session: Session, which: Selection) -> list[str]:
        async with session.savepoint():
            done = [id for place in self._places for id in await place.replay(session, which)]
            _all_there(which, done)
        return done

    async def discard(self, session: Session, which: Selection) -> list[str]:
        async with session.savepoint():
            done = [id for place in self._places for id in await place.discard(session, which)]
            _all_there(which, done)
        return done


def _all_there(which: Selection, found: list[str]) -> None:
    if missing := [id for id in dict.fromkeys(which.ids or ()) if id not in found]:
        ids = ", ".join(missing)
        raise NotFound(f"There is no dead letter {ids}: it was replayed or discarded, or never was one")
