"""capture-payment: take money that was authorized."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct, structs

from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.workflows import Retry, Undoable, WorkflowContext, step, workflow
from medusa.links.order_money import Moved, PaymentState, capture_changes, order_of_payment, payments
from medusa.modules.order.state import OrderState
from medusa.modules.payment import PaymentAnswer, PaymentRequest, PaymentService
from medusa.workflows.order.loading import load_order
from medusa.workflows.order.types import CapturePayment


class TooMuchCaptured(InvalidData):
    """More is to be taken than was authorized and not taken yet."""

    def __init__(self) -> None:
        super().__init__("You cannot capture more than the authorized amount substracted by what is already captured.")


class Capturing(Struct, frozen=True, kw_only=True):
    """What a provider is asked to take; no request where all is taken already."""

    payment_id: str
    provider_id: str = ""
    is_external: bool = False
    request: PaymentRequest | None = None


@dataclass(slots=True)
class Loaded:
    """What this process has read and holds; empty once the transaction is over."""

    payment: PaymentState | None = None
    order: OrderState | None = None

    async def load(self, ctx: WorkflowContext, id: str) -> tuple[PaymentState, OrderState | None]:
        """A payment and its order, held until the transaction ends."""
        if self.payment is None:
            self.payment, self.order = await _load_payment(ctx, id)
        return self.payment, self.order


@dataclass(frozen=True, slots=True)
class Examine:
    """A payment to take, and where to keep what is read."""

    data: CapturePayment
    loaded: Loaded


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken; no answer where the provider has yet to be asked."""

    capturing: Capturing
    answer: PaymentAnswer | None
    loaded: Loaded


# Two clicks on one button are one wish.
@workflow("capture-payment-workflow", idempotent_by=lambda data: f"{data.payment_id}:{data.amount}")
async def capture_payment(ctx: WorkflowContext, data: CapturePayment) -> str:
    """Take money of a payment; its id. A payment that is taken already stays as it is.

    Raises:
        NotFound: There is no such payment.
        TooMuchCaptured: So much is not authorized.
    """
    loaded = Loaded()
    capturing = await examine_payment(ctx, Examine(data, loaded))
    if capturing.request is None:
        return data.payment_id
    if capturing.is_external:
        answer = await take_money(ctx, capturing)
        await record_capture(ctx, Taken(capturing, answer, Loaded()))
    else:
        await record_capture(ctx, Taken(capturing, None, loaded))
    return data.payment_id


async def _load_payment(ctx: WorkflowContext, id: str) -> tuple[PaymentState, OrderState | None]:
    order_id = await order_of_payment(ctx.session, id)
    order = await load_order(ctx, order_id) if order_id is not None else None
    rows = await payments(ctx.session, ctx.query, id=id)
    if not rows:
        raise NotFound(f"Payment with id: {id} was not found")
    return rows[0], order


@step("examine-payment-to-capture", no_undo="it only reads")
async def examine_payment(ctx: WorkflowContext, examine: Examine) -> Capturing:
    """Read the payment, and refuse to take more than there is."""
    data = examine.data
    payment, _ = await examine.loaded.load(ctx, data.payment_id)
    if payment.canceled_at is not None:
        raise InvalidData(f"The payment: {payment.id} has been canceled.")
    if payment.captured_at is not None and data.amount is None:
        return Capturing(payment_id=payment.id)
    amount = payment.amount if data.amount is None else data.amount
    if amount > payment.amount - payment.captured:
        raise TooMuchCaptured
    provider = ctx.service(PaymentService).provider(payment.provider_id)
    return Capturing(
        payment_id=payment.id,
        provider_id=payment.provider_id,
        is_external=provider.is_external,
        request=money_request(payment, amount),
    )


def money_request(payment: PaymentState, amount: Decimal) -> PaymentRequest:
    """What a provider needs to know to move money of a payment."""
    return PaymentRequest(
        idempotency_key=payment.id, currency_code=payment.currency_code, amount=amount, data=payment.data or {}
    )


async def _give_back(ctx: WorkflowContext, capturing: Capturing) -> None:
    assert capturing.request is not None
    await ctx.service(PaymentService).provider(capturing.provider_id).refund_payment(capturing.request)


@step("capture-payment", external=True, undo=_give_back, retry=Retry(times=3), timeout=timedelta(seconds=20))
async def take_money(ctx: WorkflowContext, capturing: Capturing) -> Undoable[PaymentAnswer, Capturing]:
    """Ask an external provider to take the money; undone, it is given back."""
    assert capturing.request is not None
    request = structs.replace(capturing.request, idempotency_key=ctx.idempotency_key)
    answer = await ctx.service(PaymentService).provider(capturing.provider_id).capture_payment(request)
    undo = structs.replace(request, data=answer.data, idempotency_key=f"{ctx.idempotency_key}:undo")
    return Undoable(answer, structs.replace(capturing, request=undo))


@step("record-capture", no_undo="the last step")
async def record_capture(ctx: WorkflowContext, taken: Taken) -> None:
    """Write what was taken."""
    request = taken.capturing.request
    assert request is not None
    assert request.amount is not None
    answer = taken.answer
    if answer is None:
        provider = ctx.service(PaymentService).inside_provider(taken.capturing.provider_id)
        answer = await provider.capture_payment(request)
    payment, order = await taken.loaded.load(ctx, taken.capturing.payment_id)
    if request.amount > payment.amount - payment.captured:
        raise TooMuchCaptured
    moved = Moved(amount=request.amount, data=answer.data, created_by=ctx.actor_id)
    await ctx.session.write(*capture_changes(payment, moved, order))
    ctx.emit("payment.captured", {"id": payment.id})
