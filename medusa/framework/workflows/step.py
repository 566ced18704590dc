"""Steps: the units of a workflow, with what undoes them."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast, overload

from medusa.framework.errors import ConfigurationError
from medusa.framework.naming import place_of

if TYPE_CHECKING:
    from medusa.framework.workflows.context import WorkflowContext

In = TypeVar("In")
Out = TypeVar("Out")
U = TypeVar("U")


registry: dict[str, Step[Any, Any]] = {}


@dataclass(frozen=True, slots=True)
class Undoable(Generic[Out, U]):
    """A step's result, and what its ``undo`` needs to take it back."""

    result: Out
    undo: U


@dataclass(frozen=True, slots=True)
class Waiting(Generic[Out, U]):
    """What a step that waits returns: ``Waiting[Picked, str](undo=...)`` becomes a ``Picked`` when the answer is there."""

    undo: U


@dataclass(frozen=True, slots=True)
class Retry:
    """How often to try a step again, and how long to wait: ``delay``, then twice that, and so on up to ``max_delay``."""

    times: int = 0
    delay: timedelta = timedelta(milliseconds=200)
    max_delay: timedelta = timedelta(hours=1)

    def pause(self, failures: int) -> float:
        """Seconds to wait after so many failures."""
        doubled: float = self.delay.total_seconds() * 2 ** min(failures - 1, 30)
        return min(doubled, self.max_delay.total_seconds())


@dataclass(frozen=True, slots=True, eq=False)
class Step(Generic[In, Out]):
    """A named unit of work; call it with the workflow's context and its input."""

    name: str
    run: Callable[[WorkflowContext, Any], Awaitable[Any]]
    undo: Callable[[WorkflowContext, Any], Awaitable[None]] | None
    no_undo: str | None
    external: bool
    background: bool
    waits: bool
    retry: Retry
    timeout: timedelta | None
    output_type: Any
    undo_type: Any
    input_type: Any

    async def __call__(self, ctx: WorkflowContext, data: In) -> Out:
        return cast("Out", await ctx.run_step(self, data))

    @property
    def seconds_for_a_try(self) -> float | None:
        """How long one try may take."""
        return self.timeout.total_seconds() if self.timeout and not self.waits else None


_Plain = Callable[["WorkflowContext", In], Awaitable[Out]]
_WithUndo = Callable[["WorkflowContext", In], Awaitable[Undoable[Out, U]]]
_Waits = Callable[["WorkflowContext", In], Awaitable[Waiting[Out, U]]]


@overload
def step(
    name: str,
    *,
    waits: Literal[True],
    undo: Callable[[WorkflowContext, U], Awaitable[None]],
    external: bool = False,
    retry: Retry = ...,
    timeout: timedelta | None = None,
) -> Callable[[_Waits[In, Out, U]], Step[In, Out]]: ...
@overload
def step(
    name: str,
    *,
    waits: Literal[True],
    no_undo: str,
    external: bool = False,
    retry: Retry = ...,
    timeout: timedelta | None = None,
) -> Callable[[_Waits[In, Out, None]], Step[In, Out]]: ...
@overload
def step(
    name: str,
    *,
    undo: Callable[[WorkflowContext, U], Awaitable[None]],
    external: bool = False,
    background: bool = False,
    retry: Retry = ...,
    timeout: timedelta | None = None,
) -> Callable[[_WithUndo[In, Out, U]], Step[In, Out]]: ...
@overload
def step(
    name: str,
    *,
    no_undo: str,
    external: bool = False,
    background: bool = False,
    retry: Retry = ...,
    timeout: timedelta | None = None,
) -> Callable[[_Plain[In, Out]], Step[In, Out]]: ...
@overload
def step(name: str, *, external: Literal[False] = False) -> Callable[[_Plain[In, Out]], Step[In, Out]]: ...
def step(
    name: str,
    *,
    undo: Callable[[WorkflowContext, Any], Awaitable[None]] | None = None,
    no_undo: str | None = None,
    external: bool = False,
    background: bool = False,
    waits: bool = False,
    retry: Retry = Retry(),
    timeout: timedelta | None = None,
) -> Callable[[Callable[[WorkflowContext, Any], Awaitable[Any]]], Step[Any, Any]]:
    """Make an async function a step.

    Args:
        name: Unique within a workflow; recorded in the journal.
        undo: Takes the effect back, given the ``undo`` of the returned :class:`Undoable` or :class:`Waiting`. Must be safe to
            run twice.
        no_undo: Why there is nothing to undo, e.g. ``"only reads"``.
        external: The effect is outside the database (money, parcels, mail): the open transaction is committed first.
        background: Whoever started the workflow is let go here; a worker takes the step, and what follows, up.
        waits: The function asks; the result is what comes from outside later, by ``set_step_success`` or ``set_step_failure``.
            Meanwhile the execution holds nothing but its rows.
        retry: For external and background steps: how often to try again after a failure that can heal.
        timeout: How long one try of an external or background step may take; of a step that waits: how long it waits.
    """
    if (external or background or waits) and undo is None and no_undo is None:
        kind = "external" if external else "background" if background else "waiting"
        raise ConfigurationError(f"The {kind} step {name!r} needs undo= or no_undo='reason'")
    if waits and background:
        raise ConfigurationError(f"The step {name!r} waits, which is in the background already: leave background out")

    def decorate(function: Callable[[WorkflowContext, Any], Awaitable[Any]]) -> Step[Any, Any]:
        if name in registry and place_of(registry[name].run) != place_of(function):
            both = f"{place_of(registry[name].run)} and {place_of(function)}"
            raise ConfigurationError(f"There are two steps with the name {name!r}, {both}: give one another name")
        types = _recorded_types(function)
        registry[name] = Step(name, function, undo, no_undo, external, background, waits, retry, timeout, *types)
        return registry[name]

    return decorate


def _recorded_types(function: Callable[..., Any]) -> tuple[Any, Any, Any]:
    """The types to read what is recorded back with: (result, undo input, input)."""
    plain = inspect.unwrap(function)
    try:
        hints = typing.get_type_hints(plain)
    except NameError:  # a name that only type checkers see: the record is read back as plain JSON
        return Any, Any, Any
    data = hints.get(list(inspect.signature(plain).parameters)[1], Any)
    hint = hints.get("return", Any)
    if typing.get_origin(hint) in (Undoable, Waiting):
        result, undo_input = typing.get_args(hint)
        return result, undo_input, data
    return hint, Any, data
