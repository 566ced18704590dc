"""Which option values make a variant."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from medusa.framework.errors import InvalidData
from medusa.modules.product.types import OptionState, VariantState
from medusa.modules.product.variant_options import refuse_duplicates, value_ids

OPTIONS = [
    OptionState(id="opt_s", title="Size", is_exclusive=True, values={"S": "v_s", "M": "v_m"}),
    OptionState(id="opt_c", title="Color", is_exclusive=True, values={"Red": "v_r"}),
]


def variant(id: str, *values: str) -> VariantState:
    return VariantState(
        id=id, title=id.upper(), product_id="prod", manage_inventory=True, option_value_ids=list(values)
    )


def test_each_option_gives_a_value() -> None:
    assert value_ids(OPTIONS, {"Size": "M", "Color": "Red"}, "x") == ["v_m", "v_r"]


def test_a_variant_without_options_has_no_values() -> None:
    assert value_ids(OPTIONS, UNSET, "x") == []
    assert value_ids(OPTIONS, None, "x") == []


@pytest.mark.parametrize("given", [{}, {"Size": "M"}, {"Size": "M", "Color": "Red", "Fit": "Slim"}])
def test_too_few_and_too_many_options_are_refused(given: dict[str, str]) -> None:
    message = f"Product has 2 option values but there were {len(given)} provided option values for the variant: x."
    with pytest.raises(InvalidData) as error:
        value_ids(OPTIONS, given, "x")
    assert error.value.message == message


@pytest.mark.parametrize("given", [{"Size": "XL", "Color": "Red"}, {"Fit": "XL", "Color": "Red"}])
def test_unknown_values_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(InvalidData, match="Option value XL does not exist for option"):
        value_ids(OPTIONS, given, "x")


def test_two_variants_cannot_have_the_same_values() -> None:
    with pytest.raises(InvalidData, match=r"Variant \(A\) with provided options already exists"):
        refuse_duplicates([("new", "New", ["v_r", "v_m"])], [variant("a", "v_m", "v_r")])
    with pytest.raises(InvalidData, match=r"Variant \(First\)"):
        refuse_duplicates([("x", "First", ["v_m"]), ("y", "Second", ["v_m"])], [])


def test_a_variant_may_keep_its_values() -> None:
    refuse_duplicates([("a", "A", ["v_m", "v_r"])], [variant("a", "v_m", "v_r"), variant("b", "v_s", "v_r")])
