"""Changes of existing rows with the contract's rules: metadata is merged, and what does not change is not written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from medusa.framework.db.models import Base
from medusa.framework.db.session import Session
from medusa.framework.errors import NotFound
from medusa.framework.modules.crud import Crud, RowInput, row_of

M = TypeVar("M", bound=Base)


class UnknownRow(NotFound):
    """What is to be changed does not exist."""

    def __init__(self, noun: str, id: str) -> None:
        super().__init__(f'{noun} with id "{id}" not found')


def merge_metadata(present: Mapping[str, Any] | None, given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The metadata after a change: given keys replace present ones, an empty text removes a key, None removes all."""
    if given is None:
        return None
    return {key: value for key, value in {**(present or {}), **given}.items() if key not in given or value != ""}


def changed_columns(row: Base, changes: Mapping[str, Any], *, merging: bool = True) -> dict[str, Any]:
    """What of ``changes`` (column name to value) differs from the row; metadata is merged first, unless told otherwise."""
    changes = dict(changes)
    if merging and "metadata" in changes:
        changes["metadata"] = merge_metadata(getattr(row, "metadata_"), changes["metadata"])  # noqa: B009 - not on every model
    return {
        name: value
        for name, value in changes.items()
        if value != getattr(row, "metadata_" if name == "metadata" else name)
    }


async def update_rows(crud: Crud[M], session: Session, rows: Sequence[RowInput], *, merging: bool = True) -> list[M]:
    """Lock rows by ``id`` and change them: two statements, one where nothing changes.

    Args:
        merging: Given metadata is merged into that of the row, not put in its place.
    Raises:
        UnknownRow: A row does not exist.
    """
    wanted = [row_of(row) for row in rows]
    present = {
        str(getattr(row, "id")): row  # noqa: B009 - not on every model
        for row in await crud.list(session, {"id": [row["id"] for row in wanted]}, for_update=True)
    }
    changes: list[dict[str, Any]] = []
    for row in wanted:
        if row["id"] not in present:
            raise UnknownRow(crud.noun.capitalize(), row["id"])
        if changed := changed_columns(present[row["id"]], row, merging=merging):
            changes.append({"id": row["id"], **changed})
    if changes:
        present |= {str(getattr(row, "id")): row for row in await crud.update(session, changes)}  # noqa: B009
    return [present[row["id"]] for row in wanted]
