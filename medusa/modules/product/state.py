"""What rules about changes need to know of products and options: one statement for any number of them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from medusa.framework.db import Session
from medusa.framework.errors import InvalidData
from medusa.modules.product.types import OptionState, ProductState

_VALUES = "coalesce(json_object_agg(v.value, v.id), '{}') FROM product_option_value v"

_STATE = f"""
SELECT coalesce(json_agg(row_to_json(s)), '[]') FROM (
  SELECT p.id, p.title, p.metadata,
    (SELECT coalesce(json_agg(row_to_json(o)), '[]') FROM (
      SELECT o.id, o.title, o.is_exclusive, l.id AS link_id,
        (SELECT {_VALUES} JOIN product_product_option_value ov ON ov.product_option_value_id = v.id
          AND ov.deleted_at IS NULL WHERE ov.product_product_option_id = l.id AND v.deleted_at IS NULL) AS values
      FROM product_product_option l JOIN product_option o ON o.id = l.product_option_id AND o.deleted_at IS NULL
      WHERE l.product_id = p.id AND l.deleted_at IS NULL ORDER BY l.id) o) AS options,
    (SELECT coalesce(json_agg(row_to_json(v)), '[]') FROM (
      SELECT v.id, v.title, v.product_id, v.manage_inventory, v.metadata,
        (SELECT coalesce(json_agg(vo.option_value_id), '[]') FROM product_variant_option vo
          WHERE vo.variant_id = v.id) AS option_value_ids
      FROM product_variant v WHERE v.product_id = p.id AND v.deleted_at IS NULL ORDER BY v.id) v) AS variants,
    (SELECT coalesce(json_agg(i.id), '[]') FROM image i
      WHERE i.product_id = p.id AND i.deleted_at IS NULL) AS image_ids,
    (SELECT coalesce(json_agg(t.product_tag_id), '[]') FROM product_tags t WHERE t.product_id = p.id) AS tag_ids,
    (SELECT coalesce(json_agg(c.product_category_id), '[]') FROM product_category_product c
      WHERE c.product_id = p.id) AS category_ids
  FROM product p WHERE {{which}} AND p.deleted_at IS NULL ORDER BY p.id FOR UPDATE OF p) s
"""

_PRODUCTS = _STATE.replace("{which}", "p.id = ANY($1)")
_PRODUCTS_OF = _STATE.replace(
    "{which}", "p.id IN (SELECT product_id FROM product_variant WHERE id = ANY($1) AND deleted_at IS NULL)"
)

_OPTIONS = f"""
SELECT coalesce(json_agg(row_to_json(s)), '[]') FROM (
  SELECT o.id, o.title, o.is_exclusive,
    (SELECT {_VALUES} WHERE v.option_id = o.id AND v.deleted_at IS NULL) AS values
  FROM product_option o WHERE o.id = ANY($1) AND o.deleted_at IS NULL) s
"""

_read_products = msgspec.json.Decoder(list[ProductState]).decode
_read_options = msgspec.json.Decoder(list[OptionState]).decode


async def read_products(session: Session, ids: Sequence[str]) -> dict[str, ProductState]:
    """These products with their parts, locked until the transaction ends; those that do not exist are left out."""
    found = _read_products(await session.fetch_value(_PRODUCTS, list(ids)))
    return {product.id: product for product in found}


async def read_products_of(session: Session, variant_ids: Sequence[str]) -> dict[str, ProductState]:
    """The products of these variants, as :func:`read_products` gives them."""
    found = _read_products(await session.fetch_value(_PRODUCTS_OF, list(variant_ids)))
    return {product.id: product for product in found}


async def read_options(session: Session, ids: Sequence[str]) -> dict[str, OptionState]:
    """These options with all their values.

    Raises:
        InvalidData: One does not exist.
    """
    if not ids:
        return {}
    found = {option.id: option for option in _read_options(await session.fetch_value(_OPTIONS, list(ids)))}
    if missing := [id for id in dict.fromkeys(ids) if id not in found]:
        raise InvalidData(f"Some product options were not found: [{', '.join(missing)}]")
    return found


async def refuse_unknown_tags(session: Session, ids: Sequence[str]) -> None:
    """Refuse tags that do not exist.

    Raises:
        InvalidData: Names the first one.
    """
    if not ids:
        return
    rows = await session.fetch("SELECT id FROM product_tag WHERE id = ANY($1) AND deleted_at IS NULL", list(ids))
    known = {row["id"] for row in rows}
    for id in ids:
        if id not in known:
            raise InvalidData(
                f"Tag with id {id} not found. Please create the tag before associating it with the product."
            )
