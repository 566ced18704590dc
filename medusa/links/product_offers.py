"""What a product offers of its options, and which pictures show a variant."""

from medusa.framework.query import ViewColumn, view, view_relation
from medusa.modules.product.models import Product, ProductImage, ProductOption, ProductOptionValue, ProductVariant

# A product offers all values of an option, or some.
view(
    "offered_option",
    ProductOption,
    "SELECT o.*, l.product_id, l.id AS offer_id FROM product_product_option AS l "
    "JOIN product_option AS o ON o.id = l.product_option_id WHERE l.deleted_at IS NULL",
    columns=[ViewColumn("product_id", private=True), ViewColumn("offer_id", private=True)],
)
view(
    "offered_value",
    ProductOptionValue,
    "SELECT v.*, l.product_product_option_id AS offer_id FROM product_product_option_value AS l "
    "JOIN product_option_value AS v ON v.id = l.product_option_value_id WHERE l.deleted_at IS NULL",
    columns=[ViewColumn("offer_id", private=True)],
    only=["id", "value", "rank", "metadata", "option_id", "created_at", "updated_at", "deleted_at", "offer_id"],
)
view_relation(Product, "options", "offered_option", on=[("id", "product_id")], many=True, id=False)
view_relation(
    "offered_option",
    "values",
    "offered_value",
    on=[("offer_id", "offer_id")],
    many=True,
    id=False,
    order=["rank", "id"],
)

# A picture that is given to no variant shows all variants of its product.
view(
    "variant_image",
    ProductImage,
    "SELECT i.*, v.id AS variant_id FROM product_variant AS v JOIN image AS i ON i.product_id = v.product_id "
    "WHERE NOT EXISTS (SELECT 1 FROM product_variant_product_image AS a WHERE a.image_id = i.id "
    "AND a.deleted_at IS NULL) OR EXISTS (SELECT 1 FROM product_variant_product_image AS a WHERE a.image_id = i.id "
    "AND a.variant_id = v.id AND a.deleted_at IS NULL)",
    columns=[ViewColumn("variant_id", private=True)],
    only=["id", "url", "metadata", "rank", "product_id", "created_at", "updated_at", "deleted_at", "variant_id"],
)
view_relation(
    ProductVariant, "images", "variant_image", on=[("id", "variant_id")], many=True, id=False, order=["rank", "id"]
)
