"""Notifications: what was sent, and the feed of the dashboard."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.framework.http import AdminContext, FieldsQuery, ListQuery, Response, RouteFields, StringOrList, get

NOTIFICATION = RouteFields(
    "notification",
    "id,to,channel,template,data,trigger_type,resource_id,resource_type,receiver_id,created_at,updated_at",
)


class NotificationsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of notifications."""

    id: StringOrList | UnsetType = UNSET
    channel: StringOrList | UnsetType = UNSET
    to: StringOrList | UnsetType = UNSET


@get("/admin/notifications")
async def list_notifications(ctx: AdminContext, query: NotificationsQuery) -> Response:
    """List notifications, the newest first."""
    return await ctx.list("notifications", NOTIFICATION, query, order="-created_at")


@get("/admin/notifications/{id}")
async def retrieve_notification(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a notification."""
    return await detail_or_nothing(ctx, "notification", NOTIFICATION, id, query)
