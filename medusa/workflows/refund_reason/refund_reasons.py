"""Why money is given back."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from medusa.framework.errors import NotFound
from medusa.framework.modules import row_of
from medusa.framework.modules.updating import update_rows
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.payment.service import PaymentService


class CreateRefundReason(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new reason."""

    label: str
    code: str
    description: str | UnsetType | None = UNSET


class RefundReasonChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a reason."""

    label: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET


class UpdateRefundReasons(Struct, kw_only=True):
    """The same changes for some reasons."""

    ids: list[str]
    update: RefundReasonChanges


class RefundReasonUnknown(NotFound):
    """There is no such reason."""

    def __init__(self, id: str) -> None:
        super().__init__(f'RefundReason with id "{id}" not found')


@workflow("create-refund-reasons")
async def create_refund_reasons(ctx: WorkflowContext, data: list[CreateRefundReason]) -> list[str]:
    """Create refund reasons; their ids."""
    return [row.id for row in await ctx.service(PaymentService).refund_reasons.create(ctx.session, data)]


@workflow("update-refund-reasons")
async def update_refund_reasons(ctx: WorkflowContext, data: UpdateRefundReasons) -> None:
    """Change refund reasons; raises RefundReasonUnknown."""
    crud, columns = ctx.service(PaymentService).refund_reasons, row_of(data.update)
    known = {row.id for row in await crud.list(ctx.session, {"id": data.ids}, for_update=True)}
    if unknown := [id for id in data.ids if id not in known]:
        raise RefundReasonUnknown(unknown[0])
    await update_rows(crud, ctx.session, [{"id": id, **columns} for id in data.ids])


@workflow("delete-refund-reasons")
async def delete_refund_reasons(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete refund reasons (soft)."""
    await ctx.service(PaymentService).refund_reasons.soft_delete(ctx.session, ids)
