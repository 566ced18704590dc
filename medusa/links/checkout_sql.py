"""The statement that gathers all a cart is calculated from: the cart itself, and what other modules say to it.

Parameters: see :class:`medusa.links.checkout_context.Ask`. The parts are put together once, at import. PostgreSQL
spends more time on starting so many parts than on carrying them out: there are statements without those that a new
cart, and a cart that is to be paid, have no use for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from medusa.modules.cart import state


def columns(alias: str, names: Iterable[str]) -> str:
    """``t."a", t."b"``."""
    return ", ".join(f'{alias}."{name}"' for name in names)


def many(select: str) -> str:
    """The rows of a query as a JSON array."""
    return f"(SELECT coalesce(json_agg(x), '[]') FROM ({select}) AS x)"


def one(select: str) -> str:
    """The row of a query as a JSON object, or null."""
    return f"(SELECT row_to_json(x) FROM ({select}) AS x)"


def array(select: str) -> str:
    """The values of a query of one column as a JSON array."""
    return f"(SELECT coalesce(json_agg(x), '[]') FROM ({select}) AS x(x))"


LIVE = "deleted_at IS NULL"

_CART_SCOPE = f"""
c AS MATERIALIZED (SELECT * FROM cart WHERE id = $1 AND {LIVE}),
li AS MATERIALIZED (SELECT * FROM cart_line_item WHERE cart_id = $1 AND {LIVE}),
sm AS MATERIALIZED (SELECT * FROM cart_shipping_method WHERE cart_id = $1 AND {LIVE})"""
# Unread: it says the types of parameters that a statement does not use.
_SCOPE = f"""asked AS (SELECT $5::text[], $6::text[], $11::boolean),
{_CART_SCOPE},
r AS MATERIALIZED (SELECT * FROM region WHERE {LIVE} AND id = coalesce($2, (SELECT region_id FROM c),
  (SELECT s.default_region_id FROM store AS s WHERE s.{LIVE} ORDER BY s.created_at LIMIT 1),
  (SELECT n.id FROM region AS n WHERE n.{LIVE} ORDER BY n.created_at, n.id LIMIT 1))),
only_country AS (SELECT min(iso_2) AS iso_2 FROM region_country WHERE region_id = (SELECT id FROM r) AND {LIVE}
  HAVING count(*) = 1),
adr AS MATERIALIZED (
  SELECT lower(n.country_code) AS country_code, lower(n.province) AS province, n.city, n.postal_code
  FROM jsonb_to_record($9) AS n(country_code text, province text, city text, postal_code text) WHERE $9 IS NOT NULL
  UNION ALL SELECT o.iso_2, NULL, NULL, NULL FROM only_country AS o
  WHERE $9 IS NULL AND ($1 IS NULL OR $2 <> (SELECT region_id FROM c))
  UNION ALL SELECT lower(a.country_code), lower(a.province), a.city, a.postal_code FROM cart_address AS a
  WHERE $9 IS NULL AND ($2 IS NULL OR $2 = (SELECT region_id FROM c)) AND a.id = (SELECT shipping_address_id FROM c)),
ch AS MATERIALIZED (SELECT id FROM sales_channel WHERE id = coalesce($3, (SELECT sales_channel_id FROM c)) AND {LIVE}),
places AS MATERIALIZED (SELECT stock_location_id AS id FROM sales_channel_stock_location
  WHERE sales_channel_id = (SELECT id FROM ch) AND {LIVE}),
v AS MATERIALIZED (SELECT id, title, sku, barcode, thumbnail, manage_inventory, allow_backorder, product_id
  FROM product_variant WHERE {LIVE} AND id = ANY (ARRAY(
    SELECT unnest($4::text[]) UNION SELECT variant_id FROM li WHERE $10 AND variant_id IS NOT NULL)))
