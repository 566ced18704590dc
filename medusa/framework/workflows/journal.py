"""The journal: which steps of an execution are done, written in the same transactions as their effects.

An execution that was taken up by another process has a higher number of attempts. Whoever writes names the attempt it
belongs to, so a process that was only thought dead changes nothing any more.
"""

from __future__ import annotations

import re
import sys
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import msgspec

from medusa.framework.errors import ErrorType, MedusaError, text_of
from medusa.framework.modules import Provider

if TYPE_CHECKING:
    from medusa.framework.db import Database, Session
    from medusa.framework.db.notifications import Notifications

_encoder = msgspec.json.Encoder(decimal_format="number")
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
Emitted: TypeAlias = tuple[str, Mapping[str, Any]]
UNDER_WAY = ("invoking", "compensating")


class TakenOver(Exception):
    """Another process carries this execution on, or it has ended already."""


class Failure(msgspec.Struct, frozen=True):
    """An error, as it is recorded; ``of`` names its class."""

    type: str
    message: str
    of: str = ""
    code: str | None = None

    @classmethod
    def from_error(cls, error: BaseException) -> Failure:
        """What is recorded of an error."""
        of = f"{type(error).__module__}:{type(error).__qualname__}"
        if isinstance(error, MedusaError):
            return cls(str(error.type), text_of(error), of, error.code)
        return cls(type(error).__name__, text_of(error), of)

    def error(self) -> MedusaError:
        """The error again: of its own class, where that is one of ours, so that ``except`` catches it as the first time."""
        module, _, name = self.of.partition(":")
        known = getattr(sys.modules.get(module), name, None)
        made = known if isinstance(known, type) and issubclass(known, MedusaError) else MedusaError
        error = made.__new__(made)
        kinds: list[str] = [kind.value for kind in ErrorType]
        kind = ErrorType(self.type) if self.type in kinds else ErrorType.UNEXPECTED
        MedusaError.__init__(error, self.message, type=kind, code=self.code)
        return error


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of the journal; ``input``, ``output`` and ``undo_input`` are JSON.

    States: ``queued`` (for the background), ``started`` (asked outside, the answer unknown), ``waiting`` (for a signal),
    ``done``, ``timed_out``, ``undone`` (also: refused, it had no effect), ``undo_failed``.

    Attributes:
        position: Counts steps in the order in which they began.
        path: Where in the workflow the step stands; the same in each run of the same code.
        failures: How often it was tried in vain.
        waits_seconds: For a step that begins to wait: how long; None for ever.
        is_due: It has waited long enough.
        is_begun: It was written before, as one that has begun.
    """

    position: int
    path: str
    name: str
    external: bool
    state: str
    output: bytes | None = None
    undo_input: bytes | None = None
    input: bytes | None = None
    events: Sequence[Emitted] = ()
    failure: Failure | None = None
    failures: int = 0
    waits_seconds: float | None = None
    is_due: bool = False
    is_begun: bool = False


@dataclass(frozen=True, slots=True)
class NewExecution:
    """An execution, as it is written down first."""

    id: str
    workflow_id: str
    transaction_id: str
    key: str | None
    input: str
    owner: str | None
    lease: float
    actor_id: str | None
    expires_in: float | None
    retention_seconds: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an execution: who writes. ``attempt`` grows with each process that takes it up."""

    id: str
    workflow_id: str
    transaction_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class ExecutionRecord:
    """An execution of the journal; ``input`` and ``result`` are JSON, ``expires_in`` are seconds (below 0: it has)."""

    id: str
    workflow_id: str
    transaction_id: str
    state: str
    attempts: int
    actor_id: str | None
    input: str | None
    result: str | None
    error: Failure | None
    expires_in: float | None

    @property
    def run(self) -> Run:
        """Who claimed it."""
        return Run(self.id, self.workflow_id, self.transaction_id, self.attempts)

    @property
    def is_under_way(self) -> bool:
        """Whether it has not ended."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened to an execution, for those that watch it.

    Attributes:
        kinds: In the words of the contract (``onStepSuccess``), each with the position of its step, or None.
    """

    execution_id: str
    workflow_id: str
    transaction_id: str
    kinds: Sequence[tuple[str, int | None]]


