"""Reviews of products."""

from medusa_product_reviews.modules.review.service import ReviewService
from medusa_product_reviews.modules.review.types import Status

__all__ = ["ReviewService", "Status"]
