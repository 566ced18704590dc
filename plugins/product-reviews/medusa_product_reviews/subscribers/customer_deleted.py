"""Customers who leave take their name along."""

import structlog
from medusa.framework.app import App
from medusa.framework.events import Event, subscriber

from medusa_product_reviews.modules.review import ReviewService

log = structlog.get_logger()


@subscriber("customer.deleted")
async def forget_author(event: Event, app: App) -> None:
    """Keep the reviews of a deleted customer, without the name."""
    async with app.database.session() as session:
        await app.service(ReviewService).forget_author(session, event.data["id"])
    log.info("reviews.author_forgotten", customer_id=event.data["id"])
