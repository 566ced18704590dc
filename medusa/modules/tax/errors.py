"""What can go wrong with tax regions."""

from __future__ import annotations

from medusa.framework.errors import InvalidData, NotFound


class ParentUnknown(InvalidData):
    """A province's tax region belongs to that of its country."""

    def __init__(self, country: str, province: str) -> None:
        super().__init__(
            "Province region must belong to a parent region. You are trying to create a province region with "
            f"(country: {country}, province: {province}) but parent does not exist"
        )


class OtherCountry(InvalidData):
    """A province is in its parent's country."""

    def __init__(self, country: str, province: str, expected: str) -> None:
        super().__init__(
            "Province region must belong to a parent region with the same country code. You are trying to create a "
            f"province region with (country: {country}, province: {province}) but parent expects (country: {expected})"
        )


class ParentWithoutProvince(InvalidData):
    """Only provinces have a parent, and these have no provider of their own."""

    def __init__(self) -> None:
        super().__init__("A tax region with a parent_id needs a province_code and takes its provider from the parent")


class TaxRegionUnknown(NotFound):
    """There is no such tax region."""

    def __init__(self, id: str) -> None:
        super().__init__(f'TaxRegion with id "{id}" not found')
