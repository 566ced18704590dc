"""What reviews see of a shop, and products of their reviews."""

from medusa.framework.links import read_only_link
from medusa.framework.query import computed, view, view_relation
from medusa.framework.query.registry import SqlBuild, searchable
from medusa.modules.customer.models import Customer
from medusa.modules.order.models import Order
from medusa.modules.product.models import Product

from medusa_product_reviews.modules.review.models import Review

searchable(Review, "title", "text", "author")
read_only_link(Review, "product", Product, local="product_id")
read_only_link(Review, "customer", Customer, local="customer_id")
read_only_link(Review, "order", Order, local="order_id")

# A product shows what everybody may see: approved reviews, without the ids of customers and orders.
view(
    "approved_review",
    Review,
    "SELECT r.* FROM review AS r WHERE r.status = 'approved' AND r.deleted_at IS NULL",
    only=["id", "product_id", "author", "rating", "title", "text", "created_at"],
)
view_relation(Product, "reviews", "approved_review", on=[("id", "product_id")], many=True, order=["created_at", "id"])


def _approved(product: str) -> str:
    return f"FROM review AS r WHERE r.product_id = {product}.id AND r.status = 'approved' AND r.deleted_at IS NULL"


@computed(Product, "average_rating")
def average_rating(build: SqlBuild, product: str) -> str:
    """Stars, to two decimals; null where nobody has rated."""
    return f"(SELECT trim_scale(round(avg(r.rating), 2)) {_approved(product)})"


@computed(Product, "review_count")
def review_count(build: SqlBuild, product: str) -> str:
    """How many approved reviews there are."""
    return f"(SELECT count(*) {_approved(product)})"


@computed(Product, "rating_counts")
def rating_counts(build: SqlBuild, product: str) -> str:
    """How many reviews gave how many stars: ``{"1": 0, ... "5": 3}``."""
    counts = ", ".join(f'count(*) FILTER (WHERE r.rating = {stars}) AS "{stars}"' for stars in range(1, 6))
    return f"(SELECT row_to_json(c) FROM (SELECT {counts} {_approved(product)}) AS c)"


@computed(Product, "review_page")
def review_page(build: SqlBuild, product: str) -> str:
    """A page of approved reviews, and how many there are; the context says which: ``review_limit`` and so on."""
    rating = build.context("review_rating", "int")
    order = build.context("review_order")
    limit, offset = build.context("review_limit", "int"), build.context("review_offset", "int")
    created_at = """to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
    wanted = f"{_approved(product)} AND ({rating} IS NULL OR r.rating = {rating})"
    return (
        "(SELECT json_build_object('count', "
        f"(SELECT count(*) {wanted}), 'reviews', coalesce(json_agg(row_to_json(p)), '[]')) FROM ("
        f"SELECT r.id, r.author, r.rating, r.title, r.text, {created_at} AS created_at {wanted} ORDER BY "
        f"CASE {order} WHEN 'rating' THEN r.rating WHEN '-rating' THEN -r.rating END, "
        f"CASE {order} WHEN 'created_at' THEN r.created_at END, r.created_at DESC, r.id DESC "
        f"LIMIT {limit} OFFSET {offset}) AS p)"
    )
