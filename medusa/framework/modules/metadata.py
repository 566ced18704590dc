"""How a change of free-form ``metadata`` is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merge_metadata(present: Mapping[str, Any] | None, change: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The metadata after a change: keys are set, those with the value ``""`` removed, the others stay.

    An empty change empties it; None removes it.
    """
    if not change:
        return None if change is None else {}
    merged = {**(present or {}), **change}
    return {key: value for key, value in merged.items() if change.get(key) != ""}
