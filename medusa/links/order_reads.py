"""What admins read about an order beside the order itself."""

from __future__ import annotations

from medusa.framework.query import printing, view
from medusa.framework.query.registry import SqlBuild
from medusa.modules.order.models import OrderChangeAction, OrderItem


def _history(build: SqlBuild, row: str) -> str:
    """The versions in which the order has the line."""
    other = build.alias()
    return (
        f"SELECT json_build_object('version', json_build_object('from', min({other}.version), 'to', max({other}.version))) "
        f"FROM order_item AS {other} WHERE {other}.order_id = {row}.order_id AND {other}.item_id = {row}.item_id "
        f"AND {other}.deleted_at IS NULL"
    )


view(
    "order_item_now",
    OrderItem,
    "SELECT d.* FROM order_item AS d WHERE d.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM order_item AS n "
    "WHERE n.order_id = d.order_id AND n.item_id = d.item_id AND n.version > d.version AND n.deleted_at IS NULL)",
    always=("item_id", "version", "history"),
    computed={"history": _history},
)
"""The lines an order has or had, each in the last version that has it."""

printing(OrderChangeAction, ("order", "return", "claim", "exchange"), stub=False)
