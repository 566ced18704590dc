"""Orders that go to another customer: asked for, agreed to, declined, taken back."""

from __future__ import annotations

from medusa.framework.errors import InvalidData, NotAllowed, NotFound
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.checkout_writes import guest_customer
from medusa.modules.customer import CustomerService
from medusa.modules.order.errors import check_not_canceled
from medusa.modules.order.transfers import (
    ChangePending,
    NoChangePending,
    NoTransferPending,
    Transfer,
    acceptance,
    active_change,
    refusal,
    requested_transfer,
    transfer_at_once,
    transfer_request,
    withdrawal,
)
from medusa.workflows.order.loading import load_order
from medusa.workflows.order.types import AnswerTransfer, CancelTransfer, RequestTransfer, TransferToGuest


@workflow("request-order-transfer-workflow")
async def request_transfer(ctx: WorkflowContext, data: RequestTransfer) -> None:
    """Ask for an order to go to another customer; the present owner has to agree.

    Raises:
        NotFound: There is no such order or customer.
        InvalidData: The customer has no account or has the order already, or another change is open.
    """
    order = await load_order(ctx, data.order_id)
    check_not_canceled(order)
    customers = await ctx.service(CustomerService).customers.list(ctx.session, {"id": data.customer_id})
    if not customers:
        raise NotFound(f"Customer id not found: {data.customer_id}")
    customer = customers[0]
    if not customer.has_account:
        raise InvalidData(f"Cannot transfer order: {order.id} to a guest customer account: {customer.email}")
    if order.customer_id == customer.id:
        raise InvalidData(f"Order: {order.id} already belongs to customer: {customer.id}")
    if await active_change(ctx.session, order.id) is not None:
        raise ChangePending(order.id)
    transfer = Transfer(
        customer_id=customer.id,
        by=ctx.actor_id,
        email=customer.email if data.update_order_email else None,
        description=data.description,
        internal_note=data.internal_note,
    )
    change_id, changes = transfer_request(order, transfer)
    await ctx.session.write(*changes)
    ctx.emit("order.transfer_requested", {"id": order.id, "order_change_id": change_id})


@workflow("accept-order-transfer-workflow")
async def accept_transfer(ctx: WorkflowContext, data: AnswerTransfer) -> None:
    """Let another customer have the order.

    Raises:
        OrderUnknown, NoTransferPending, WrongToken: There is nothing to agree to.
    """
    order = await load_order(ctx, data.order_id)
    change = await requested_transfer(ctx.session, order.id, data.token)
    if change is None:
        raise NoTransferPending(order.id)
    await ctx.session.write(*acceptance(order, change))


@workflow("decline-order-transfer-request")
async def decline_transfer(ctx: WorkflowContext, data: AnswerTransfer) -> None:
    """Keep the order.

    Raises:
        OrderUnknown, NoChangePending, WrongToken: There is nothing to decline.
    """
    order = await load_order(ctx, data.order_id)
    change = await requested_transfer(ctx.session, order.id, data.token)
    if change is None:
        raise NoChangePending
    await ctx.session.write(*refusal(change))


@workflow("cancel-transfer-order-request")
async def cancel_transfer(ctx: WorkflowContext, data: CancelTransfer) -> None:
    """Take a request for a transfer back.

    Raises:
        NoChangePending: There is none.
        NotAllowed: Another customer has asked.
    """
    order = await load_order(ctx, data.order_id)
    active = await active_change(ctx.session, order.id)
    if active is None or active.change_type != "transfer":
        raise NoChangePending
    if data.customer_id is not None and active.created_by != data.customer_id:
        raise NotAllowed("This customer is not allowed to cancel the transfer.")
    await ctx.session.write(*withdrawal(active.id))


@workflow("transfer-order-to-guest-workflow")
async def transfer_to_guest(ctx: WorkflowContext, data: TransferToGuest) -> None:
    """Give an order to a customer without account, at once.

    Raises:
        OrderUnknown: There is no such order.
        ChangePending: Another change is open.
    """
    order = await load_order(ctx, data.order_id)
    check_not_canceled(order)
    if await active_change(ctx.session, order.id) is not None:
        raise ChangePending(order.id)
    email = data.email.lower()
    transfer = Transfer(
        customer_id=await guest_customer(ctx.session, email),
        by=ctx.actor_id,
        email=email,
        description=data.description,
        internal_note=data.internal_note,
    )
    await ctx.session.write(*transfer_at_once(order, transfer))
