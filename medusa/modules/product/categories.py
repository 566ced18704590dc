"""The category tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medusa.framework.db import Insert, Session, SoftDelete, Update
from medusa.framework.ids import generate_id
from medusa.framework.modules import RowInput, row_of
from medusa.modules.product.category_ranks import Node, Tree
from medusa.modules.product.handles import kebab_case
from medusa.modules.product.models import ProductCategory
from medusa.modules.product.product_changes import updates

_LOCK = "product-category-tree"


class CategoryTree:
    """The verbs of categories. Changes of the tree's shape wait for one another."""

    async def create_product_categories(self, session: Session, categories: Sequence[RowInput]) -> list[str]:
        """Categories, each at its ``rank`` below its ``parent_category_id`` (default: last); their ids.

        Raises:
            MedusaError: A parent does not exist.
            Duplicate: A handle is taken.
        """
        tree = await _locked_tree(session)
        rows: dict[str, dict[str, Any]] = {}
        for given in categories:
            row = row_of(given)
            id = row["id"] = row.get("id") or generate_id(ProductCategory.__prefix__)
            if row.get("handle") is None:
                row["handle"] = kebab_case(row["name"])
            tree.insert(id, row.get("parent_category_id"), row.pop("rank", None))
            rows[id] = row
        for id, row in rows.items():
            node = tree.nodes[id]
            row |= {"rank": node.rank, "mpath": node.mpath}
            tree.changed.pop(id, None)
        await session.write(Insert(ProductCategory, list(rows.values())), *_moved(tree))
        return list(rows)

    async def update_product_categories(self, session: Session, changes: Mapping[str, RowInput]) -> None:
        """Change categories, by id; those that do not exist are passed over.

        Raises:
            MedusaError: A parent does not exist.
            InvalidData: A category would come below itself.
        """
        rows = {id: row_of(change) for id, change in changes.items()}
        if not any("rank" in row or "parent_category_id" in row for row in rows.values()):
            await session.write(*updates(ProductCategory, [row | {"id": id} for id, row in rows.items()]))
            return
        tree = await _locked_tree(session)
        for id, row in rows.items():
            if id in tree.nodes:
                tree.move(id, row)
                row.pop("rank", None)
        found = [row | {"id": id} | _place(tree.nodes[id]) for id, row in rows.items() if id in tree.nodes]
        for id in rows:
            tree.changed.pop(id, None)
        await session.write(*updates(ProductCategory, found))
        await session.write(*_moved(tree))

    async def delete_product_categories(self, session: Session, ids: Sequence[str]) -> None:
        """Soft-delete categories without children.

        Raises:
            NotFound: One does not exist.
            NotAllowed: One has children.
        """
        tree = await _locked_tree(session)
        for id in ids:
            tree.remove(id)
        await session.write(SoftDelete(ProductCategory, ids))
        await session.write(*_moved(tree))

    async def link_products_to_category(
        self, session: Session, category_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> None:
        """Put products into a category and take some out; unknown ones are passed over. One statement."""
        session.touch("product_category_product")
        await session.execute(
            "WITH d AS (DELETE FROM product_category_product WHERE product_category_id = $1 AND product_id = ANY($3)) "
            "INSERT INTO product_category_product (product_id, product_category_id) SELECT p.id, c.id "
            "FROM product p, product_category c WHERE c.id = $1 AND p.id = ANY($2) ON CONFLICT DO NOTHING",
            category_id,
            list(add),
            list(remove),
        )


def _place(node: Node) -> dict[str, Any]:
    return {"rank": node.rank, "mpath": node.mpath}


def _moved(tree: Tree) -> list[Update]:
    return [Update(ProductCategory, [{"id": node.id} | _place(node) for node in tree.changed.values()])]


async def _locked_tree(session: Session) -> Tree:
    await session.lock(_LOCK)
    rows = await session.fetch(
        "SELECT id, parent_category_id, rank, mpath FROM product_category WHERE deleted_at IS NULL"
    )
    return Tree.of(Node(row["id"], row["parent_category_id"], row["rank"], row["mpath"]) for row in rows)
