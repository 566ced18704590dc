"""Customers, their addresses and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medusa.framework.db import Session
from medusa.framework.db.changes import Delete, Insert, SoftDelete
from medusa.framework.errors import NotFound
from medusa.framework.modules import Crud, ModuleService
from medusa.framework.modules.updating import update_rows
from medusa.modules.customer.models import Customer, CustomerAddress, CustomerGroup, CustomerGroupCustomer

Pair = tuple[str, str]
_DEFAULTS = ("is_default_shipping", "is_default_billing")


class RelationUnknown(NotFound):
    """A row names another one that does not exist."""

    def __init__(self, column: str, id: str) -> None:
        super().__init__(f"You tried to set relationship {column}: {id}, but such entity does not exist")


class CustomerService(ModuleService):
    """Customers: guests and those with an account."""

    customers = Crud(Customer)
    customer_addresses = Crud(CustomerAddress)
    customer_groups = Crud(CustomerGroup)

    async def add_addresses(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> list[CustomerAddress]:
        """Add addresses (``customer_id`` and columns). A default one takes the place of the one before.

        Raises:
            RelationUnknown: A customer does not exist.
        """
        owners = {str(row["customer_id"]) for row in rows}
        known = {customer.id for customer in await self.customers.list(session, {"id": list(owners)}, for_update=True)}
        if unknown := owners - known:
            raise RelationUnknown("customer_id", sorted(unknown)[0])
        await self._clear_defaults(session, rows)
        return await self.customer_addresses.create(session, rows)

    async def change_addresses(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> list[CustomerAddress]:
        """Change addresses by ``id``; each row names its ``customer_id`` too, which does not change.

        Raises:
            UnknownRow: An address does not exist.
        """
        owners = {str(row["customer_id"]) for row in rows if any(row.get(kind) is True for kind in _DEFAULTS)}
        if owners:  # two changes of a default take turns
            await self.customers.list(session, {"id": list(owners)}, for_update=True)
        await self._clear_defaults(session, rows)
        return await update_rows(self.customer_addresses, session, rows)

    async def _clear_defaults(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make room for the new defaults: a customer has one default address of each kind at most."""
        wanted = {(str(row["customer_id"]), kind) for row in rows for kind in _DEFAULTS if row.get(kind) is True}
        if not wanted:
            return
        owners = sorted({owner for owner, _ in wanted})
        present = await self.customer_addresses.list(
            session, {"customer_id": owners, "$or": [{kind: True} for kind in _DEFAULTS]}, for_update=True
        )
        staying = {row.get("id") for row in rows}
        changes = [
            {"id": address.id}
            | {kind: False for kind in _DEFAULTS if (address.customer_id, kind) in wanted and getattr(address, kind)}
            for address in present
            if address.id not in staying
        ]
        await self.customer_addresses.update(session, [row for row in changes if len(row) > 1])

    async def add_to_groups(self, session: Session, pairs: Sequence[Pair]) -> None:
        """Make customers members of groups: pairs of customer id and group id. Members stay members.

        Raises:
            RelationUnknown: A customer or a group does not exist.
        """
        pairs = list(dict.fromkeys(pairs))
        rows = await session.fetch(
            "SELECT p.customer_id, p.group_id, c.id IS NOT NULL AS customer, g.id IS NOT NULL AS customer_group, "
            "EXISTS (SELECT 1 FROM customer_group_customer m WHERE m.customer_id = p.customer_id "
            "AND m.customer_group_id = p.group_id AND m.deleted_at IS NULL) AS member "
            "FROM unnest($1::text[], $2::text[]) AS p(customer_id, group_id) "
            "LEFT JOIN customer c ON c.id = p.customer_id AND c.deleted_at IS NULL "
            "LEFT JOIN customer_group g ON g.id = p.group_id AND g.deleted_at IS NULL",
            [customer for customer, _ in pairs],
            [group for _, group in pairs],
        )
        for row in rows:
            if not row["customer"]:
                raise RelationUnknown("customer_id", row["customer_id"])
            if not row["customer_group"]:
                raise RelationUnknown("customer_group_id", row["group_id"])
        new = [
            {"customer_id": row["customer_id"], "customer_group_id": row["group_id"]}
            for row in rows
            if not row["member"]
        ]
        await session.write(Insert(CustomerGroupCustomer, new))

    async def remove_from_groups(self, session: Session, pairs: Sequence[Pair]) -> None:
        """End memberships: pairs of customer id and group id; those that do not exist are passed over."""
        if pairs:
            await session.execute(
                "DELETE FROM customer_group_customer m USING unnest($1::text[], $2::text[]) AS p(customer_id, group_id) "
                "WHERE m.customer_id = p.customer_id AND m.customer_group_id = p.group_id",
                [customer for customer, _ in pairs],
                [group for _, group in pairs],
            )
            session.touch("customer_group_customer")

    async def delete_with_addresses(self, session: Session, ids: Sequence[str]) -> None:
        """Delete customers and their addresses (soft); their memberships end."""
        await session.write(
            SoftDelete(Customer, ids),
            SoftDelete(CustomerAddress, ids, "customer_id"),
            Delete(CustomerGroupCustomer, ids, "customer_id"),
        )

    async def delete_groups(self, session: Session, ids: Sequence[str]) -> None:
        """Delete groups (soft); the memberships in them end."""
        await session.write(SoftDelete(CustomerGroup, ids), Delete(CustomerGroupCustomer, ids, "customer_group_id"))
