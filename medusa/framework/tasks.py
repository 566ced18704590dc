"""The end of tasks that run in the background."""

from __future__ import annotations

import asyncio
from typing import Any

_AGAIN_SECONDS = 0.1


def is_cancelled(error: BaseException) -> bool:
    """Whether the error ends the task that runs, and not only something that it waited for."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, and wait until they have ended.

    Again and again, as a cancellation may be lost: ``asyncio.wait_for`` of Python 3.11, which drivers use, swallows one that
    comes together with the result.
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=_AGAIN_SECONDS)
