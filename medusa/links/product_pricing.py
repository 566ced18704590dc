"""``calculated_price``: what a variant or a shipping option costs in the request's context.

The rule is that of the pricing module's selection, as SQL, so that a list of products needs no second statement:

- prices in the context's currency, whose rules all hold in the context, and whose range holds the quantity (without a
  quantity in the context: whose minimum is one at most);
- among them the one with most rules, then the cheapest;
- one of an active price list goes before the others if the list overrides, or if it is a sale and not dearer.

Context: ``region_id``, ``currency_code`` (that of the region where it is absent), ``quantity``, ``customer_id``,
``customer_group_ids`` (list), ``pricing_context`` (further attributes for rules); ``without_price_lists`` where it is
known that there are none, so that none are looked for; and for amounts with and without tax ``country_code`` and
``province_code``.
"""

from __future__ import annotations

from medusa.framework.query import SqlBuild, computed_set
from medusa.modules.fulfillment.models import ShippingOption
from medusa.modules.product.models import ProductVariant


@computed_set(ProductVariant, "calculated_price")
def variant_price(build: SqlBuild, rows: str) -> str:
    """The price of a variant; null where there is none."""
    references = [
        ("product", "v.product_id"),
        ("product_type", "(SELECT type_id FROM product WHERE id = v.product_id)"),
    ]
    return _calculated_prices(build, "product_variant_price_set", "variant_id", rows, references)


@computed_set(ShippingOption, "calculated_price")
def shipping_option_price(build: SqlBuild, rows: str) -> str:
    """The price of a shipping option; null where there is none."""
    return _calculated_prices(
        build, "shipping_option_price_set", "shipping_option_id", rows, [("shipping_option", "v.id")]
    )


def _currency(build: SqlBuild) -> str:
    given = build.context("currency_code")
    if build.has("currency_code") or not build.has("region_id"):
        return given
    return f"(SELECT currency_code FROM region WHERE id = {build.context('region_id')})"


def _rule_context(build: SqlBuild) -> str:
    """The attributes that rules compare with, as one JSON object; computed once for a statement."""
    groups, customer = build.context("customer_group_ids", "text[]"), build.context("customer_id")
    quantity = build.context("quantity", "numeric")
    return (
        "(SELECT jsonb_strip_nulls(jsonb_build_object("
        f"'region_id', {build.context('region_id')}, 'currency_code', {_currency(build)}, 'quantity', {quantity}, "
        f"'customer_id', {customer}, 'customer.id', {customer}, "
        f"'customer_group_id', to_jsonb({groups}), 'customer.groups.id', to_jsonb({groups})"
        f")) || coalesce({build.context('pricing_context', 'jsonb')}, '{{}}'::jsonb))"
    )


_NUMBER = r"'^-?\d+(\.\d+)?$'"


def _rules_hold(context: str, price: str) -> str:
    """Each rule of the price holds: its attribute is in the context, and compares as it says."""
    # OFFSET 0 keeps the context's value from being looked up anew for each operator.
    rules = (
        f"SELECT r.operator, r.value, {context} -> r.attribute AS given FROM price_rule AS r "
        f"WHERE r.price_id = {price}.id AND r.deleted_at IS NULL OFFSET 0"
    )
    # CASE, as the operands of AND may be computed in any order.
    number = f"CASE WHEN r.given #>> '{{}}' ~ {_NUMBER} AND r.value ~ {_NUMBER} THEN (r.given #>> '{{}}')::numeric END"
    bound = f"CASE WHEN r.value ~ {_NUMBER} THEN r.value::numeric END"
    return (
        f"(coalesce({price}.rules_count, 0) = 0 OR NOT EXISTS (SELECT 1 FROM ({rules}) AS r "
        f"WHERE NOT coalesce(CASE r.operator WHEN 'eq' THEN r.given ? r.value OR r.given #>> '{{}}' = r.value "
        f"WHEN 'gt' THEN {number} > {bound} WHEN 'gte' THEN {number} >= {bound} "
        f"WHEN 'lt' THEN {number} < {bound} WHEN 'lte' THEN {number} <= {bound} END, false)))"
    )


def _list_rules_hold(context: str) -> str:
    return (
        "(coalesce(l.rules_count, 0) = 0 OR NOT EXISTS (SELECT 1 FROM price_list_rule AS r "
        "WHERE r.price_list_id = l.id AND r.deleted_at IS NULL AND NOT coalesce("
        f"jsonb_exists_any(({context} -> r.attribute), ARRAY(SELECT jsonb_array_elements_text("
        "CASE jsonb_typeof(r.value) WHEN 'array' THEN r.value ELSE jsonb_build_array(r.value) END))), false)))"
    )


