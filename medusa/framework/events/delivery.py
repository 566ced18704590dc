"""One try to deliver a message: run the subscriber, and say what follows from how it ended."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from medusa.framework.errors import storable, text_of
from medusa.framework.events.declarations import MAX_ATTEMPTS, Event
from medusa.framework.events.transport import Message
from medusa.framework.tasks import is_cancelled

if TYPE_CHECKING:
    from medusa.framework.app import App

log = structlog.get_logger()
_LONGEST_DELAY_SECONDS = 3600
_LONGEST_TRACEBACK = 8000
_MAX_JOB_RUNS = 3  # a run that fails is not repeated; one whose process died is


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that failed.

    Attributes:
        again_in: Seconds until the next try; None after the last one.
    """

    error: str
    traceback: str
    again_in: float | None


def delay(attempt: int) -> float:
    """Seconds to wait after this try: 2, 4, 8 ... an hour at most."""
    return float(min(2 ** min(attempt, 20), _LONGEST_DELAY_SECONDS))


async def deliver(app: App, message: Message, attempt: int) -> Failure | None:
    """Run the subscriber of a message, for the ``attempt``-th time; None when it went well."""
    subscriber = app.events.subscribers.get(message.subscriber)
    last = subscriber.max_attempts if subscriber else MAX_ATTEMPTS
    if attempt > last:
        failure = Failure("The worker died while this ran, each time", "", None)
    elif subscriber is None:
        # Another version of the application may have it: a deployment takes a while.
        text = f"There is no subscriber {message.subscriber} in this application: it was removed or renamed"
        failure = Failure(text, "", delay(attempt) if attempt < last else None)
    else:
        event = Event(message.event, message.data, message.id, attempt)
        limit = asyncio.timeout(subscriber.timeout.total_seconds())
        try:
            async with limit:
                await subscriber.function(event, app)
            return None
        except (Exception, asyncio.CancelledError) as error:
            if is_cancelled(error):
                raise
            late = limit.expired() and isinstance(error, TimeoutError)
            text = f"It took longer than {subscriber.timeout.total_seconds():g} s" if late else one_line(error)
            failure = Failure(text, frames(error), delay(attempt) if attempt < last else None)
    _tell(message, failure, f"{min(attempt, last)} of {last}")
    return failure


def _tell(message: Message, failure: Failure, attempt: str) -> None:
    about = {"event_name": message.event, "subscriber": message.subscriber, "attempt": attempt}
    if failure.again_in is not None:
        log.warning("event.delivery_failed", **about, next_in=f"{failure.again_in:g} s", error=failure.error)
    else:
        log.error("event.dead_letter", **about, error=failure.error, exception=failure.traceback or None)


async def run_job(app: App, id: str, attempt: int) -> Failure | None:
    """Run a scheduled job; None when it went well."""
    job = app.events.jobs.get(id)
    if job is None:
        failure = Failure(f"There is no scheduled job {id} in this application: it was removed or renamed", "", None)
    elif attempt > _MAX_JOB_RUNS:
        failure = Failure("The worker died while this ran, each time", "", None)
    else:
        try:
            await job.function(app)
            return None
        except (Exception, asyncio.CancelledError) as error:
            if is_cancelled(error):
                raise
            failure = Failure(one_line(error), frames(error), None)
    log.error("job.failed", job=id, error=failure.error, exception=failure.traceback or None)
    return failure


def one_line(error: BaseException) -> str:
    """An error in one line."""
    return " ".join(f"{type(error).__name__}: {text_of(error)}".split())


def frames(error: BaseException) -> str:
    """The traceback from the subscriber on; what called it is the same each time."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename in _MACHINERY and trace.tb_next is not None:
        trace = trace.tb_next
    return storable("".join(traceback.format_exception(type(error), error, trace)).strip()[-_LONGEST_TRACEBACK:])


_MACHINERY = {__file__}
