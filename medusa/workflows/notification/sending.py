"""send-notifications: messages are put on record, then sent one by one, and what became of each is written down.

A message that cannot be sent stays on record as ``failure`` while the others are sent. Then the workflow fails, so that its
caller tries again; what has an idempotency key and was sent is not sent again.
"""

from __future__ import annotations

from collections.abc import Sequence

from medusa.framework.errors import ErrorType, MedusaError
from medusa.framework.workflows import WorkflowContext, step, workflow
from medusa.infrastructure.notifications import (
    Delivery,
    NewNotification,
    NotificationService,
    NotificationStatus,
    Outcome,
)


class NotificationNotSent(MedusaError):
    """A provider failed, or refused a message."""

    type = ErrorType.UNEXPECTED


class NotificationsNotSent(MedusaError):
    """Messages were not sent; all were tried. Trying again can help."""

    type = ErrorType.UNEXPECTED

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        reasons = "; ".join(f"{item.id}: {item.error or 'another process is sending it now'}" for item in outcomes)
        super().__init__(f"Notifications were not sent: {reasons}")


@workflow("send-notifications")
async def send_notifications(ctx: WorkflowContext, data: list[NewNotification]) -> list[Outcome]:
    """Send messages; what became of each, in their order.

    Raises:
        NoProviderForChannel: Nobody takes messages of a channel; none is sent.
        NotificationsNotSent: At least one was not sent.
    """
    deliveries = await record_notifications(ctx, data)
    outcomes = [await _deliver(ctx, delivery) for delivery in deliveries]
    if missing := [outcome for outcome in outcomes if outcome.status is not NotificationStatus.SUCCESS]:
        if not any(delivery.is_external for delivery in deliveries):
            raise NotificationsNotSent(missing)
        await report_missing(ctx, missing)
    return outcomes


async def _deliver(ctx: WorkflowContext, delivery: Delivery) -> Outcome:
    if delivery.outgoing is None:
        return Outcome(id=delivery.id, status=delivery.status)
    try:
        outcome = await (send_outside if delivery.is_external else send_inside)(ctx, delivery)
    except MedusaError as error:
        outcome = Outcome(id=delivery.id, status=NotificationStatus.FAILURE, error=str(error))
    await record_outcome(ctx, outcome)
    return outcome


@step("record-notifications", no_undo="that it was to be sent stays on record")
async def record_notifications(ctx: WorkflowContext, data: list[NewNotification]) -> list[Delivery]:
    """Put messages on record as pending."""
    service = ctx.service(NotificationService)
    return [await service.record(ctx.session, item) for item in data]


@step("send-notifications", external=True, no_undo="a message that was sent cannot be called back")
async def send_outside(ctx: WorkflowContext, delivery: Delivery) -> Outcome:
    """Hand a message to its provider. Whatever that raises counts as a refusal: to try again is the caller's decision."""
    return await _send(ctx, delivery)


@step("log-notification", no_undo="it leaves the server for nowhere")
async def send_inside(ctx: WorkflowContext, delivery: Delivery) -> Outcome:
    """The same for a provider that touches nothing outside."""
    return await _send(ctx, delivery)


@step("record-notification-outcome", no_undo="what was sent stays sent")
async def record_outcome(ctx: WorkflowContext, outcome: Outcome) -> None:
    """Write what became of a message."""
    await ctx.service(NotificationService).record_outcome(ctx.session, outcome)


@step("report-notifications", external=True, no_undo="it only says what happened")
async def report_missing(ctx: WorkflowContext, missing: list[Outcome]) -> None:
    """Let the workflow fail; an external step, so that what was recorded before is committed."""
    raise NotificationsNotSent(missing)


async def _send(ctx: WorkflowContext, delivery: Delivery) -> Outcome:
    outcome = await ctx.service(NotificationService).send(delivery)
    if outcome.error is not None:
        raise NotificationNotSent(outcome.error)
    return outcome
