"""Feature flags and plugins: what the dashboard asks before it shows a page."""

from __future__ import annotations

from typing import Final

from medusa.framework.http import AdminContext, Response, get

FLAGS: Final = {
    "backend_hmr": False,
    "caching": False,
    "index_engine": False,
    "rbac_filter_fields": False,
    "rbac": False,
    "translation": False,
    "view_configurations": False,
}


@get("/admin/feature-flags")
async def list_feature_flags(ctx: AdminContext) -> Response:
    """List feature flags."""
    return ctx.json({"feature_flags": FLAGS})


@get("/admin/plugins")
async def list_plugins(ctx: AdminContext) -> Response:
    """List plug-ins."""
    return ctx.json({"plugins": [{"name": plugin.name} for plugin in ctx.app.plugins]})