"""

_TAX_LINES = many(
    f"SELECT {columns('t', state.TAX_LINE_COLUMNS)} FROM cart_line_item_tax_line AS t "
    f"WHERE t.item_id = i.id AND t.{LIVE} ORDER BY t.id"
)
_ADJUSTMENTS = many(
    f"SELECT {columns('t', state.ADJUSTMENT_COLUMNS)} FROM cart_line_item_adjustment AS t "
    f"WHERE t.item_id = i.id AND t.{LIVE} ORDER BY t.id"
)
_METHOD_TAX_LINES = many(
    f"SELECT {columns('t', state.TAX_LINE_COLUMNS)} FROM cart_shipping_method_tax_line AS t "
    f"WHERE t.shipping_method_id = m.id AND t.{LIVE} ORDER BY t.id"
)
_METHOD_ADJUSTMENTS = many(
    f"SELECT {columns('t', state.METHOD_ADJUSTMENT_COLUMNS)} FROM cart_shipping_method_adjustment AS t "
    f"WHERE t.shipping_method_id = m.id AND t.{LIVE} ORDER BY t.id"
)


def _address(column: str) -> str:
    return one(f"SELECT {columns('a', state.ADDRESS_COLUMNS)} FROM cart_address AS a WHERE a.id = c.{column}")


_ITEMS = many(
    f"SELECT {columns('i', state.ITEM_COLUMNS)}, {_TAX_LINES} AS tax_lines, {_ADJUSTMENTS} AS adjustments "
    "FROM li AS i ORDER BY i.id"
)
_METHODS = many(
    f"SELECT {columns('m', state.METHOD_COLUMNS)}, {_METHOD_TAX_LINES} AS tax_lines, "
    f"{_METHOD_ADJUSTMENTS} AS adjustments FROM sm AS m ORDER BY m.id"
)
_CREDIT_LINES = many(
    f"SELECT {columns('k', state.CREDIT_LINE_COLUMNS)} FROM credit_line AS k "
    f"WHERE k.cart_id = c.id AND k.{LIVE} ORDER BY k.id"
)
_CART = one(
    f"SELECT {columns('c', state.CART_COLUMNS)}, {_address('shipping_address_id')} AS shipping_address, "
    f"{_address('billing_address_id')} AS billing_address, {_ITEMS} AS items, {_METHODS} AS shipping_methods, "
    f"{_CREDIT_LINES} AS credit_lines FROM c"
)

_REGION = one(
    "SELECT r.id, r.name, r.currency_code, r.automatic_taxes, "
    + array(f"SELECT k.iso_2 FROM region_country AS k WHERE k.region_id = r.id AND k.{LIVE} ORDER BY k.iso_2")
    + " AS countries FROM r"
)

PRICE_COLUMNS = (
    "q.id, q.amount, q.currency_code, q.min_quantity, q.max_quantity, "
    + many(
        f"SELECT w.attribute, w.operator, w.value FROM price_rule AS w WHERE w.price_id = q.id AND w.{LIVE} ORDER BY w.id"
    )
    + " AS rules, "
    + one(
        "SELECT h.id, h.type, h.status, h.starts_at, h.ends_at, "
        + many(f"SELECT w.attribute, w.value FROM price_list_rule AS w WHERE w.price_list_id = h.id AND w.{LIVE}")
        + f" AS rules FROM price_list AS h WHERE h.id = q.price_list_id AND h.{LIVE}"
    )
    + " AS price_list, q.price_list_id"
)


def prices(link: str, column: str, owner: str) -> str:
    """The prices, in the region's currency, of what a link table joins with a price set."""
    return many(
        f"SELECT {PRICE_COLUMNS} FROM {link} AS l JOIN price AS q ON q.price_set_id = l.price_set_id AND q.{LIVE} "
        f"WHERE l.{column} = {owner} AND l.{LIVE} AND q.currency_code = (SELECT currency_code FROM r) ORDER BY q.id"
    )


INVENTORY = many(
    "SELECT n.id AS inventory_item_id, l.required_quantity, n.requires_shipping, "
    + many(
        "SELECT e.id, e.location_id, e.stocked_quantity, e.reserved_quantity FROM inventory_level AS e "
        f"WHERE e.inventory_item_id = n.id AND e.{LIVE} AND e.location_id IN (SELECT id FROM places) ORDER BY e.id"
    )
    + f" AS levels FROM product_variant_inventory_item AS l JOIN inventory_item AS n ON n.id = l.inventory_item_id "
    f"WHERE l.variant_id = v.id AND l.{LIVE} AND n.{LIVE} ORDER BY n.id"
)
_VARIANTS = many(
    f"SELECT v.*, {prices('product_variant_price_set', 'variant_id', 'v.id')} AS prices, {INVENTORY} AS inventory FROM v"
)
_PRODUCTS = many(
    "SELECT p.id, p.title, p.subtitle, p.description, p.handle, p.thumbnail, p.is_giftcard, p.discountable, p.status, "
    "p.type_id, p.collection_id, "
    "(SELECT t.value FROM product_type AS t WHERE t.id = p.type_id) AS type, "
    "(SELECT t.title FROM product_collection AS t WHERE t.id = p.collection_id) AS collection, "
    + array("SELECT t.product_tag_id FROM product_tags AS t WHERE t.product_id = p.id")
    + " AS tag_ids, "
    + array("SELECT t.product_category_id FROM product_category_product AS t WHERE t.product_id = p.id")
    + " AS category_ids, "
    f"(SELECT t.shipping_profile_id FROM product_shipping_profile AS t WHERE t.product_id = p.id AND t.{LIVE} LIMIT 1) "
    f"AS shipping_profile_id FROM product AS p WHERE p.{LIVE} "
    "AND p.id = ANY (ARRAY(SELECT product_id FROM v UNION SELECT product_id FROM li WHERE product_id IS NOT NULL))"
)


