"""Why goods come back."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from medusa.framework.modules import row_of
from medusa.framework.modules.updating import update_rows
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.order.service import OrderService


class CreateReturnReason(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new reason; ``value`` is its code."""

    value: str
    label: str
    description: str | UnsetType | None = UNSET
    parent_return_reason_id: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class ReturnReasonChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a reason."""

    value: str
    label: str
    description: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class UpdateReturnReasons(Struct, kw_only=True):
    """The same changes for some reasons."""

    ids: list[str]
    update: ReturnReasonChanges


@workflow("create-return-reasons")
async def create_return_reasons(ctx: WorkflowContext, data: list[CreateReturnReason]) -> list[str]:
    """Create return reasons; their ids."""
    return [row.id for row in await ctx.service(OrderService).return_reasons.create(ctx.session, data)]


@workflow("update-return-reasons")
async def update_return_reasons(ctx: WorkflowContext, data: UpdateReturnReasons) -> None:
    """Change return reasons."""
    columns = row_of(data.update)
    await update_rows(ctx.service(OrderService).return_reasons, ctx.session, [{"id": id, **columns} for id in data.ids])


@workflow("delete-return-reasons")
async def delete_return_reasons(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete return reasons (soft)."""
    await ctx.service(OrderService).return_reasons.soft_delete(ctx.session, ids)
