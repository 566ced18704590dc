"""send-notifications: messages are put on record, then sent one by one, and what became of each is written down.

A message that cannot be sent undoes nothing: it stays on record as ``failure``, and is tried again when somebody sends one with
the same idempotency key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medusa.framework.errors import ErrorType, MedusaError
from medusa.framework.workflows import WorkflowContext, step, workflow
from medusa.infrastructure.notifications import (
    Delivery,
    NewNotification,
    NotificationService,
    NotificationStatus,
    Outcome,
)

if TYPE_CHECKING:
    from medusa.framework.app import App


class NotificationsNotSent(MedusaError):
    """Messages were not sent; trying again can help."""

    type = ErrorType.UNAVAILABLE

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        reasons = "; ".join(f"{item.id}: {item.error or 'somebody else is sending it now'}" for item in outcomes)
        super().__init__(f"Notifications were not sent: {reasons}")
        self.outcomes = outcomes


async def notify(app: App, *notifications: NewNotification) -> list[Outcome]:
    """Send messages, for code outside of workflows: a subscriber, a job, a route.

    Raises:
        NotificationsNotSent: At least one was not sent; all were tried, and what became of them is on record.
    """
    outcomes = await app.run(send_notifications, list(notifications))
    if missing := [item for item in outcomes if item.status is not NotificationStatus.SUCCESS]:
        raise NotificationsNotSent(missing)
    return outcomes


@workflow("send-notifications")
async def send_notifications(ctx: WorkflowContext, data: list[NewNotification]) -> list[Outcome]:
    """Send messages; what became of each, in their order.

    Raises:
        NoProviderForChannel: Nobody takes messages of a channel; then none is sent.
    """
    outcomes: list[Outcome] = []
    for delivery in await record_notifications(ctx, data):
        if delivery.outgoing is None:
            outcomes.append(Outcome(id=delivery.id, status=delivery.status))
            continue
        outcome = await (send_outside if delivery.is_external else send_inside)(ctx, delivery)
        await record_outcome(ctx, outcome)
        outcomes.append(outcome)
    return outcomes


@step("record-notifications", no_undo="that it was to be sent stays on record")
async def record_notifications(ctx: WorkflowContext, data: list[NewNotification]) -> list[Delivery]:
    """Put messages on record as pending."""
    service = ctx.service(NotificationService)
    return [await service.record(ctx.session, item) for item in data]


@step("send-notifications", external=True, no_undo="a message that was sent cannot be called back")
async def send_outside(ctx: WorkflowContext, delivery: Delivery) -> Outcome:
    """Hand a message to its provider; a failure is an outcome, not an error."""
    return await ctx.service(NotificationService).send(delivery)


@step("log-notification", no_undo="it leaves the server for nowhere")
async def send_inside(ctx: WorkflowContext, delivery: Delivery) -> Outcome:
    """The same for a provider that touches nothing outside."""
    return await ctx.service(NotificationService).send(delivery)


@step("record-notification-outcome", no_undo="what was sent stays sent")
async def record_outcome(ctx: WorkflowContext, outcome: Outcome) -> None:
    """Write what became of a message."""
    await ctx.service(NotificationService).record_outcome(ctx.session, outcome)
