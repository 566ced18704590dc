"""Workflows: named functions that are all or nothing, with hooks for applications."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from medusa.framework.errors import ConfigurationError
from medusa.framework.naming import place_of
from medusa.framework.workflows.schedule import Schedule

if TYPE_CHECKING:
    from medusa.framework.workflows.context import WorkflowContext

In = TypeVar("In")
Out = TypeVar("Out")
HookHandler = Callable[..., Awaitable[Any]]

DEFAULT_RETENTION = timedelta(days=3)
registry: dict[str, Workflow[Any, Any]] = {}


class Workflow(Generic[In, Out]):
    """A workflow: run it with the engine, or call it inside another workflow as a part of that one."""

    def __init__(
        self,
        id: str,
        function: Callable[[WorkflowContext, In], Awaitable[Out]],
        *,
        idempotent_by: Callable[[In], str] | None = None,
        hooks: Sequence[str] = (),
        timeout: timedelta | None = None,
        schedule: Schedule | None = None,
        retention: timedelta = DEFAULT_RETENTION,
        store: bool = False,
    ) -> None:
        self.id = id
        self.function = function
        self.idempotent_by = idempotent_by
        self.timeout = timeout
        self.schedule = schedule
        self.retention = retention
        self.store = store
        self.hook_names = tuple(hooks)
        self.handlers: dict[str, list[HookHandler]] = {name: [] for name in hooks}
        self.__doc__ = function.__doc__

    async def __call__(self, ctx: WorkflowContext, data: In) -> Out:
        return await self.function(ctx.inside(self), data)

    def hook(self, name: str) -> Callable[[HookHandler], HookHandler]:
        """Register a function to be called, inside the transaction, when the workflow reaches this hook.

        Raises:
            ConfigurationError: The workflow has no such hook.
        """
        if name not in self.handlers:
            known = ", ".join(self.hook_names) or "none"
            raise ConfigurationError(f"The workflow {self.id!r} has no hook {name!r} (it has: {known})")

        def register(handler: HookHandler) -> HookHandler:
            self.handlers[name].append(handler)
            return handler

        return register

    def input_type(self) -> Any:
        """The type of the workflow's input, to read a recorded one back with."""
        parameters = list(inspect.signature(self.function).parameters)
        return typing.get_type_hints(self.function).get(parameters[1], Any)

    def output_type(self) -> Any:
        """The type of the workflow's result."""
        return typing.get_type_hints(self.function).get("return", Any)


def workflow(
    id: str,
    *,
    idempotent_by: Callable[[Any], str] | None = None,
    hooks: Sequence[str] = (),
    timeout: timedelta | None = None,
    schedule: str | timedelta | None = None,
    retention: timedelta = DEFAULT_RETENTION,
    store: bool = False,
) -> Callable[[Callable[[WorkflowContext, In], Awaitable[Out]]], Workflow[In, Out]]:
    """Make an async function a workflow.

    Args:
        id: The name under which it is recorded and listed, e.g. ``"complete-cart"``.
        idempotent_by: Names the thing the workflow is about, e.g. the cart: runs for the same one wait for each other, and
            one that is still under way (also in another process) gives its result to those that ask for the same.
        hooks: Names of the places where applications can add their own code.
        timeout: How long a run may take in all, waiting included; one that takes longer is undone.
        schedule: When to run it by itself, once over all workers: a cron expression (UTC) such as ``"*/5 * * * *"``, or an
            interval. Its input is None.
        retention: How long a recorded run is kept and listed after its end (those that ``failed`` are kept for ever).
        store: Record runs also where all of it is one transaction, so that they are listed.
    Raises:
        ConfigurationError: The id is taken, or the schedule cannot be read.
    """

    def decorate(function: Callable[[WorkflowContext, In], Awaitable[Out]]) -> Workflow[In, Out]:
        if id in registry and place_of(registry[id].function) != place_of(function):
            both = f"{place_of(registry[id].function)} and {place_of(function)}"
            raise ConfigurationError(f"There are two workflows with the id {id!r}, {both}: give one another name")
        when = None if schedule is None else Schedule.parse(schedule, f"The workflow {id!r}")
        registry[id] = made = Workflow(
            id, function, idempotent_by=idempotent_by, hooks=hooks, timeout=timeout, schedule=when,
            retention=retention, store=store,
        )  # fmt: skip
        return made

    return decorate
