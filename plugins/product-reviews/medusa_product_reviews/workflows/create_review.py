"""A customer reviews a product."""

from medusa.framework.errors import Duplicate, InvalidData, NotAllowed, NotFound
from medusa.framework.query import Fields
from medusa.framework.workflows import WorkflowContext, step, workflow
from msgspec import Struct

from medusa_product_reviews import plugin
from medusa_product_reviews.modules.review import ReviewService, Status


class NewReview(Struct, kw_only=True):
    """A review as a customer writes it."""

    product_id: str
    customer_id: str
    sales_channel_ids: list[str]
    rating: int
    title: str | None = None
    text: str


class Reviewer(Struct):
    """Who writes, and the order that shows that they know the product."""

    name: str | None
    order_id: str | None


class _Id(Struct):
    id: str


class _Name(Struct):
    first_name: str | None
    last_name: str | None


@step("check-reviewer", no_undo="it only reads")
async def check_reviewer(ctx: WorkflowContext, data: NewReview) -> Reviewer:
    """Find out whether the customer may review the product.

    Raises:
        NotFound: The product is not sold here.
        NotAllowed: The customer has not bought it.
        Duplicate: The customer has reviewed it.
    """
    shown = {"id": data.product_id, "status": "published", "sales_channels": {"id": data.sales_channel_ids}}
    if not await ctx.query.graph(ctx.session, "product", fields=Fields.of("id"), filters=shown, into=_Id):
        raise NotFound(f"Product with id: {data.product_id} was not found")
    mine = {"product_id": data.product_id, "customer_id": data.customer_id}
    if await ctx.service(ReviewService).reviews.list(ctx.session, mine, limit=1):
        raise Duplicate("You have reviewed this product already")
    bought = {"customer_id": data.customer_id, "status": {"$ne": "canceled"}, "items": {"product_id": data.product_id}}
    orders = await ctx.query.graph(ctx.session, "order", fields=Fields.of("id"), filters=bought, limit=1, into=_Id)
    if not orders and plugin.options(ctx.app).purchase_required:
        raise NotAllowed("Only customers who bought the product can review it")
    name = Fields.of("first_name,last_name")
    who = await ctx.query.graph(ctx.session, "customer", fields=name, filters={"id": data.customer_id}, into=_Name)
    return Reviewer(_shown_name(who[0]) if who else None, orders[0].id if orders else None)


def _shown_name(who: _Name) -> str | None:
    """``Ada L.``: enough to be addressed by, too little to be found by."""
    first, last = (who.first_name or "").strip(), (who.last_name or "").strip()
    return " ".join(part for part in (first, last and f"{last[0]}.") if part) or None


@workflow("create-review", hooks=["validate", "review_created"])
async def create_review(ctx: WorkflowContext, data: NewReview) -> str:
    """Create a review; its id.

    Raises:
        InvalidData: It says nothing.
    """
    if not data.text.strip():
        raise InvalidData("A review needs a text")
    await ctx.hook("validate", review=data)
    reviewer = await check_reviewer(ctx, data)
    approved = plugin.options(ctx.app).approves(data.rating)
    row = {
        "product_id": data.product_id,
        "customer_id": data.customer_id,
        "order_id": reviewer.order_id,
        "author": reviewer.name,
        "rating": data.rating,
        "title": data.title,
        "text": data.text,
        "status": Status.APPROVED if approved else Status.PENDING,
    }
    [review] = await ctx.service(ReviewService).reviews.create(ctx.session, [row])
    about = {"id": review.id, "product_id": review.product_id}
    ctx.emit("review.created", about)
    if approved:
        ctx.emit("review.approved", about)
    await ctx.hook("review_created", review_id=review.id)
    return review.id
