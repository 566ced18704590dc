"""Events and scheduled jobs: what applications declare, and how events reach their subscribers.

An event is accepted in the transaction that it is about, once for each subscriber, so a subscriber runs after the commit,
never after a rollback, and fails and is tried again for itself. Delivery is at least once.
"""

from medusa.framework.events.declarations import (
    Event,
    EventData,
    EventRegistry,
    ScheduledJob,
    Subscriber,
    scheduled_job,
    subscriber,
)
from medusa.framework.events.delivery import Failure, deliver
from medusa.framework.events.transport import (
    DeadLetter,
    DeadLetters,
    EventTransport,
    Message,
    Selection,
    messages_of,
)

__all__ = [
    "DeadLetter",
    "DeadLetters",
    "Event",
    "EventData",
    "EventRegistry",
    "EventTransport",
    "Failure",
    "Message",
    "ScheduledJob",
    "Selection",
    "Subscriber",
    "deliver",
    "messages_of",
    "scheduled_job",
    "subscriber",
]
