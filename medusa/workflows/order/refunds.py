"""refund-payment: give captured money back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct, structs

from medusa.framework.db import Change
from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.workflows import Retry, WorkflowContext, step, workflow
from medusa.links.order_money import Moved, PaymentState, refund_changes
from medusa.modules.order.state import CreditLine, OrderState, Transaction
from medusa.modules.order.versions import Action, OrderEdit, new_version
from medusa.modules.payment import PaymentAnswer, PaymentRequest, PaymentService
from medusa.workflows.order.captures import Loaded, money_request
from medusa.workflows.order.types import RefundPayment


class TooMuchRefunded(InvalidData):
    """More is to be given back than was taken and not given back yet."""

    def __init__(self, *, is_whole: bool) -> None:
        super().__init__(
            "You cannot refund more than what is captured on the payment."
            if is_whole
            else "You are not allowed to refund more than the captured amount"
        )


class Refunding(Struct, frozen=True, kw_only=True):
    """What a provider is asked to give back."""

    data: RefundPayment
    provider_id: str
    is_external: bool
    request: PaymentRequest


@dataclass(frozen=True, slots=True)
class Examine:
    """A payment to give back, and where to keep what is read."""

    data: RefundPayment
    loaded: Loaded


@dataclass(frozen=True, slots=True)
class Returned:
    """What was given back; no answer where the provider has yet to be asked."""

    refunding: Refunding
    answer: PaymentAnswer | None
    loaded: Loaded


# Two clicks on one button are one wish.
@workflow("refund-payment-workflow", idempotent_by=lambda data: f"{data.payment_id}:{data.amount}")
async def refund_payment(ctx: WorkflowContext, data: RefundPayment) -> str:
    """Give money of a payment back; its id.

    What the customer gets beyond what the shop owes becomes a credit line of the order: it is worth less now.

    Raises:
        NotFound: There is no such payment, or no such reason.
        TooMuchRefunded: So much was not captured.
    """
    loaded = Loaded()
    refunding = await examine_refund(ctx, Examine(data, loaded))
    if refunding.is_external:
        answer = await give_money(ctx, refunding)
        await record_refund(ctx, Returned(refunding, answer, Loaded()))
    else:
        await record_refund(ctx, Returned(refunding, None, loaded))
    return data.payment_id


@step("examine-payment-to-refund", no_undo="it only reads")
async def examine_refund(ctx: WorkflowContext, examine: Examine) -> Refunding:
    """Read the payment, and refuse to give back more than was taken."""
    data = examine.data
    try:
        payment, _ = await examine.loaded.load(ctx, data.payment_id)
    except NotFound as error:
        raise NotFound(f"Payment id not found: {data.payment_id}") from error
    amount = _check_amount(payment, data.amount)
    await _check_reason(ctx, data.refund_reason_id)
    provider = ctx.service(PaymentService).provider(payment.provider_id)
    return Refunding(
        data=data,
        provider_id=payment.provider_id,
        is_external=provider.is_external,
        request=money_request(payment, amount),
    )


def _check_amount(payment: PaymentState, amount: Decimal | None) -> Decimal:
    wanted = payment.amount if amount is None else amount
    if wanted > payment.captured - payment.refunded:
        raise TooMuchRefunded(is_whole=amount is None)
    return wanted


async def _check_reason(ctx: WorkflowContext, id: str | None) -> None:
    if id is not None and not await ctx.service(PaymentService).refund_reasons.list(ctx.session, {"id": id}):
        raise NotFound(f"RefundReason id not found: {id}")


@step(
    "refund-payment",
    external=True,
    no_undo="the money is on its way to the customer and cannot be taken again without asking",
    retry=Retry(times=3),
    timeout=timedelta(seconds=20),
)
async def give_money(ctx: WorkflowContext, refunding: Refunding) -> PaymentAnswer:
    """Ask an external provider to give the money back."""
    request = structs.replace(refunding.request, idempotency_key=ctx.idempotency_key)
    return await ctx.service(PaymentService).provider(refunding.provider_id).refund_payment(request)


@step("record-refund", no_undo="the last step")
async def record_refund(ctx: WorkflowContext, returned: Returned) -> None:
    """Write what was given back."""
    refunding, answer = returned.refunding, returned.answer
    if answer is None:
        provider = ctx.service(PaymentService).inside_provider(refunding.provider_id)
        answer = await provider.refund_payment(refunding.request)
    payment, order = await returned.loaded.load(ctx, refunding.data.payment_id)
    amount = refunding.request.amount
    assert amount is not None
    moved = Moved(
        amount=amount,
        data=answer.data,
        created_by=ctx.actor_id,
        refund_reason_id=refunding.data.refund_reason_id,
        note=refunding.data.note,
    )
    await ctx.session.write(*refund_changes(payment, moved, order), *credit_changes(payment, order, amount))
    ctx.emit("payment.refunded", {"id": payment.id})


def credit_changes(payment: PaymentState, order: OrderState | None, amount: Decimal) -> list[Change]:
    """The order's next version, worth less by what was given back beyond what was owed."""
    if order is None:
        return []
    credited = amount - max(-order.pending, Decimal(0))
    if credited <= 0:
        return []
    line = CreditLine(amount=credited, reference="payment_collection", reference_id=payment.payment_collection_id)
    action = Action(action="CREDIT_LINE_ADD", reference=line.reference, reference_id=line.reference_id, amount=credited)
    after = structs.replace(order, transactions=[*order.transactions, Transaction(amount=-amount)])
    return new_version(after, OrderEdit(actions=[action], credit_lines=[line], change_type="credit_line"))
