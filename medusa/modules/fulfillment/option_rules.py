"""Rules of shipping options: what they can say; pure."""

from __future__ import annotations

from medusa.modules.fulfillment.errors import RuleValueNotList, RuleValueNotSingle


def check_rule(operator: str, value: object) -> None:
    """Check that the operator can compare with the value.

    Raises:
        RuleValueNotList: ``in`` and ``nin`` need a list.
        RuleValueNotSingle: The others need one value.
    """
    if operator in ("in", "nin"):
        if not isinstance(value, list):
            raise RuleValueNotList
    elif isinstance(value, list):
        raise RuleValueNotSingle(operator)
