"""Changes of an order's own properties: e-mail address, addresses, metadata; each is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medusa.framework.db import Change, Insert, Update
from medusa.framework.errors import InvalidData
from medusa.framework.ids import generate_id
from medusa.framework.modules.updating import merge_metadata
from medusa.modules.order import models
from medusa.modules.order.state import OrderState
from medusa.modules.order.versions import Action, OrderEdit, confirmed_change

Row = dict[str, Any]


class CountryFixed(InvalidData):
    """Taxes and shipping depend on the country: it stays."""

    def __init__(self) -> None:
        super().__init__("Country code cannot be changed")


def property_changes(order: OrderState, given: Mapping[str, Any], by: str | None) -> list[Change]:
    """What changed properties write, the changes that record them included.

    Raises:
        CountryFixed: An address would move to another country.
    """
    out: list[Change] = []
    columns: Row = {}
    recorded: list[tuple[str, Any, Any]] = []
    for name in ("shipping_address", "billing_address"):
        if name not in given:
            continue
        present: Row = getattr(order, name) or {}
        address = {**present, **given[name], "id": generate_id(models.OrderAddress.__prefix__)}
        if present and address.get("country_code") != present.get("country_code"):
            raise CountryFixed
        out.append(Insert(models.OrderAddress, [address]))
        columns[f"{name}_id"] = address["id"]
        recorded.append((name, present or None, address))
    for name in ("email", "locale"):
        if name in given:
            columns[name] = given[name]
            recorded.append((name, getattr(order, name), given[name]))
    if "metadata" in given:
        columns["metadata"] = merge_metadata(order.metadata, given["metadata"])
        recorded.append(("metadata", order.metadata, given["metadata"]))
    changes: list[Change] = []
    for name, old, new in recorded:
        action = Action(action="UPDATE_ORDER_PROPERTIES", details={"type": name, "old": old, "new": new})
        edit = OrderEdit(actions=[action], created_by=by, change_type="update_order")
        changes += confirmed_change(order, edit, version=order.version, confirmed_by=by)
    out = _merged([*out, *changes])
    return [*out, Update(models.Order, [{"id": order.id, **columns}])] if columns else out


def _merged(inserts: list[Any]) -> list[Change]:
    """One insert for each table."""
    rows: dict[Any, list[Row]] = {}
    for insert in inserts:
        rows.setdefault(insert.model, []).extend(insert.rows)
    return [Insert(model, found) for model, found in rows.items()]
