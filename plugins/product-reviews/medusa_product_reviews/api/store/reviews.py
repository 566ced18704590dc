"""Reviews in the storefront."""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from medusa.framework.http import (
    CUSTOMER,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StoreContext,
    delete,
    get,
    post,
)
from msgspec import Meta, Struct

from medusa_product_reviews.workflows.create_review import NewReview, create_review
from medusa_product_reviews.workflows.moderate_reviews import delete_reviews

OWN_REVIEW = RouteFields(
    "review",
    "id,product_id,rating,title,text,author,status,created_at,updated_at",
    allowed="*,product.id,product.title,product.handle,product.thumbnail",
)
SUMMARY = RouteFields("product", "average_rating,rating_counts,review_page")
Stars = Annotated[int, Meta(ge=1, le=5)]


class ReviewsQuery(FieldsQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Which approved reviews."""

    limit: Annotated[int, Meta(ge=0, le=100)] = 20
    offset: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    order: Literal["created_at", "-created_at", "rating", "-rating"] = "-created_at"
    rating: Stars | None = None


class WriteReview(Struct, kw_only=True, forbid_unknown_fields=True):
    """A review."""

    rating: Stars
    title: Annotated[str, Meta(max_length=120)] | None = None
    text: Annotated[str, Meta(min_length=1, max_length=5000)]


class _Page(Struct):
    reviews: msgspec.Raw
    count: int


class _Summary(Struct):
    average_rating: Decimal | None
    rating_counts: msgspec.Raw
    review_page: _Page


@get("/store/products/{id}/reviews")
async def list_reviews(ctx: StoreContext, id: str, query: ReviewsQuery) -> Response:
    """List the approved reviews of a product, with its average and how many gave how many stars."""
    shown = {"status": "published", "sales_channels": {"id": list(ctx.require_sales_channels())}}
    wanted = {
        "review_limit": query.limit,
        "review_offset": query.offset,
        "review_order": query.order,
        "review_rating": query.rating,
    }
    found = msgspec.json.decode(
        await ctx.fetch(SUMMARY, id, FieldsQuery(), filters=shown, context=wanted), type=_Summary
    )
    return ctx.json(
        {
            "reviews": found.review_page.reviews,
            "average_rating": found.average_rating,
            "rating_counts": found.rating_counts,
            "count": found.review_page.count,
            "offset": query.offset,
            "limit": query.limit,
        }
    )


@post("/store/products/{id}/reviews", authenticate=CUSTOMER)
async def write_review(ctx: StoreContext, id: str, body: WriteReview, query: FieldsQuery) -> Response:
    """Review a product that was bought."""
    data = NewReview(
        product_id=id,
        customer_id=ctx.require_actor().actor_id,
        sales_channel_ids=list(ctx.require_sales_channels()),
        rating=body.rating,
        title=body.title,
        text=body.text,
    )
    return await ctx.detail("review", OWN_REVIEW, await ctx.run(create_review, data), query)


@get("/store/customers/me/reviews", authenticate=CUSTOMER)
async def list_own_reviews(ctx: StoreContext, query: ListQuery) -> Response:
    """List one's own reviews, whatever became of them."""
    return await ctx.list("reviews", OWN_REVIEW, query, filters={"customer_id": ctx.customer_id}, order="-created_at")


@delete("/store/customers/me/reviews/{id}", authenticate=CUSTOMER)
async def delete_own_review(ctx: StoreContext, id: str) -> Response:
    """Take one's own review back."""
    await ctx.fetch(OWN_REVIEW, id, FieldsQuery(fields="id"), filters={"customer_id": ctx.customer_id})
    await ctx.run(delete_reviews, [id])
    return ctx.deleted(id, "review")
