"""What is told to those that watch executions, and who may be answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from medusa.framework.errors import NotAllowed, NotFound
from medusa.framework.workflows.step import registry

if TYPE_CHECKING:
    from collections.abc import Generator

    from medusa.framework.workflows.journal import Notice, StepRecord

T = TypeVar("T")
_MOST_UNREAD = 1_000
_STATUS = {
    "queued": "idle", "started": "waiting", "done": "ok", "timed_out": "permanent_failure", "undone": "permanent_failure",
}  # fmt: skip


def kinds_of(step: StepRecord) -> list[tuple[str, int | None]]:
    """What the record of a step tells, in the words of the contract."""
    kinds = [] if step.is_begun else ["onStepBegin"]
    if step.state == "done":
        kinds.append("onStepSuccess")
    elif step.failure is not None and step.state in ("undone", "timed_out"):
        kinds.append("onStepFailure")
    return [(kind, step.position) for kind in kinds]


def waiting_step(name: str, rows: Sequence[Any], *, is_failure: bool) -> tuple[int, str]:
    """Position and name of the step that is answered, among those that are meant.

    Args:
        rows: ``position``, ``name``, ``state``, ``is_answered`` and ``is_due`` of each.
    Raises:
        NotFound: There is none.
        NotAllowed: None of them waits, or several do.
    """
    if not rows:
        raise NotFound(f"The execution has come to no step {name!r}")
    waiting = [row for row in rows if _waits(row) and not row["is_answered"] and not row["is_due"]]
    if len(waiting) > 1:
        raise NotAllowed(f"{len(waiting)} steps {name!r} wait: name one by its idempotency key")
    if not waiting:
        last = rows[-1]
        status = "timeout" if last["is_due"] else "ok" if last["is_answered"] else _STATUS.get(last["state"], "ok")
        raise NotAllowed(f"Cannot set step {'failure' if is_failure else 'success'} when status is {status}")
    return waiting[0]["position"], waiting[0]["name"]


def _waits(row: Any) -> bool:
    """Whether the step is one that can be answered: also while it still asks."""
    step = registry.get(row["name"])
    return row["state"] == "waiting" or (row["state"] == "started" and step is not None and step.waits)


class Telling:
    """A notice on its way to all in this process that watch its execution."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self._described: asyncio.Future[Any] | None = None

    async def described(self, describe: Callable[[Notice], Awaitable[T]]) -> T:
        """What ``describe`` makes of the notice: the first one who asks looks it up, and all are told the same."""
        if self._described is None:
            self._described = asyncio.ensure_future(describe(self.notice))
        found: T = await asyncio.shield(self._described)
        return found


class Watchers:
    """Those that watch executions in this process."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[Telling | None], tuple[str, str | None]] = {}
        self._ends: dict[str, list[asyncio.Event]] = {}

    def tell(self, notice: Notice) -> None:
        """Hand a notice to those that watch its workflow or its execution."""
        telling = Telling(notice)
        for queue, (workflow_id, transaction_id) in list(self._queues.items()):
            if notice.workflow_id == workflow_id and transaction_id in (None, notice.transaction_id):
                with suppress(asyncio.QueueFull):  # who does not read misses something
                    queue.put_nowait(telling)
        if any(kind == "onFinish" for kind, _ in notice.kinds):
            for ended in self._ends.get(notice.execution_id, ()):
                ended.set()

    def end(self) -> None:
        """There is nothing more to come."""
        for queue in self._queues:
            while queue.full():
                queue.get_nowait()
            queue.put_nowait(None)

    @contextmanager
    def watch(self, workflow_id: str, transaction_id: str | None = None) -> Generator[AsyncGenerator[Telling]]:
        """What happens, from now on, to the executions of a workflow, or to one of them."""
        queue: asyncio.Queue[Telling | None] = asyncio.Queue(_MOST_UNREAD)
        self._queues[queue] = (workflow_id, transaction_id)
        try:
            yield _read(queue)
        finally:
            del self._queues[queue]

    @contextmanager
    def ending(self, execution_id: str) -> Generator[asyncio.Event]:
        """Set when this process hears, from now on, that the execution has ended."""
        ended = asyncio.Event()
        ends = self._ends.setdefault(execution_id, [])
        ends.append(ended)
        try:
            yield ended
        finally:
            ends.remove(ended)
            if not ends:
                del self._ends[execution_id]


async def _read(queue: asyncio.Queue[Telling | None]) -> AsyncGenerator[Telling]:
    while (telling := await queue.get()) is not None:
        yield telling
