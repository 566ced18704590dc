"""Product reviews: written by customers who bought the product, shown once the shop approves them."""

from typing import Annotated

from medusa.framework.plugins import Plugin
from msgspec import Meta, Struct

__all__ = ["ReviewOptions", "plugin"]


class ReviewOptions(Struct, frozen=True, kw_only=True):
    """What the shop decides.

    Attributes:
        auto_approve: Approve new reviews at once, those of ``minimum_rating`` stars and more.
        minimum_rating: Reviews with fewer stars wait for somebody of the shop.
        purchase_required: Only who has ordered the product may review it.
    """

    auto_approve: bool = False
    minimum_rating: Annotated[int, Meta(ge=1, le=5)] = 1
    purchase_required: bool = True

    def approves(self, rating: int) -> bool:
        """Whether a review needs nobody to look at it."""
        return self.auto_approve and rating >= self.minimum_rating


plugin = Plugin("medusa-product-reviews", options=ReviewOptions)
