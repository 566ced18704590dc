"""Where in a workflow a step stands: the same place in each run of the same code, also below ``asyncio.gather``."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, eq=False)
class Branch:
    """Steps that follow one another: those of the workflow's function, or of one gathered task."""

    path: str
    task: asyncio.Task[Any] | None
    attempt: object
    steps: int = 0
    branches: int = 0


_branch: ContextVar[Branch] = ContextVar("branch")


def begin() -> object:
    """The task that runs now is the trunk of a new attempt."""
    attempt = object()
    _branch.set(Branch("", asyncio.current_task(), attempt))
    return attempt


def next_path() -> tuple[str, object]:
    """Path and attempt of the step that begins now: ``3`` is the third, ``2/1`` the first of the second gathered task.

    Tasks are counted in the order of their first steps, which is the order in which they were gathered.
    """
    branch, task = _branch.get(), asyncio.current_task()
    if branch.task is not task:
        branch.branches += 1
        branch = Branch(f"{branch.path}{branch.branches}/", task, branch.attempt)
        _branch.set(branch)
    branch.steps += 1
    return f"{branch.path}{branch.steps}", branch.attempt
