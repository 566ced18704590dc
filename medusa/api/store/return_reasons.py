"""Return reasons, for customers who send something back."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.parameters import LocaleQuery, refuse_parameters
from medusa.framework.http import ListQuery, Response, RouteFields, StoreContext, get

_COLUMNS = "id,value,label,parent_return_reason_id,description,created_at,updated_at,deleted_at"
RETURN_REASON = RouteFields("return_reason", f"{_COLUMNS},*parent_return_reason,*return_reason_children")


class ReturnReasonsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Return reasons, in a language."""

    limit: int = 20
    locale: str | UnsetType = UNSET

    def filters(self) -> dict[str, object]:
        return {name: value for name, value in super().filters().items() if name != "locale"}


@get("/store/return-reasons")
async def list_return_reasons(ctx: StoreContext, query: ReturnReasonsQuery) -> Response:
    """List return reasons."""
    refuse_parameters(query, "q", "$and", "$or")
    return await ctx.list("return_reasons", RETURN_REASON, query)


@get("/store/return-reasons/{id}")
async def retrieve_return_reason(ctx: StoreContext, id: str, query: LocaleQuery) -> Response:
    """Retrieve a return reason."""
    message = f"Return reason with id: {id} was not found"
    return await ctx.detail("return_reason", RETURN_REASON, id, query, not_found=message)