def _rules(table: str, column: str, owner: str) -> str:
    return many(
        "SELECT w.attribute, w.operator, "
        + array(
            f"SELECT y.value FROM promotion_rule_value AS y WHERE y.promotion_rule_id = w.id AND y.{LIVE} ORDER BY y.id"
        )
        + f" AS values FROM {table} AS l JOIN promotion_rule AS w ON w.id = l.promotion_rule_id AND w.{LIVE} "
        f"WHERE l.{column} = {owner} ORDER BY w.id"
    )


_APPLICATION = one(
    "SELECT m.id, m.value, m.type, m.target_type, m.allocation, m.max_quantity, m.currency_code, "
    + _rules("application_method_target_rules", "application_method_id", "m.id")
    + f" AS target_rules FROM promotion_application_method AS m WHERE m.promotion_id = o.id AND m.{LIVE} LIMIT 1"
)
_CAMPAIGN = one(
    "SELECT g.id, g.starts_at, g.ends_at, "
    + one(
        'SELECT b.id, b.type, b."limit", b.used, b.currency_code, b.attribute, '
        + many(
            "SELECT u.id, u.attribute_value, u.used FROM promotion_campaign_budget_usage AS u "
            f"WHERE u.budget_id = b.id AND u.{LIVE} AND u.attribute_value IN "
            "(SELECT customer_id FROM c UNION SELECT email FROM c UNION VALUES ($7), ($8))"
        )
        + f" AS usages FROM promotion_campaign_budget AS b WHERE b.campaign_id = g.id AND b.{LIVE} LIMIT 1"
    )
    + f" AS budget FROM promotion_campaign AS g WHERE g.id = o.campaign_id AND g.{LIVE}"
)
_LINKED = f"SELECT promotion_id FROM cart_promotion WHERE cart_id = $1 AND {LIVE}"
_PROMOTIONS = many(
    'SELECT o.id, o.code, o.is_automatic, o.type, o.status, o.is_tax_inclusive, o."limit", o.used, '
    f"{_rules('promotion_promotion_rule', 'promotion_id', 'o.id')} AS rules, {_APPLICATION} AS application_method, "
    f"{_CAMPAIGN} AS campaign, (SELECT l.id FROM cart_promotion AS l WHERE l.cart_id = $1 AND l.promotion_id = o.id "
    f"AND l.{LIVE}) AS link_id FROM promotion AS o WHERE o.{LIVE} "
    f"AND (o.code = ANY($5) OR o.id IN ({_LINKED}) OR (o.is_automatic AND o.status = 'active')) ORDER BY o.id"
)

_TAX_REGIONS = many(
    "SELECT t.id, t.country_code, t.province_code, t.parent_id, t.provider_id, "
    + many(
        "SELECT k.id, k.rate, k.code, k.name, k.is_default, k.is_combinable, "
        + many(f"SELECT w.reference, w.reference_id FROM tax_rate_rule AS w WHERE w.tax_rate_id = k.id AND w.{LIVE}")
        + f" AS rules FROM tax_rate AS k WHERE k.tax_region_id = t.id AND k.{LIVE} ORDER BY k.id"
    )
    + f" AS tax_rates FROM tax_region AS t WHERE t.{LIVE} AND t.country_code = (SELECT country_code FROM adr) ORDER BY t.id"
)

