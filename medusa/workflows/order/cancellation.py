"""cancel-order: what was ordered is not delivered, what was paid goes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec import Struct, structs

from medusa.framework.errors import NotAllowed
from medusa.framework.workflows import Retry, WorkflowContext, step, workflow
from medusa.links.order_money import PaymentState, payments_of_order, refund_all_changes
from medusa.links.order_parcels import PARCEL_FIELDS, ParcelOrder
from medusa.modules.inventory import InventoryService
from medusa.modules.order.errors import check_not_canceled
from medusa.modules.order.state import CreditLine, Transaction
from medusa.modules.order.versions import Action, OrderEdit, new_version
from medusa.modules.payment import PaymentRequest, PaymentService
from medusa.workflows.order.captures import money_request
from medusa.workflows.order.loading import load_order_with


class LettingGo(Struct, frozen=True, kw_only=True):
    """A payment to cancel or (captured) to give back."""

    provider_id: str
    is_external: bool
    is_captured: bool
    request: PaymentRequest


@dataclass(slots=True)
class Loaded:
    """What this process has read and holds; empty once the transaction is over."""

    order: ParcelOrder | None = None
    payments: list[PaymentState] = field(default_factory=list[PaymentState])

    async def load(self, ctx: WorkflowContext, id: str) -> tuple[ParcelOrder, list[PaymentState]]:
        """An order that can be cancelled, and its payments."""
        if self.order is None:
            self.order, self.payments = await _load(ctx, id)
        return self.order, self.payments


@dataclass(frozen=True, slots=True)
class Cancel:
    """An order to cancel, and where to keep what is read."""

    order_id: str
    loaded: Loaded


@workflow("cancel-order", hooks=("order_canceled",))
async def cancel_order(ctx: WorkflowContext, order_id: str) -> None:
    """Cancel an order: its stock is free again, its payments are cancelled or given back.

    Raises:
        OrderUnknown, OrderCanceled: There is nothing to cancel.
        NotAllowed: Parcels of it are packed.
    """
    loaded = Loaded()
    external = [one for one in await examine_order(ctx, Cancel(order_id, loaded)) if one.is_external]
    for payment in external:
        await let_go(ctx, payment)
    await store_canceled_order(ctx, Cancel(order_id, Loaded() if external else loaded))


async def _load(ctx: WorkflowContext, id: str) -> tuple[ParcelOrder, list[PaymentState]]:
    order = await load_order_with(ctx, id, PARCEL_FIELDS, ParcelOrder)
    check_not_canceled(order)
    if any(parcel.canceled_at is None for parcel in order.fulfillments):
        raise NotAllowed("All fulfillments must be canceled before canceling an order")
    return order, await payments_of_order(ctx.session, ctx.query, id)


@step("examine-order-to-cancel", no_undo="it only reads")
async def examine_order(ctx: WorkflowContext, cancel: Cancel) -> list[LettingGo]:
    """Refuse an order that is on its way; what is to be done about its payments."""
    _, payments = await cancel.loaded.load(ctx, cancel.order_id)
    out: list[LettingGo] = []
    for payment in payments:
        due = payment.captured - payment.refunded
        if payment.canceled_at is not None or (payment.captures and due <= 0):
            continue
        provider = ctx.service(PaymentService).provider(payment.provider_id)
        going = LettingGo(
            provider_id=payment.provider_id,
            is_external=provider.is_external,
            is_captured=bool(payment.captures),
            request=money_request(payment, due if payment.captures else payment.amount),
        )
        if not going.is_external:
            await _move(ctx, going)
        out.append(going)
    return out


async def _move(ctx: WorkflowContext, going: LettingGo) -> None:
    provider = ctx.service(PaymentService).provider(going.provider_id)
    await (provider.refund_payment if going.is_captured else provider.cancel_payment)(going.request)


@step(
    "let-go-of-payment",
    external=True,
    no_undo="money given back cannot be taken again without asking",
    retry=Retry(times=3),
    timeout=timedelta(seconds=20),
)
async def let_go(ctx: WorkflowContext, going: LettingGo) -> None:
    """Ask an external provider to cancel a payment or to give it back."""
    request = structs.replace(going.request, idempotency_key=ctx.idempotency_key)
    await _move(ctx, structs.replace(going, request=request))


@step("store-cancelled-order", no_undo="the last step")
async def store_canceled_order(ctx: WorkflowContext, cancel: Cancel) -> None:
    """Write that the order is cancelled."""
    order, payments = await cancel.loaded.load(ctx, cancel.order_id)
    live = [payment for payment in payments if payment.canceled_at is None]
    await ctx.service(InventoryService).delete_reservations_of(ctx.session, [line.id for line in order.items])
    money, back = refund_all_changes(live, order, created_by=ctx.actor_id)
    lines = [
        CreditLine(amount=back, reference="payment_collection", reference_id=payment.payment_collection_id)
        for payment in live[:1]
    ]
    actions = [
        Action(action="CREDIT_LINE_ADD", reference=line.reference, reference_id=line.reference_id, amount=line.amount)
        for line in lines
    ]
    after = structs.replace(order, transactions=[*order.transactions, *([Transaction(amount=-back)] if back else [])])
    edit = OrderEdit(actions=actions, credit_lines=lines, change_type="credit_line" if lines else None)
    await ctx.session.write(*money, *new_version(after, edit, status="canceled", canceled_at=datetime.now(UTC)))
    ctx.emit("order.canceled", {"id": order.id})
    await ctx.hook("order_canceled", order_id=order.id)
