"""What can be done with reviews."""

from collections.abc import Sequence

from medusa.framework.db import Session
from medusa.framework.modules import Crud, ModuleService

from medusa_product_reviews.modules.review.models import Review


class ReviewService(ModuleService):
    """Reviews: ``create_reviews``, ``list_reviews`` and so on, and what concerns all of a customer or of a product."""

    reviews = Crud(Review)

    async def forget_author(self, session: Session, customer_id: str) -> None:
        """Take the customer's name off their reviews; safe to repeat."""
        await session.execute("UPDATE review SET author = NULL, updated_at = now() WHERE customer_id = $1", customer_id)

    async def delete_of_products(self, session: Session, product_ids: Sequence[str]) -> None:
        """Delete (soft) the reviews of products that are deleted."""
        rows = await self.reviews.list(session, {"product_id": list(product_ids)}, for_update=True)
        await self.reviews.soft_delete(session, [review.id for review in rows])