class Journal(Provider):
    """Where executions are recorded. What takes a session is written by its transaction, or not at all.

    Whatever takes a :class:`Run` raises :class:`TakenOver` when the execution is no longer that run's.
    """

    module: ClassVar[str] = "workflow_engine"
    is_exclusive: ClassVar[bool] = True
    is_external: ClassVar[bool] = False

    database: Database

    def attach(self, database: Database, *, on_due: Callable[[], None], on_notice: Callable[[Notice], None]) -> None:
        """Write to this database; say when there may be something to carry on, and what happened to executions."""
        self.database, self.on_due, self.on_notice = database, on_due, on_notice

    async def listen(self, notifications: Notifications) -> None:
        """Hear what other processes write."""

    # --- with the effects of the workflow

    @abstractmethod
    async def add(self, session: Session, new: NewExecution) -> bool:
        """Write an execution down; False where its transaction id is taken."""

    @abstractmethod
    async def record(self, session: Session, run: Run, steps: Sequence[StepRecord]) -> None:
        """Write steps, or their new state."""

    @abstractmethod
    async def still_ours(self, session: Session, run: Run, lease: float) -> None:
        """Make sure, as the last thing before a commit, that nobody has taken the execution over."""

    @abstractmethod
    async def step(self, session: Session, execution_id: str, position: int) -> StepRecord:
        """One of the recorded steps, as it is now."""

    @abstractmethod
    async def mark(
        self, session: Session, run: Run, position: int, state: str | None, error: str | None = None
    ) -> None:
        """Change the state of a recorded step (None: only note the error)."""

    @abstractmethod
    async def sleep(self, session: Session, run: Run, seconds: float | None, waiting: Sequence[int]) -> None:
        """Give the execution up for so long; None: until one of the steps at these positions is answered or due.

        The transaction has called :meth:`still_ours`.
        """

    @abstractmethod
    async def compensate(self, session: Session, run: Run, failure: Failure, lease: float) -> None:
        """From now on the execution goes back."""

    @abstractmethod
    async def end(
        self, session: Session, run: Run, state: str, *, result: str | None = None, failure: Failure | None = None
    ) -> None:
        """The execution has ended."""

    # --- by themselves

    @abstractmethod
    async def steps(self, execution_id: str) -> list[StepRecord]:
        """The recorded steps, in the order in which they began."""

    @abstractmethod
    async def find(
        self, *, id: str | None = None, workflow_id: str | None = None, transaction_id: str | None = None
    ) -> ExecutionRecord | None:
        """An execution, by its id or by workflow and transaction."""

    @abstractmethod
    async def under_way(self, session: Session, workflow_id: str, key: str) -> ExecutionRecord | None:
        """The execution that is under way for the same thing."""

    @abstractmethod
    async def postpone(self, run: Run, failure: Failure | None = None) -> None:
        """Leave an execution to others: at once the first time, then after pauses that double, ten minutes at most."""

    @abstractmethod
    async def answer(
        self,
        workflow_id: str,
        transaction_id: str,
        step: str,
        output: Callable[[str], str] | None,
        failure: Failure | None,
    ) -> None:
        """Answer a step that waits, named by its name or its idempotency key.

        Args:
            output: Gives the answer as JSON for the step of this name; None where it is a failure.

        Raises:
            NotFound: No such execution is under way, or it has no such step.
            NotAllowed: The step does not wait.
        """

    @abstractmethod
    async def claim(
        self, owner: str, lease: float, limit: int, *, abandoned_only: bool, but: Sequence[str] = ()
    ) -> list[ExecutionRecord]:
        """Take executions that are due: those of dead processes, and those that slept (unless ``abandoned_only``).

        Args:
            but: Not these: the process is at them, it only was too slow to say so.
        """

    @abstractmethod
    async def next_due(self, *, abandoned_only: bool = False) -> float | None:
        """In how many seconds :meth:`claim` will find one; None where it will not."""

    @abstractmethod
    async def beat(self, owner: str, lease: float, ids: Sequence[str]) -> None:
        """A sign of life for the executions this process carries on."""

    @abstractmethod
    async def sweep(self) -> int:
        """Remove executions that were kept long enough, a thousand at most; how many."""


def encode(value: Any) -> str:
    """A recorded value as JSON text; NUL, which PostgreSQL does not store, becomes U+FFFD.

    Raises:
        Exception: The value is not made of Structs, dataclasses and plain data.
    """
    text = _encoder.encode(value).decode()
    return _NUL.sub(r"\1\\ufffd", text) if "\\u0000" in text else text


def decode(text: str | bytes | None, type: Any) -> Any:
    """A recorded value, as the type the step declares."""
    return None if text is None else msgspec.json.decode(text, type=type, strict=False)