IN_ZONE = (
    "((SELECT country_code FROM adr) IS NULL OR EXISTS (SELECT FROM geo_zone AS z, adr "
    f"WHERE z.service_zone_id = o.service_zone_id AND z.{LIVE} AND z.country_code = adr.country_code AND (z.type = 'country' "
    "OR (z.province_code = adr.province AND (z.type = 'province' OR (z.city = adr.city AND (z.type = 'city' "
    "OR z.postal_expression = to_jsonb(adr.postal_code))))))))"
)
LOCATION = (
    "(SELECT l.stock_location_id FROM service_zone AS z JOIN location_fulfillment_set AS l "
    f"ON l.fulfillment_set_id = z.fulfillment_set_id AND l.{LIVE} WHERE z.id = o.service_zone_id "
    "AND l.stock_location_id IN (SELECT id FROM places) LIMIT 1)"
)
OPTION_RULES = many(
    "SELECT w.attribute, w.operator, w.value FROM shipping_option_rule AS w "
    f"WHERE w.shipping_option_id = o.id AND w.{LIVE} ORDER BY w.id"
)
_CALCULATED = (
    f"EXISTS (SELECT FROM shipping_option AS o WHERE o.price_type = 'calculated' AND o.{LIVE} "
    "AND ($11 OR o.id = ANY($6) OR o.id IN (SELECT shipping_option_id FROM sm)))"
)
_MEASURES = many(
    "SELECT v.id, coalesce(v.weight, p.weight) AS weight, v.length, v.height, v.width, v.material "
    "FROM product_variant AS v LEFT JOIN product AS p ON p.id = v.product_id "
    f"WHERE v.id = ANY (ARRAY(SELECT unnest($4::text[]) UNION SELECT variant_id FROM li)) AND (SELECT {_CALCULATED})"
)
_ORIGINS = many(
    "SELECT t.id, t.name, "
    + one(
        "SELECT a.address_1, a.address_2, a.city, a.country_code, a.province, a.postal_code "
        f"FROM stock_location_address AS a WHERE a.id = t.address_id AND a.{LIVE}"
    )
    + f" AS address FROM stock_location AS t WHERE t.id IN (SELECT id FROM places) AND (SELECT {_CALCULATED}) ORDER BY t.id"
)
_OPTIONS = many(
    "SELECT o.id, o.name, o.price_type, o.data, o.provider_id, o.shipping_profile_id, o.service_zone_id, "
    f"o.shipping_option_type_id, {IN_ZONE} AS is_in_zone, {LOCATION} AS location_id, {OPTION_RULES} AS rules, "
    f"{prices('shipping_option_price_set', 'shipping_option_id', 'o.id')} AS prices FROM shipping_option AS o "
    f"WHERE o.{LIVE} AND (o.id = ANY($6) OR o.id IN (SELECT shipping_option_id FROM sm) "
    "OR ($11 AND o.service_zone_id IN (SELECT z.id FROM location_fulfillment_set AS l "
    f"JOIN service_zone AS z ON z.fulfillment_set_id = l.fulfillment_set_id AND z.{LIVE} "
    f"WHERE l.{LIVE} AND l.stock_location_id IN (SELECT id FROM places)))) ORDER BY o.id"
)

_PERSON = (
    "SELECT k.id, k.email, k.has_account, "
    + array(
        f"SELECT g.customer_group_id FROM customer_group_customer AS g WHERE g.customer_id = k.id AND g.{LIVE} ORDER BY g.id"
    )
    + " AS group_ids FROM customer AS k"
)
_CUSTOMER = one(f"{_PERSON} WHERE k.id = coalesce($7, (SELECT customer_id FROM c)) AND k.{LIVE}")
_GUEST = one(f"{_PERSON} WHERE k.email = $8 AND NOT k.has_account AND k.{LIVE} ORDER BY k.id LIMIT 1")

_PREFERENCES = many(
    "SELECT n.attribute, n.value, n.is_tax_inclusive FROM price_preference AS n, r "
    f"WHERE n.{LIVE} AND ((n.attribute = 'region_id' AND n.value = r.id) "
    "OR (n.attribute = 'currency_code' AND n.value = r.currency_code))"
)

_COLLECTION = one(
    "SELECT p.id, p.currency_code, p.amount, p.status, "
    + many(
        "SELECT s.id, s.amount, s.currency_code, s.provider_id, s.status, s.data, s.context, s.authorized_at "
        f"FROM payment_session AS s WHERE s.payment_collection_id = p.id AND s.{LIVE} ORDER BY s.id"
    )
    + f" AS sessions FROM cart_payment_collection AS l JOIN payment_collection AS p ON p.id = l.payment_collection_id "
    f"AND p.{LIVE} WHERE l.cart_id = $1 AND l.{LIVE} ORDER BY p.id LIMIT 1"
)


def _statement(scope: str, parts: Mapping[str, str]) -> str:
    shown = ", ".join(f"{sql} AS {name}" for name, sql in parts.items())
    return f"WITH {scope} SELECT row_to_json(x)::text FROM (SELECT {shown}) AS x"


_PARTS = {
    "cart": _CART,
    "region": _REGION,
    "sales_channel_id": "(SELECT id FROM ch)",
    "variants": _VARIANTS,
    "products": _PRODUCTS,
    "promotions": _PROMOTIONS,
    "tax_regions": _TAX_REGIONS,
    "shipping_options": _OPTIONS,
    "customer": _CUSTOMER,
    "guest": _GUEST,
    "preferences": _PREFERENCES,
    "payment_collection": _COLLECTION,
    "place": one("SELECT * FROM adr LIMIT 1"),
    "measures": _MEASURES,
    "origins": _ORIGINS,
}
_NONE, _NULL = "'[]'::json", "NULL"
_OF_A_CART = {
    "cart": _NULL,
    "shipping_options": _NONE,
    "payment_collection": _NULL,
    "measures": _NONE,
    "origins": _NONE,
}

CHECKOUT = _statement(_SCOPE, _PARTS)
NEW_CART = _statement(_SCOPE, {**_PARTS, **_OF_A_CART})
TO_PAY = _statement(_CART_SCOPE, {"cart": _CART, "payment_collection": _COLLECTION})
