"""Asking a provider something that changes nothing: where we stand, or outside of the transaction where it is external."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol, TypeVar

from medusa.framework.errors import Unavailable
from medusa.framework.modules import Provider

T = TypeVar("T")
PATIENCE = timedelta(seconds=10)


class Ask(Protocol):
    """See :meth:`medusa.framework.workflows.WorkflowContext.ask`."""

    async def __call__(self, key: str, question: Callable[[], Awaitable[T]]) -> T:
        """The answer to the question."""
        ...


async def ask_now(key: str, question: Callable[[], Awaitable[T]]) -> T:
    """For who holds no transaction open."""
    return await question()


async def ask_provider(ask: Ask, provider: Provider, name: str, key: str, question: Callable[[], Awaitable[T]]) -> T:
    """What the provider answers.

    Args:
        name: Its full id, e.g. ``tp_office_eu``.
        key: Equal for equal questions.
    Raises:
        Unavailable: It does not answer.
    """
    if not provider.is_external:
        return await question()

    async def patient() -> T:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await question()
        except (ConnectionError, TimeoutError) as error:
            raise Unavailable(f"The {provider.module} provider {name} does not answer: try again") from error

    return await ask(key, patient)
