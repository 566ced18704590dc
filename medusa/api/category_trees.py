"""Categories with what is above and below them: answers of the admin and the store routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType

from medusa.framework.http import AdminContext, FieldsQuery, ListQuery, Response, RouteFields, StoreContext
from medusa.framework.query import Fields
from medusa.framework.query.fields import Tree, make_tree

Node: TypeAlias = dict[str, Any]
Filters: TypeAlias = Mapping[str, Any]
_decode = msgspec.json.decode
_PLACE = ("id", "mpath", "parent_category_id")


class TreeQuery(FieldsQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Whether to show all that is above, or all that is below."""

    include_ancestors_tree: bool | UnsetType = UNSET
    include_descendants_tree: bool | UnsetType = UNSET


class Wanted(Struct, frozen=True):
    """What of the tree a request asks for."""

    ancestors: bool
    descendants: bool

    @classmethod
    def of(cls, query: Any, fields: Fields) -> Wanted:
        """From the query's flags, and the relations that its fields name with a star."""
        children = fields.tree.children
        up, down = children.get("parent_category"), children.get("category_children")
        above = query.include_ancestors_tree is True and up is not None and up.star
        below = query.include_descendants_tree is True and down is not None and down.star
        return cls(above, below)


def tree_filters(filters: dict[str, Any]) -> dict[str, Any]:
    """Filters of a list without the flags; ``parent_category_id=null`` is for roots."""
    for name in ("include_ancestors_tree", "include_descendants_tree"):
        filters.pop(name, None)
    if filters.get("parent_category_id") == "null":
        filters["parent_category_id"] = None
    return filters


async def list_categories(
    ctx: AdminContext | StoreContext, route: RouteFields, query: ListQuery, visible: Filters
) -> Response:
    """A page of categories. One statement, one more for a tree."""
    fields = route.of(query)
    wanted = Wanted.of(query, fields)
    if not (wanted.ancestors or wanted.descendants):
        return await ctx.list("product_categories", route, query, filters=visible)
    page = _decode(
        (
            await ctx.list(
                "product_categories", _Exactly(route.entity, "id", fields=_with_place(fields)), query, filters=visible
            )
        ).body
    )
    page["product_categories"] = await _grown(ctx, page["product_categories"], fields, wanted, visible, deep=True)
    return ctx.json(page)


async def one_category(
    ctx: AdminContext | StoreContext, route: RouteFields, id: str, query: FieldsQuery, visible: Filters
) -> bytes | None:
    """A category as JSON, None where it cannot be seen. One statement, one more for a tree."""
    fields = route.of(query)
    wanted = Wanted.of(query, fields)
    grows = wanted.ancestors or wanted.descendants
    async with ctx.reader() as session:
        found = await ctx.query.one(
            session, route.entity, {"id": id, **visible}, fields=_with_place(fields) if grows else fields
        )
    if found is None or not grows:
        return found
    [category] = await _grown(ctx, [_decode(found)], fields, wanted, visible, deep=False)
    return msgspec.json.encode(category)


@dataclass(frozen=True, slots=True)
class _Exactly(RouteFields):
    """These fields, whatever the request says: they are made of what it says."""

    fields: Fields | None = None

    def of(self, query: FieldsQuery) -> Fields:
        assert self.fields is not None
        return self.fields


def _with_place(fields: Fields) -> Fields:
    return fields.plus(",".join(_PLACE))


async def _grown(
    ctx: AdminContext | StoreContext, rows: list[Node], fields: Fields, wanted: Wanted, visible: Filters, *, deep: bool
) -> list[Node]:
    """The categories with the branches above or below them.

    Args:
        deep: Nodes far from the categories show all columns, too.
    """
    if not rows:
        return rows
    if wanted.ancestors:
        ids = {id for row in rows for id in row["mpath"].split(".") if id != row["id"]}
        shown = _node_fields(fields, with_children=not wanted.descendants)
        nodes = await _nodes(ctx, {"id": sorted(ids), **visible}, shown)
        # What is among the children of another node shows all columns, and so does what is next to the category.
        near = {id for id, node in nodes.items() if "category_children" in node and node["parent_category_id"] in nodes}
        _thin_out(nodes, fields, set(nodes) if deep else near)
        for row in rows:
            _hang_below_parents(row, nodes)
    else:
        branches = [{"mpath": {"$like": row["mpath"].replace("_", r"\_") + ".%"}} for row in rows]
        nodes = await _nodes(ctx, {"$or": branches, **visible}, _node_fields(fields, with_children=False))
        for row in rows if deep else []:
            if row.get("parent_category", UNSET) is None:  # so the contract's lists
                del row["parent_category"]
        starred = fields.tree.children["category_children"].children.get("category_children")
        deep = deep or (starred is not None and starred.star)
        parents = {node["parent_category_id"] for node in nodes.values()} if _asks_parents(fields) else set[str]()
        _thin_out(nodes, fields, set(nodes) if deep else parents)
        for row in rows:
            row["category_children"] = _children(row, nodes, {child["id"]: child for child in row["category_children"]})
    asked = set(fields.tree.names)
    for row in rows:
        for name in _PLACE:
            if name not in asked and not fields.tree.star and name != "id":
                row.pop(name, None)
    return rows


def _asks_parents(fields: Fields) -> bool:
    parent = fields.tree.children.get("parent_category")
    return parent is not None and parent.star


def _node_fields(fields: Fields, *, with_children: bool) -> Fields:
    """All columns of nodes, and the relations that were asked for besides the tree's own."""
    tree: Tree = fields.tree
    kept = {
        name: child for name, child in tree.children.items() if name not in ("parent_category", "category_children")
    }
    if with_children and "category_children" in tree.children:
        kept["category_children"] = tree.children["category_children"]
    return Fields(make_tree(True, tree.names, kept))


def _thin_out(nodes: Mapping[str, Node], fields: Fields, whole: set[str]) -> None:
    """Leave to the nodes that are not ``whole`` what was asked of categories, and their place."""
    tree: Tree = fields.tree
    kept = {*tree.names, *tree.children, *_PLACE}
    for id, node in nodes.items():
        node.pop("parent_category", None)
        if id not in whole and not tree.star:
            for name in [name for name in node if name not in kept]:
                del node[name]


async def _nodes(ctx: AdminContext | StoreContext, filters: Filters, fields: Fields) -> dict[str, Node]:
    async with ctx.reader() as session:
        page = await ctx.query.page(session, "product_category", fields=fields, filters=filters, order="rank,id")
    found: Sequence[Node] = _decode(page.items)
    return {node["id"]: node for node in found}


def _hang_below_parents(row: Node, nodes: Mapping[str, Node]) -> None:
    parent_id = row["parent_category_id"]
    if parent_id is None:
        row["parent_category"] = None
        return
    if parent_id not in nodes:  # not to be seen, nor that it is there
        row.pop("parent_category", None)
        row.pop("parent_category_id", None)
        return
    starred: Node = row.get("parent_category") or {}
    parent = {**nodes[parent_id], **starred}
    row["parent_category"] = parent
    _hang_below_parents(parent, nodes)


def _children(row: Node, nodes: Mapping[str, Node], known: Mapping[str, Node]) -> list[Node]:
    below: list[Node] = []
    for node in nodes.values():
        if node["parent_category_id"] == row["id"]:
            child = {**node, **known.get(node["id"], {})}
            child["category_children"] = _children(child, nodes, {})
            below.append(child)
    return below
