"""Answers that several routes give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medusa.framework.errors import NotFound
from medusa.framework.http import Context, FieldsQuery, Response, RouteFields


async def detail_or_nothing(
    ctx: Context,
    key: str,
    route: RouteFields,
    id: str,
    query: FieldsQuery,
    *,
    filters: Mapping[str, Any] | None = None,
) -> Response:
    """``{key: {...}}``, or ``{}`` where the contract leaves an unknown thing out instead of answering 404."""
    try:
        return await ctx.detail(key, route, id, query, filters=filters)
    except NotFound:
        return ctx.json({})
