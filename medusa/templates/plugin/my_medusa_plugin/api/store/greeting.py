"""A first route, to be replaced by yours."""

from medusa.framework.http import Response, StoreContext, get
from my_medusa_plugin import plugin


@get("/store/my-medusa-plugin/{name}")
async def greet(ctx: StoreContext, name: str) -> Response:
    """Greet a visitor."""
    return ctx.json({"message": f"{plugin.options(ctx.app).greeting}, {name}"})
