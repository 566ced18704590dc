"""Orders that go to another customer."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from medusa.api.admin.orders import changed_order
from medusa.api.bodies import NothingBody, given
from medusa.framework.http import AdminContext, Email, FieldsQuery, Response, post
from medusa.workflows.order.transfers import cancel_transfer, request_transfer, transfer_to_guest
from medusa.workflows.order.types import CancelTransfer, RequestTransfer, TransferToGuest


class TransferBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who shall have the order."""

    customer_id: str
    description: str | UnsetType = UNSET
    internal_note: str | UnsetType = UNSET
    update_order_email: bool = False


class GuestBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """The address of a customer without account."""

    email: Email
    description: str | UnsetType = UNSET
    internal_note: str | UnsetType = UNSET


@post("/admin/orders/{id}/transfer")
async def transfer(ctx: AdminContext, id: str, body: TransferBody, query: FieldsQuery) -> Response:
    """Ask for an order to go to another customer."""
    data = RequestTransfer(
        order_id=id,
        customer_id=body.customer_id,
        description=given(body.description),
        internal_note=given(body.internal_note),
        update_order_email=body.update_order_email,
    )
    await ctx.run(request_transfer, data)
    return await changed_order(ctx, id, query)


@post("/admin/orders/{id}/transfer/cancel")
async def cancel(ctx: AdminContext, id: str, body: NothingBody, query: FieldsQuery) -> Response:
    """Take the request for a transfer back."""
    await ctx.run(cancel_transfer, CancelTransfer(order_id=id))
    return await changed_order(ctx, id, query)


@post("/admin/orders/{id}/transfer/guest")
async def to_guest(ctx: AdminContext, id: str, body: GuestBody, query: FieldsQuery) -> Response:
    """Give an order to a customer without account."""
    data = TransferToGuest(
        order_id=id, email=body.email, description=given(body.description), internal_note=given(body.internal_note)
    )
    await ctx.run(transfer_to_guest, data)
    return await changed_order(ctx, id, query)
