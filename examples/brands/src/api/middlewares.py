from medusa.framework.errors import NotAllowed
from medusa.framework.http import Context, Response, middleware


@middleware("/store/carts*", methods=["POST"])
async def closed_for_stocktaking(ctx: Context) -> Response | None:
    """No carts while a client says that the shop is closed."""
    if ctx.request.header("x-shop-closed") == "yes":
        raise NotAllowed("The shop is closed for stocktaking")
    ctx.set_header("x-shop", "open")
    return None