_LIVE_LISTS = (
    "l.status = 'active' AND l.deleted_at IS NULL AND coalesce(l.starts_at <= now(), true) "
    "AND coalesce(l.ends_at >= now(), true)"
)


def _fits(build: SqlBuild, price: str) -> str:
    quantity = build.context("quantity", "numeric")
    if not build.has("quantity"):
        return f"coalesce({price}.min_quantity <= 1, true)"
    return f"coalesce({price}.min_quantity <= {quantity}, true) AND coalesce({price}.max_quantity >= {quantity}, true)"


def _taxed(build: SqlBuild, price: str, name: str) -> str:
    """The amount with and without tax; ``x.rate`` is in percent."""
    if not build.has("country_code"):
        return ""
    amount = f"{price}.amount"
    return (
        f"trim_scale(CASE WHEN {price}.inclusive THEN {amount} ELSE {amount} * (1 + x.rate / 100) END) "
        f'AS "{name}_amount_with_tax", '
        f"trim_scale(CASE WHEN {price}.inclusive THEN {amount} / (1 + x.rate / 100) ELSE {amount} END) "
        f'AS "{name}_amount_without_tax"'
    )


def _tax_rate(build: SqlBuild, references: list[tuple[str, str]]) -> str:
    """The rate in percent at the place of the context: that of the province, and the country's where both combine."""
    country, province = build.context("country_code"), build.context("province_code")
    match = " OR ".join(f"(u.reference = '{kind}' AND u.reference_id = {id})" for kind, id in references)
    rank = " ".join(f"WHEN u.reference = '{kind}' THEN {index}" for index, (kind, _) in enumerate(references))
    best = (
        "SELECT DISTINCT ON (g.parent_id IS NULL) g.parent_id IS NULL AS country, t.rate, t.is_combinable "
        "FROM tax_region AS g JOIN tax_rate AS t ON t.tax_region_id = g.id AND t.deleted_at IS NULL "
        "LEFT JOIN tax_rate_rule AS u ON u.tax_rate_id = t.id AND u.deleted_at IS NULL "
        f"AND ({match}) "
        f"WHERE g.deleted_at IS NULL AND g.country_code = lower({country}) "
        f"AND (g.province_code IS NULL OR g.province_code = lower({province})) "
        "AND (t.is_default OR u.id IS NOT NULL) "
        f"ORDER BY g.parent_id IS NULL, CASE {rank} ELSE {len(references)} END, t.id"
    )
    return (
        f"(SELECT coalesce(sum(b.rate) FILTER (WHERE NOT b.country OR b.alone), 0) AS rate FROM (SELECT c.*, "
        f"coalesce(bool_and(c.is_combinable) FILTER (WHERE NOT c.country) OVER (), true) AS alone FROM ({best}) AS c"
        f") AS b)"
    )


def _price_columns(price: str, name: str) -> str:
    """The printed columns of the calculated or original price."""
    return (
        f"{price}.list_id IS NOT NULL AS is_{name}_price_price_list, "
        f"coalesce({price}.inclusive, false) AS is_{name}_price_tax_inclusive, "
        f"trim_scale({price}.amount) AS {name}_amount, "
        f"""('{{"value":"' || trim_scale({price}.amount) || '","precision":20}}')::json AS raw_{name}_amount"""
    )


def _price_json(price: str) -> str:
    return (
        f"(SELECT row_to_json(n) FROM (SELECT {price}.id, {price}.list_id AS price_list_id, "
        f"{price}.list_type AS price_list_type, nullif(trim_scale({price}.min_quantity), 0) AS min_quantity, "
        f"nullif(trim_scale({price}.max_quantity), 0) AS max_quantity) AS n)"
    )


def _inclusive(build: SqlBuild) -> str:
    """Whether the price holds the tax: as the region says for a price of a region, else as the currency says."""
    region, currency = build.context("region_id"), _currency(build)
    preference = "(SELECT f.is_tax_inclusive FROM price_preference AS f WHERE f.deleted_at IS NULL AND "
    of_currency = f"coalesce({preference} f.attribute = 'currency_code' AND f.value = {currency} LIMIT 1), false)"
    of_region = f"{preference} f.attribute = 'region_id' AND f.value = {region} LIMIT 1)"
    return (
        "coalesce(CASE WHEN p.rules_count > 0 AND EXISTS (SELECT 1 FROM price_rule AS r WHERE r.price_id = p.id "
        f"AND r.attribute = 'region_id' AND r.deleted_at IS NULL) THEN {of_region} END, {of_currency}) AS inclusive"
    )


