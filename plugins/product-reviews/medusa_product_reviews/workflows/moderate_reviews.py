"""The shop approves and rejects reviews, and takes them away."""

from medusa.framework.workflows import WorkflowContext, workflow
from msgspec import Struct

from medusa_product_reviews.modules.review import ReviewService, Status


class ModerateReviews(Struct, kw_only=True):
    """What becomes of some reviews."""

    ids: list[str]
    status: Status


@workflow("moderate-reviews")
async def moderate_reviews(ctx: WorkflowContext, data: ModerateReviews) -> None:
    """Give reviews a status; says what happened to those that did not have it.

    Raises:
        NotFound: There is no such review.
    """
    reviews = ctx.service(ReviewService).reviews
    found = {review.id: review for review in await reviews.list(ctx.session, {"id": data.ids}, for_update=True)}
    for id in data.ids:
        if id not in found:
            raise reviews.not_found(id)
    changed = [review for review in found.values() if review.status != data.status]
    await reviews.update(ctx.session, [{"id": review.id, "status": data.status} for review in changed])
    ctx.emit(f"review.{data.status}", [{"id": review.id, "product_id": review.product_id} for review in changed])


@workflow("delete-reviews")
async def delete_reviews(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete reviews (soft)."""
    await ctx.service(ReviewService).reviews.soft_delete(ctx.session, ids)
    ctx.emit("review.deleted", [{"id": id} for id in ids])
