"""What shipped workflows do for reviews."""

from medusa.framework.workflows import WorkflowContext
from medusa.workflows.product.products import delete_products

from medusa_product_reviews.modules.review import ReviewService


@delete_products.hook("products_deleted")
async def delete_their_reviews(ctx: WorkflowContext, ids: list[str]) -> None:
    """Reviews go with their product."""
    await ctx.service(ReviewService).delete_of_products(ctx.session, ids)
