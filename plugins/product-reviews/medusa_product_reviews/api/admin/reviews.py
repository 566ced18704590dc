"""Reviews, for those who moderate them."""

from typing import Annotated

from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    NumberFilter,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from msgspec import UNSET, Meta, Struct, UnsetType

from medusa_product_reviews.modules.review import Status
from medusa_product_reviews.workflows.moderate_reviews import ModerateReviews, delete_reviews, moderate_reviews

REVIEW = RouteFields(
    "review",
    "id,product_id,customer_id,order_id,author,rating,title,text,status,metadata,created_at,updated_at",
)


class ReviewsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of reviews."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    status: Status | list[Status] | UnsetType = UNSET
    rating: NumberFilter | UnsetType = UNSET
    product_id: StringOrList | UnsetType = UNSET
    customer_id: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET


class Moderation(Struct, kw_only=True, forbid_unknown_fields=True):
    """What becomes of a review."""

    status: Status


class ModerationOfMany(Moderation, kw_only=True, forbid_unknown_fields=True):
    """What becomes of some reviews."""

    ids: Annotated[list[str], Meta(min_length=1, max_length=200)]


@get("/admin/reviews")
async def list_reviews(ctx: AdminContext, query: ReviewsQuery) -> Response:
    """List reviews, the newest first."""
    return await ctx.list("reviews", REVIEW, query, order="-created_at")


@post("/admin/reviews/status")
async def moderate_many(ctx: AdminContext, body: ModerationOfMany) -> Response:
    """Approve or reject several reviews: all of them or, when one does not exist, none."""
    await ctx.run(moderate_reviews, ModerateReviews(ids=body.ids, status=body.status))
    return ctx.json({"ids": body.ids, "status": body.status})


@get("/admin/reviews/{id}")
async def retrieve_review(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a review."""
    return await ctx.detail("review", REVIEW, id, query)


@post("/admin/reviews/{id}")
async def moderate(ctx: AdminContext, id: str, body: Moderation, query: FieldsQuery) -> Response:
    """Approve or reject a review, or let it wait again."""
    await ctx.run(moderate_reviews, ModerateReviews(ids=[id], status=body.status))
    return await ctx.detail("review", REVIEW, id, query)


@delete("/admin/reviews/{id}")
async def delete_review(ctx: AdminContext, id: str) -> Response:
    """Delete a review."""
    await ctx.run(delete_reviews, [id])
    return ctx.deleted(id, "review")
