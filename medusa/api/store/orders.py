"""Orders of customers."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from medusa.api.bodies import NothingBody
from medusa.api.order_fields import STORE_ORDER, STORE_ORDERS
from medusa.api.parameters import LocaleQuery
from medusa.framework.http import (
    CUSTOMER,
    FieldsQuery,
    ListQuery,
    Response,
    StoreContext,
    StringOrList,
    get,
    post,
)
from medusa.workflows.order.transfers import accept_transfer, cancel_transfer, decline_transfer, request_transfer
from medusa.workflows.order.types import AnswerTransfer, CancelTransfer, RequestTransfer


class RequestBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Why the customer wants the order."""

    description: str | None = None
    update_order_email: bool = False


class AnswerBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """The token that the owner was sent."""

    token: str


class CustomerOrdersQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of a customer's orders."""

    locale: str | UnsetType = UNSET
    id: StringOrList | UnsetType = UNSET
    status: StringOrList | UnsetType = UNSET


@get("/store/orders", authenticate=CUSTOMER)
async def list_own_orders(ctx: StoreContext, query: CustomerOrdersQuery) -> Response:
    """List the orders of the customer who is logged in."""
    own = {"customer_id": ctx.customer_id, "is_draft_order": False}
    return await ctx.list("orders", STORE_ORDERS, query, filters=own)


@get("/store/orders/{id}")
async def retrieve_order(ctx: StoreContext, id: str, query: LocaleQuery) -> Response:
    """Retrieve an order; whoever knows its id may see it, as guests have no other way."""
    return await _answer(ctx, id, query)


async def _answer(ctx: StoreContext, id: str, query: FieldsQuery) -> Response:
    return await ctx.detail("order", STORE_ORDER, id, query, not_found=f"Order id not found: {id}")


@post("/store/orders/{id}/transfer/request", authenticate=CUSTOMER)
async def request(ctx: StoreContext, id: str, body: RequestBody, query: FieldsQuery) -> Response:
    """Ask for an order of somebody else, such as one that was placed without logging in."""
    data = RequestTransfer(
        order_id=id,
        customer_id=ctx.customer_id or "",
        description=body.description,
        update_order_email=body.update_order_email,
    )
    await ctx.run(request_transfer, data)
    return await _answer(ctx, id, query)


@post("/store/orders/{id}/transfer/cancel", authenticate=CUSTOMER)
async def cancel(ctx: StoreContext, id: str, body: NothingBody, query: FieldsQuery) -> Response:
    """Take one's own request back."""
    await ctx.run(cancel_transfer, CancelTransfer(order_id=id, customer_id=ctx.customer_id or ""))
    return await _answer(ctx, id, query)


@post("/store/orders/{id}/transfer/accept")
async def accept(ctx: StoreContext, id: str, body: AnswerBody, query: FieldsQuery) -> Response:
    """Let the customer who asked have the order."""
    await ctx.run(accept_transfer, AnswerTransfer(order_id=id, token=body.token))
    return await _answer(ctx, id, query)


@post("/store/orders/{id}/transfer/decline")
async def decline(ctx: StoreContext, id: str, body: AnswerBody, query: FieldsQuery) -> Response:
    """Keep the order."""
    await ctx.run(decline_transfer, AnswerTransfer(order_id=id, token=body.token))
    return await _answer(ctx, id, query)
