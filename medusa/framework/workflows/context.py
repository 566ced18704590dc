"""What a workflow and its steps work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from medusa.framework.db import Session
from medusa.framework.modules import ModuleService

if TYPE_CHECKING:
    from medusa.framework.config import Config
    from medusa.framework.links import LinkService
    from medusa.framework.query import Query
    from medusa.framework.workflows.execution import Execution
    from medusa.framework.workflows.step import Step
    from medusa.framework.workflows.workflow import Workflow

S = TypeVar("S", bound=ModuleService)
T = TypeVar("T")


class Services(Protocol):
    """The parts of the application that workflows use."""

    config: Config
    query: Query
    links: LinkService

    def service(self, kind: type[S]) -> S:
        """The application's instance of a module's service."""
        ...

    async def defer_events(self, session: Session, events: list[tuple[str, Mapping[str, Any]]]) -> None:
        """Queue events for their subscribers, in the session's transaction."""
        ...


class WorkflowContext:
    """One run of a workflow: its transaction, the services, events, hooks and locks."""

    def __init__(self, app: Services, execution: Execution, workflow: Workflow[Any, Any]) -> None:
        self.app = app
        self.execution = execution
        self.query = app.query
        self.links = app.links
        self.workflow = workflow

    @property
    def session(self) -> Session:
        """The open transaction. Workflows with external steps use it inside steps only."""
        return self.execution.open_session()

    @property
    def idempotency_key(self) -> str:
        """The same for each try of the external step that is running; hand it to the other side."""
        return self.execution.idempotency_key()

    @property
    def transaction_id(self) -> str:
        """Names this run to the outside, e.g. to who shall answer a step that waits; the same in each process."""
        return self.execution.transaction_id

    @property
    def actor_id(self) -> str | None:
        """Who asked for this: the id of a user, customer or API key."""
        return self.execution.actor_id

    def service(self, kind: type[S]) -> S:
        """The service of a module, e.g. ``ctx.service(CartService)``."""
        return self.app.service(kind)

    def emit(self, event: str, data: Mapping[str, Any] | list[Mapping[str, Any]]) -> None:
        """Announce something; subscribers get it after the commit, and only then."""
        for item in data if isinstance(data, list) else [data]:
            self.execution.emit(event, item)

    async def hook(self, name: str, **values: Any) -> Any:
        """Call what applications registered for this hook; the answer of the last one, None where there is none."""
        result = None
        for handler in self.workflow.handlers[name]:
            result = await handler(self, **values)
        return result

    async def ask(self, key: str, question: Callable[[], Awaitable[T]]) -> T:
        """The answer of somebody outside to a question that changes nothing there: a tax, a price, whether data is right.

        The open transaction is rolled back, the question asked, and the workflow begins anew with the answer at hand: nobody
        waits for a lock meanwhile, and nothing is half written when nobody answers. So what comes before runs again, and asks
        the same with the same key.

        Args:
            key: Equal for equal questions; it holds all that the answer depends on.
        Raises:
            TooManyQuestions: Each attempt asked something else.
        """
        answer: T = await self.execution.ask(key, question)
        return answer

    async def lock(self, *names: str) -> None:
        """Hold these names until the transaction ends, e.g. ``"cart:" + cart_id``."""
        await self.session.lock(*names)

    async def run_step(self, step: Step[Any, Any], data: Any) -> Any:
        """Run a step, or give its recorded result when the run is repeated after a crash."""
        return await self.execution.run_step(self, step, data)

    def inside(self, workflow: Workflow[Any, Any]) -> WorkflowContext:
        """The context of another workflow that runs as a part of this one: the same transaction, its own hooks."""
        return WorkflowContext(self.app, self.execution, workflow)
