from __future__ import annotations

from decimal import Decimal

import pytest

from medusa.framework.app import App
from medusa.framework.errors import NotFound
from medusa.modules.fulfillment import FulfillmentService
from medusa.modules.fulfillment.provider import CannotCalculate
from medusa.modules.tax import LineToTax, ProvidedTax, TaxAddress, TaxContext, TaxService
from medusa.modules.tax.selection import SelectedTax


async def test_manual_fulfillment_ships_by_hand_and_has_no_prices(app: App) -> None:
    manual = app.service(FulfillmentService).provider("manual_manual")
    assert not manual.is_external
    assert await manual.fulfillment_options() == [
        {"id": "manual-fulfillment"},
        {"id": "manual-fulfillment-return", "is_return": True},
    ]
    assert (await manual.create_fulfillment({}, [], None, {})).data == {}
    assert await manual.validate_fulfillment_data({}, {"slot": 1}, {}) == {"slot": 1}
    assert await manual.can_calculate({"name": "Boat"}) is False
    with pytest.raises(CannotCalculate):
        await manual.calculate_price({}, {}, {})


async def test_system_tax_takes_the_merchants_rates(app: App) -> None:
    system = app.service(TaxService).provider("tp_system")
    own = SelectedTax("txr_1", Decimal(21), "vat", "VAT")
    lines = [
        LineToTax(id="line_1", unit_price=Decimal(10), currency_code="eur", rates=[own]),
        LineToTax(id="line_2", unit_price=Decimal(10), currency_code="eur"),
    ]
    found = await system.tax_lines(lines, [], TaxContext(TaxAddress("dk")))
    tax = ProvidedTax(rate=Decimal(21), code="vat", name="VAT", tax_rate_id="txr_1")
    assert found == {"line_1": [tax], "line_2": []}


def test_unknown_providers_are_named(app: App) -> None:
    with pytest.raises(NotFound, match="fulfillment provider with id: none_none"):
        app.service(FulfillmentService).provider("none_none")
    with pytest.raises(NotFound, match="tax provider with id: tp_none"):
        app.service(TaxService).provider("tp_none")
