"""Questions to somebody outside that change nothing there: asked between two attempts of a run, in no transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from medusa.framework.errors import ErrorType, MedusaError

MOST_QUESTIONS = 20


class Asked(BaseException):
    """Ends an attempt: the question has to be asked before the next one. No error, so nothing that catches errors sees it."""

    def __init__(self, key: str, question: Callable[[], Awaitable[Any]]) -> None:
        super().__init__(key)
        self.key = key
        self.question = question


class TooManyQuestions(MedusaError):
    """Each attempt asks something else: what is asked about changes all the time, or a key differs each time."""

    type, code = ErrorType.CONFLICT, "too_many_questions"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f"{workflow_id} asked {MOST_QUESTIONS} questions and has more: try again")
