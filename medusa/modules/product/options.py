"""Options and their values, shared between products or of one alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from medusa.framework.db import Session, SoftDelete, Update
from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.modules import row_of
from medusa.framework.modules.updating import merge_metadata
from medusa.modules.product.creation import Rows, check_ranks
from medusa.modules.product.models import ProductOption, ProductOptionValue
from medusa.modules.product.product_changes import Writes, unassign_options
from medusa.modules.product.state import read_options, read_products
from medusa.modules.product.types import OptionInput, OptionState


class OfferChange(Struct, frozen=True):
    """Values to add to, or take from, what a product offers of an option."""

    product_option_id: str
    add: Sequence[str] = ()
    remove: Sequence[str] = ()


class Options:
    """The verbs of options."""

    async def create_product_options(self, session: Session, options: Sequence[OptionInput]) -> list[str]:
        """Options that products can share (``is_exclusive``: one product only); their ids. One statement.

        Raises:
            Duplicate: A shared option has the title.
        """
        rows = Rows()
        ids = [rows.add_option(option, exclusive=False).id for option in options]
        await session.write(*rows.inserts())
        return ids

    async def update_product_option(self, session: Session, id: str, change: OptionInput) -> None:
        """Change title, values (a whole list), ranks and metadata (as a whole) of an option.

        Raises:
            NotFound: It does not exist.
            InvalidData: A value to remove is in use, a rank names no value, or a shared option should become exclusive.
        """
        row = await session.fetch_row(
            "SELECT is_exclusive, (SELECT coalesce(jsonb_object_agg(value, id), '{}') FROM "
            "product_option_value v WHERE v.option_id = o.id AND v.deleted_at IS NULL) AS values "
            "FROM product_option o WHERE o.id = $1 AND o.deleted_at IS NULL FOR UPDATE",
            id,
        )
        if row is None:
            raise NotFound(f'Product option with id "{id}" not found')
        if change.is_exclusive is True and not row["is_exclusive"]:
            raise InvalidData(f"Cannot change product option: {id} from global to exclusive.")
        columns = row_of(change)
        present: dict[str, str] = row["values"]
        values: list[str] = columns.pop("values", list(present))
        ranks: dict[str, int] | None = columns.pop("ranks", None)
        if ranks is not None:
            check_ranks(values, ranks)
        await self._remove_values(session, [value_id for value, value_id in present.items() if value not in values])
        rows = Rows()
        for value in values:
            if value not in present:
                rows.add_value(id, value, (ranks or {}).get(value))
        kept = [value for value in values if value in present] if ranks is not None else []
        await session.write(
            Update(ProductOption, [columns | {"id": id}] if columns else []),
            Update(ProductOptionValue, [{"id": present[value], "rank": (ranks or {}).get(value)} for value in kept]),
            *rows.inserts(),
        )

    async def delete_product_options(self, session: Session, ids: Sequence[str]) -> None:
        """Soft-delete options with their values.

        Raises:
            InvalidData: A product has one.
        """
        if await session.fetch_value(
            "SELECT true FROM product_product_option l JOIN product p ON p.id = l.product_id AND p.deleted_at IS NULL "
            "WHERE l.product_option_id = ANY($1) AND l.deleted_at IS NULL LIMIT 1",
            list(ids),
        ):
            raise InvalidData("Cannot delete product options that are associated with products.")
        await session.write(SoftDelete(ProductOption, ids), SoftDelete(ProductOptionValue, ids, "option_id"))

    async def update_product_option_value(
        self, session: Session, option_id: str, id: str, columns: dict[str, Any]
    ) -> None:
        """Change the text or the metadata of a value.

        Raises:
            NotFound: The option has no such value.
        """
        metadata = await self._value_metadata(session, option_id, id)
        if "metadata" in columns:
            columns = {**columns, "metadata": merge_metadata(metadata, columns["metadata"])}
        if columns:
            await session.write(Update(ProductOptionValue, [{**columns, "id": id}]))

    async def delete_product_option_value(self, session: Session, option_id: str, id: str) -> None:
        """Soft-delete a value of an option.

        Raises:
            NotFound: The option has no such value.
            InvalidData: A product offers it.
        """
        await self._value_metadata(session, option_id, id)
        await self._remove_values(session, [id])

    async def change_product_options(
        self,
        session: Session,
        product_id: str,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        update: Sequence[OfferChange] = (),
    ) -> None:
        """Give options to a product, take some from it, and change which of their values it offers.

        Raises:
            NotFound: The product or an option does not exist.
            InvalidData: An option to add is there already or is another product's own; one to remove is in use.
        """
        present = await read_products(session, [product_id])
        if product_id not in present:
            raise NotFound(f'Product with id "{product_id}" not found')
        state = present[product_id]
        links = {option.id: option for option in state.options}
        if linked := [id for id in add if id in links]:
            raise InvalidData(f"Product options are already linked to products: {', '.join(linked)}")
        try:
            options = await read_options(session, add)
        except InvalidData as error:
            raise NotFound(
                f"You tried to set relationship product_option_id: {add[0]}, but such entity does not exist"
            ) from error
        await self.refuse_assigned_options(session, [id for id in add if options[id].is_exclusive])
        writes = Writes()
        unassign_options(writes, state, remove)
        for id in dict.fromkeys(add):
            writes.rows.assign_option(product_id, options[id])
        await self._stop_offering(session, _change_offers(writes, links, update))
        await session.write(*writes.before)
        await session.write(*writes.after)

    async def refuse_assigned_options(self, session: Session, ids: Sequence[str]) -> None:
        """Refuse options of which a product has the exclusive use.

        Raises:
            InvalidData: Names them.
        """
        if not ids:
            return
        rows = await session.fetch(
            "SELECT DISTINCT product_option_id AS id FROM product_product_option "
            "WHERE product_option_id = ANY($1) AND deleted_at IS NULL ORDER BY 1",
            list(ids),
        )
        if rows:
            taken = ", ".join(row["id"] for row in rows)
            raise InvalidData(f"Product options are already assigned to another product: {taken}")

    async def _value_metadata(self, session: Session, option_id: str, id: str) -> dict[str, Any] | None:
        row = await session.fetch_row(
            "SELECT metadata FROM product_option_value WHERE id = $1 AND option_id = $2 AND deleted_at IS NULL",
            id,
            option_id,
        )
        if row is None:
            raise NotFound(f'Product option value with id "{id}" was not found for option with id "{option_id}"')
        metadata: dict[str, Any] | None = row["metadata"]
        return metadata

    async def _remove_values(self, session: Session, ids: Sequence[str]) -> None:
        if not ids:
            return
        if await session.fetch_value(
            "SELECT true FROM product_product_option_value v JOIN product_product_option l "
            "ON l.id = v.product_product_option_id AND l.deleted_at IS NULL JOIN product p ON p.id = l.product_id "
            "AND p.deleted_at IS NULL WHERE v.product_option_value_id = ANY($1) AND v.deleted_at IS NULL LIMIT 1",
            list(ids),
        ):
            raise InvalidData("Cannot delete product option values that are associated with products.")
        await session.write(SoftDelete(ProductOptionValue, ids))

    async def _stop_offering(self, session: Session, pairs: Sequence[tuple[str, str]]) -> None:
        if pairs:
            session.touch("product_product_option_value")
            await session.execute(
                "DELETE FROM product_product_option_value v USING unnest($1::text[], $2::text[]) AS p(link, value) "
                "WHERE v.product_product_option_id = p.link AND v.product_option_value_id = p.value",
                [link for link, _ in pairs],
                [value for _, value in pairs],
            )


def _change_offers(
    writes: Writes, present: Mapping[str, OptionState], changes: Sequence[OfferChange]
) -> list[tuple[str, str]]:
    """Offer more values of options that the product has; pairs of link and value for those that are offered no longer."""
    removed: list[tuple[str, str]] = []
    for change in changes:
        option = present.get(change.product_option_id)
        if option is None:
            continue
        link, offered = option.link_id or "", set(option.values.values())
        writes.rows.product_values += [
            {"product_product_option_id": link, "product_option_value_id": value}
            for value in change.add
            if value not in offered
        ]
        removed += [(link, value) for value in change.remove]
    return removed
