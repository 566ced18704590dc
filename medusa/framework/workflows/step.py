"""Steps: the units of a workflow, with what undoes them."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast, overload

from medusa.framework.errors import ConfigurationError

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
class Retry:
    """How often to try an external step again, and how long to wait: ``delay``, then twice that, and so on."""

    times: int = 0
    delay: timedelta = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True, eq=False)
class Step(Generic[In, Out]):
    """A named unit of work; call it with the workflow's context and its input."""

    name: str
    run: Callable[[WorkflowContext, Any], Awaitable[Any]]
    undo: Callable[[WorkflowContext, Any], Awaitable[None]] | None
    no_undo: str | None
    external: bool
    retry: Retry
    timeout: timedelta | None
    output_type: Any
    undo_type: Any
    input_type: Any

    async def __call__(self, ctx: WorkflowContext, data: In) -> Out:
        return cast("Out", await ctx.run_step(self, data))


_Plain = Callable[["WorkflowContext", In], Awaitable[Out]]
_WithUndo = Callable[["WorkflowContext", In], Awaitable[Undoable[Out, U]]]


@overload
def step(
    name: str,
    *,
    undo: Callable[[WorkflowContext, U], Awaitable[None]],
    external: bool = False,
    retry: Retry = ...,
    timeout: timedelta | None = None,
) -> Callable[[_WithUndo[In, Out, U]], Step[In, Out]]: ...
@overload
def step(
    name: str, *, no_undo: str, external: bool = False, retry: Retry = ..., timeout: timedelta | None = None
) -> Callable[[_Plain[In, Out]], Step[In, Out]]: ...
@overload
def step(name: str, *, external: Literal[False] = False) -> Callable[[_Plain[In, Out]], Step[In, Out]]: ...
def step(
    name: str,
    *,
    undo: Callable[[WorkflowContext, Any], Awaitable[None]] | None = None,
    no_undo: str | None = None,
    external: bool = False,
    retry: Retry = Retry(),
    timeout: timedelta | None = None,
) -> Callable[[Callable[[WorkflowContext, Any], Awaitable[Any]]], Step[Any, Any]]:
    """Make an async function a step.

    Args:
        name: Unique within a workflow; recorded in the journal.
        undo: Takes the effect back, given the ``undo`` of the returned :class:`Undoable`. Must be safe to run twice.
        no_undo: Why there is nothing to undo, e.g. ``"only reads"``.
        external: The effect is outside the database (money, parcels, mail): the open transaction is committed first.
        retry: For external steps: how often to try again after a failure that can heal.
        timeout: For external steps: how long one try may take.
    """
    if external and undo is None and no_undo is None:
        raise ConfigurationError(f"The external step {name!r} needs undo= or no_undo='reason'")

    def decorate(function: Callable[[WorkflowContext, Any], Awaitable[Any]]) -> Step[Any, Any]:
        if name in registry and registry[name].run.__qualname__ != function.__qualname__:
            raise ConfigurationError(f"There are two steps with the name {name!r}: give one another name")
        types = _recorded_types(function)
        registry[name] = Step(name, function, undo, no_undo, external, retry, timeout, *types)
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
    if typing.get_origin(hint) is Undoable:
        result, undo_input = typing.get_args(hint)
        return result, undo_input, data
    return hint, Any, data
