"""What can go wrong with shipping options and zones."""

from __future__ import annotations

from collections.abc import Sequence

from medusa.framework.errors import InvalidData, NotAllowed, NotFound


class ZoneUnknown(NotFound):
    """The fulfillment set has no such service zone."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Service zone with id: {id} not found on fulfillment set")


class ProvidersNotEnabled(NotAllowed):
    """The location of the service zone does not ship with these providers."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"Providers ({','.join(ids)}) are not enabled for the service location")


class CannotCalculatePrices(InvalidData):
    """The provider does not price these options."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"Cannot calcuate pricing for: [{', '.join(names)}] shipping option(s).")


class OptionDataInvalid(InvalidData):
    """The provider does not accept the option's data."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"The fulfillment provider {provider} does not accept the data of the shipping option")


class RuleValueNotList(InvalidData):
    """``in`` and ``nin`` compare with lists."""

    def __init__(self) -> None:
        super().__init__("Rule value must be an array for in/nin operators")


class RuleValueNotSingle(InvalidData):
    """All other operators compare with one value."""

    def __init__(self, operator: str) -> None:
        super().__init__(f"Rule value must be a string, bool, number value for the selected operator {operator}")


class RuleUnknown(NotFound):
    """There is no such rule."""

    def __init__(self, id: str) -> None:
        super().__init__(f'ShippingOptionRule with id "{id}" not found')


class RulesUnknown(NotFound):
    """The option has no such rules."""

    def __init__(self, ids: Sequence[str], option: str) -> None:
        super().__init__(f"The following rules does not exists: {', '.join(ids)} on shipping option {option}")


class OptionsUnknown(NotFound):
    """Shipping options that do not exist."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"The following shipping options do not exist: {', '.join(ids)}")


class ProfileInUse(InvalidData):
    """Shipping options still belong to the profile."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(
            f"Cannot delete Shipping Profiles {', '.join(ids)} with associated Shipping Options. "
            "Delete Shipping Options first and try again."
        )


class TypeInUse(InvalidData):
    """Shipping options are still of the type."""

    def __init__(self) -> None:
        super().__init__("Cannot delete shipping option type because some shipping options are using it.")
