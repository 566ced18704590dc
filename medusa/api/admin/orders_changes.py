"""Changes of orders: status, properties, credit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from medusa.api.admin.orders import changed_order
from medusa.api.bodies import NothingBody
from medusa.framework.errors import InvalidData
from medusa.framework.http import AdminContext, FieldsQuery, Response, post
from medusa.framework.http.constraints import EMAIL
from medusa.framework.modules import row_of
from medusa.workflows.order.cancellation import cancel_order
from medusa.workflows.order.changes import (
    archive_orders,
    complete_orders,
    create_credit_line,
    update_order,
)
from medusa.workflows.order.types import AddCreditLine, CompleteOrders, UpdateOrder


class AddressBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of an address."""

    first_name: str | UnsetType | None = UNSET
    last_name: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    address_1: str | UnsetType | None = UNSET
    address_2: str | UnsetType | None = UNSET
    city: str | UnsetType | None = UNSET
    country_code: str | UnsetType | None = UNSET
    province: str | UnsetType | None = UNSET
    postal_code: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class OrderChangesBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of an order."""

    email: str | UnsetType = UNSET
    shipping_address: AddressBody | UnsetType = UNSET
    billing_address: AddressBody | UnsetType = UNSET
    locale: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class CompletionBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Data for hooks."""

    order_id: str | UnsetType = UNSET
    additional_data: dict[str, Any] | None = None


class CreditLineBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Credit for an order."""

    amount: Decimal
    reference: str
    reference_id: str
    metadata: dict[str, Any] | None = None


@post("/admin/orders/{id}")
async def change_order(ctx: AdminContext, id: str, body: OrderChangesBody, query: FieldsQuery) -> Response:
    """Change the e-mail address, the addresses or the metadata of an order."""
    if isinstance(body.email, str) and EMAIL.match(body.email) is None:
        raise InvalidData("The email is not valid")
    data = UpdateOrder(
        id=id,
        email=body.email,
        locale=body.locale,
        metadata=body.metadata,
        shipping_address=_address(body.shipping_address),
        billing_address=_address(body.billing_address),
    )
    await ctx.run(update_order, data)
    return await changed_order(ctx, id, query)


def _address(body: AddressBody | UnsetType) -> dict[str, Any] | UnsetType:
    return UNSET if body is UNSET else row_of(body)


@post("/admin/orders/{id}/complete")
async def complete(ctx: AdminContext, id: str, body: CompletionBody, query: FieldsQuery) -> Response:
    """Say that an order is done."""
    await ctx.run(complete_orders, CompleteOrders(ids=[id], additional_data=body.additional_data))
    return await changed_order(ctx, id, query)


@post("/admin/orders/{id}/archive")
async def archive(ctx: AdminContext, id: str, body: NothingBody, query: FieldsQuery) -> Response:
    """Put an order away that is over."""
    await ctx.run(archive_orders, [id])
    return await changed_order(ctx, id, query)


@post("/admin/orders/{id}/cancel")
async def cancel(ctx: AdminContext, id: str, body: NothingBody, query: FieldsQuery) -> Response:
    """Cancel an order: its stock is free again, its payments are cancelled or given back."""
    await ctx.run(cancel_order, id)
    return await changed_order(ctx, id, query)


@post("/admin/orders/{id}/credit-lines")
async def add_credit_line(ctx: AdminContext, id: str, body: CreditLineBody, query: FieldsQuery) -> Response:
    """Lower what is to be paid for an order."""
    data = AddCreditLine(
        order_id=id,
        amount=body.amount,
        reference=body.reference,
        reference_id=body.reference_id,
        metadata=body.metadata,
    )
    await ctx.run(create_credit_line, data)
    return await changed_order(ctx, id, query)
