"""What products are sorted by: tags, types and collections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medusa.framework.db import Insert, Session
from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.ids import generate_id
from medusa.framework.modules import Crud, RowInput, row_of
from medusa.framework.modules.updating import UnknownRow, update_rows
from medusa.modules.product.handles import kebab_case
from medusa.modules.product.models import ProductCollection, ProductTag, ProductType

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
        await update_rows(_TAGS, session, changes)

    async def update_product_types(self, session: Session, changes: Sequence[RowInput]) -> None:
        """Change types, by ``id``; metadata is merged.

        Raises:
            NotFound: One does not exist.
        """
        await update_rows(_TYPES, session, changes)

    async def update_product_collections(self, session: Session, changes: Sequence[RowInput]) -> None:
        """Change collections, by ``id``; metadata is merged.

        Raises:
            NotFound: One does not exist.
        """
        try:
            await update_rows(_COLLECTIONS, session, changes)
        except UnknownRow as error:
            raise NotFound(error.message.removeprefix("Product ").capitalize()) from error

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
