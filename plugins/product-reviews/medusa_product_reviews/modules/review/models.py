"""Tables of reviews."""

from medusa.framework.db import Model, WithMetadata, live_index
from medusa.framework.db.models import one_of
from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from medusa_product_reviews.modules.review.types import Status


class Review(WithMetadata, Model):
    """What a customer says of a product; ``author`` is the name it is shown with."""

    __tablename__ = "review"
    __prefix__ = "rev"
    __table_args__ = (
        live_index("product_id", "customer_id", unique=True),
        live_index("product_id", "created_at", where=f"status = '{Status.APPROVED}'"),
        live_index("customer_id"),
        live_index("status", "created_at"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        one_of("status", *Status),
    )

    product_id: Mapped[str]
    customer_id: Mapped[str]
    order_id: Mapped[str | None]
    author: Mapped[str | None]
    rating: Mapped[int]
    title: Mapped[str | None]
    text: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=Status.PENDING)
