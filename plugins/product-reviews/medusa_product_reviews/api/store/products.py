"""Ratings in the answers of shipped product routes."""

from medusa.framework.http import Context, middleware


@middleware("/store/products*", methods=["GET"])
async def show_ratings(ctx: Context) -> None:
    """Let storefronts ask for ``fields=+average_rating,+review_count,*reviews``."""
    ctx.allow("average_rating,review_count,rating_counts,*reviews")
