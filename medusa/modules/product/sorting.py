"""What products are sorted by: tags, types and collections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from medusa.framework.db import Insert, Model, Session, SoftDelete
from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.ids import generate_id
from medusa.framework.modules import Crud, RowInput, row_of
from medusa.framework.modules.metadata import merge_metadata
from medusa.modules.product.handles import kebab_case
from medusa.modules.product.models import ProductCollection, ProductTag, ProductType

M = TypeVar("M", bound=Model)

_TAGS: Crud[ProductTag] = Crud(ProductTag)
_TYPES: Crud[ProductType] = Crud(ProductType)
_COLLECTIONS: Crud[ProductCollection] = Crud(ProductCollection)


class Sorting:
    """The verbs of tags, types and collections."""

    async def update_product_tags(self, session: Session, changes: Sequence[RowInput]) -> None:
        """Change tags, by ``id``; metadata is merged.

        Raises:
            NotFound: One does not exist.
        """
        await _update(session, _TAGS, "Product tag", changes)

    async def update_product_types(self, session: Session, changes: Sequence[RowInput]) -> None:
        """Change types, by ``id``; metadata is merged.

        Raises:
            NotFound: One does not exist.
        """
        await _update(session, _TYPES, "Product type", changes)

    async def update_product_collections(self, session: Session, changes: Sequence[RowInput]) -> None:
        """Change collections, by ``id``; metadata is merged.

        Raises:
            NotFound: One does not exist.
        """
        await _update(session, _COLLECTIONS, "Collection", changes)

    async def create_product_collections(self, session: Session, collections: Sequence[RowInput]) -> list[str]:
        """Collections, with a handle made of the title where none is given; their ids.

        Raises:
            InvalidData: There is neither.
            Duplicate: A handle is taken.
        """
        rows: list[dict[str, Any]] = []
        for given in collections:
            row = row_of(given)
            row["handle"] = row.get("handle") or kebab_case(row.get("title") or "")
            if not row["handle"]:
                raise InvalidData("Cannot set field 'handle' of Product collection to null")
            rows.append(row | {"id": generate_id(ProductCollection.__prefix__)})
        await session.write(Insert(ProductCollection, rows))
        return [row["id"] for row in rows]

    async def delete_product_collections(self, session: Session, ids: Sequence[str]) -> None:
        """Soft-delete collections; their products stay, without a collection."""
        session.touch("product")
        await session.write(SoftDelete(ProductCollection, ids))
        await session.execute("UPDATE product SET collection_id = NULL WHERE collection_id = ANY($1)", list(ids))

    async def link_products_to_collection(
        self, session: Session, collection_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> None:
        """Put products into a collection and take some out; unknown ones are passed over. One statement."""
        session.touch("product")
        await session.execute(
            "UPDATE product SET collection_id = CASE WHEN id = ANY($2) THEN $1 END, updated_at = now() "
            "WHERE deleted_at IS NULL AND (id = ANY($2) OR (id = ANY($3) AND collection_id = $1)) "
            "AND EXISTS (SELECT FROM product_collection WHERE id = $1)",
            collection_id,
            list(add),
            list(remove),
        )


async def _update(session: Session, crud: Crud[M], noun: str, changes: Sequence[RowInput]) -> None:
    rows = [row_of(change) for change in changes]
    present: dict[str, Any] = {}
    if any("metadata" in row for row in rows):
        found = await crud.list(session, {"id": [row["id"] for row in rows]}, for_update=True)
        present = {item.id: getattr(item, "metadata_", None) for item in found}
    for row in rows:
        if "metadata" in row:
            row["metadata"] = merge_metadata(present.get(row["id"]), row["metadata"])
    try:
        await crud.update(session, rows)
    except NotFound as error:
        known = set(present)
        missing = next((row["id"] for row in rows if row["id"] not in known), rows[0]["id"])
        raise NotFound(f'{noun} with id "{missing}" not found') from error