def _candidates(build: SqlBuild, *, lists: bool) -> str:
    """The best price of each price set in ``sets``, among those of lists or among the others."""
    context = _rule_context(build)
    columns = "DISTINCT ON (p.price_set_id) p.price_set_id, p.id, p.amount, p.min_quantity, p.max_quantity"
    own = (
        "p.price_set_id = ANY(ARRAY(SELECT s.price_set_id FROM sets AS s)) "
        f"AND p.currency_code = {_currency(build)} AND p.deleted_at IS NULL "
        f"AND {_fits(build, 'p')} AND {_rules_hold(context, 'p')}"
    )
    if not lists:
        return (
            f"SELECT {columns}, NULL::text AS list_id, NULL::text AS list_type, {_inclusive(build)} FROM price AS p "
            f"WHERE p.price_list_id IS NULL AND {own} "
            "ORDER BY p.price_set_id, coalesce(p.rules_count, 0) DESC, p.amount, p.id"
        )
    return (
        f"SELECT {columns}, l.id AS list_id, l.type AS list_type, {_inclusive(build)} FROM price AS p "
        f"JOIN price_list AS l ON l.id = p.price_list_id WHERE (SELECT EXISTS (SELECT 1 FROM price_list AS l "
        f"WHERE {_LIVE_LISTS})) AND p.price_list_id IS NOT NULL AND {own} AND {_LIVE_LISTS} "
        f"AND {_list_rules_hold(context)} "
        "ORDER BY p.price_set_id, coalesce(p.rules_count, 0) + coalesce(l.rules_count, 0) DESC, p.amount, p.id"
    )


_CHOSEN = ("id", "amount", "min_quantity", "max_quantity", "list_id", "list_type", "inclusive")


def _calculated_prices(build: SqlBuild, table: str, column: str, rows: str, references: list[tuple[str, str]]) -> str:
    # d: the best price of no list; q: that of a list, if it counts; k: the calculated price; o: the original one.
    lists = ""
    calculated = original = ", ".join(f"d.{name}" for name in _CHOSEN)
    if not build.has("without_price_lists"):
        lists = f"FULL JOIN ({_candidates(build, lists=True)}) AS q ON q.price_set_id = s.price_set_id "
        wins = "q.list_type = 'override' OR d.id IS NULL OR q.amount <= d.amount"
        choose = ", ".join(f"CASE WHEN {{when}} THEN q.{name} ELSE d.{name} END AS {name}" for name in _CHOSEN)
        calculated = choose.replace("{when}", f"q.id IS NOT NULL AND ({wins})")
        original = choose.replace("{when}", "q.list_type = 'override'")
    taxed = [part for part in (_taxed(build, "k", "calculated"), _taxed(build, "o", "original")) if part]
    columns = [
        "s.price_set_id AS id",
        _price_columns("k", "calculated"),
        _price_columns("o", "original"),
        f"{_currency(build)} AS currency_code",
        f"{_price_json('k')} AS calculated_price",
        f"{_price_json('o')} AS original_price",
        *taxed,
    ]
    tax = f"CROSS JOIN LATERAL {_tax_rate(build, references)} AS x " if build.has("country_code") else ""
    sets = (
        f"SELECT DISTINCT ON (s.{column}) s.{column} AS owner, s.price_set_id FROM {table} AS s "
        f"WHERE s.{column} = ANY(ARRAY(SELECT v.id FROM {rows} AS v)) AND s.deleted_at IS NULL ORDER BY s.{column}"
    )
    # FULL: hashed or merged, where a nested loop would compare each with each. No WHERE, which could undo it.
    return (
        f"WITH sets AS MATERIALIZED ({sets}) SELECT v.id AS key, "
        f"CASE WHEN k.id IS NOT NULL THEN row_to_json(c) END AS value FROM {rows} AS v "
        "FULL JOIN sets AS s ON s.owner = v.id "
        f"FULL JOIN ({_candidates(build, lists=False)}) AS d ON d.price_set_id = s.price_set_id {lists}"
        f"CROSS JOIN LATERAL (SELECT {calculated}) AS k CROSS JOIN LATERAL (SELECT {original}) AS o {tax}"
        f"CROSS JOIN LATERAL (SELECT {', '.join(columns)}) AS c"
    )
