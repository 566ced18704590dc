"""Payment collections of orders: what is to be paid beyond the cart's payment."""

from __future__ import annotations

from medusa.framework.errors import NotAllowed, NotFound
from medusa.framework.query import Fields
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.order_money import CollectionState, new_collection, paid_by_hand
from medusa.modules.payment import PaymentRequest, PaymentService
from medusa.workflows.order.loading import load_order
from medusa.workflows.order.types import CreateOrderCollection, MarkAsPaid

_FIELDS = Fields.of("id,amount,status,captured_amount,refunded_amount,completed_at")


@workflow("create-order-payment-collection")
async def create_order_collection(ctx: WorkflowContext, data: CreateOrderCollection) -> str:
    """Something to be paid for an order; its id.

    Raises:
        OrderUnknown: There is no such order.
    """
    order = await load_order(ctx, data.order_id)
    id, changes = new_collection(order, data.amount)
    await ctx.session.write(*changes)
    return id


async def _collection(ctx: WorkflowContext, id: str) -> CollectionState:
    rows = await ctx.query.graph(
        ctx.session, "payment_collection", fields=_FIELDS, filters={"id": id}, into=CollectionState
    )
    if not rows:
        raise NotFound(f"PaymentCollection id not found: {id}")
    return rows[0]


@workflow("mark-payment-collection-as-paid")
async def mark_as_paid(ctx: WorkflowContext, data: MarkAsPaid) -> None:
    """Say that a collection was paid outside of the shop.

    Raises:
        NotFound: There is no such collection or order.
        NotAllowed: Something was paid on it already.
    """
    await _collection(ctx, data.payment_collection_id)
    order = await load_order(ctx, data.order_id)
    collection = await _collection(ctx, data.payment_collection_id)
    if collection.status != "not_paid":
        raise NotAllowed("Can only mark 'not_paid' payment collection as paid")
    provider = ctx.service(PaymentService).inside_provider(data.provider_id)
    request = PaymentRequest(idempotency_key=collection.id, currency_code=order.currency_code, amount=collection.amount)
    await provider.authorize_payment(request)
    await provider.capture_payment(request)
    payment_id, changes = paid_by_hand(collection, order, data.provider_id, ctx.actor_id)
    await ctx.session.write(*changes)
    ctx.emit("payment.captured", {"id": payment_id})


@workflow("delete-order-payment-collection")
async def delete_order_collection(ctx: WorkflowContext, id: str) -> None:
    """Delete a collection (soft) on which nothing was paid.

    Raises:
        NotFound: There is no such collection.
        NotAllowed: Something was paid.
    """
    if (await _collection(ctx, id)).status != "not_paid":
        raise NotAllowed("Can only delete payment collections where status is not_paid")
    service = ctx.service(PaymentService)
    await service.payment_collections.soft_delete(ctx.session, [id])
    await ctx.links.delete_of(ctx.session, service.payment_collections.model, [id])
