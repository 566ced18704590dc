from typing import Any

from medusa.framework.workflows import WorkflowContext
from medusa.modules.customer import CustomerService
from medusa.workflows.cart.create import create_cart
from medusa.workflows.cart.items import add_to_cart, update_line_item
from medusa.workflows.cart.update import update_cart
from medusa.workflows.pricing.context import show_prices


async def membership(ctx: WorkflowContext, customer_id: str | None) -> dict[str, Any]:
    """What the rules of prices can ask for, besides region, currency and customer group."""
    if customer_id is None:
        return {}
    [customer] = await ctx.service(CustomerService).customers.list(ctx.session, {"id": customer_id})
    return {"membership": (customer.metadata_ or {}).get("membership")}


@create_cart.hook("set_pricing_context")
@add_to_cart.hook("set_pricing_context")
@update_line_item.hook("set_pricing_context")
@update_cart.hook("set_pricing_context")
async def member_prices(ctx: WorkflowContext, cart: Any, variants: Any) -> dict[str, Any]:
    """Members pay other prices in their carts."""
    return await membership(ctx, cart.customer_id)


@show_prices.hook("set_pricing_context")
async def shown_member_prices(
    ctx: WorkflowContext, region_id: str, currency_code: str, customer_id: str | None
) -> dict[str, Any]:
    """And they see these prices in lists of products."""
    return await membership(ctx, customer_id)
