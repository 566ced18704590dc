from medusa.framework.http import Context, middleware


@middleware("/store/products*", methods=["GET"])
async def show_brands(ctx: Context) -> None:
    ctx.allow("*brand")
