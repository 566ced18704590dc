from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

from medusa.framework.db import Delete, Insert, SoftDelete, Update
from medusa.modules.cart import models
from medusa.modules.cart.changes import changes
from medusa.modules.cart.state import Adjustment, Cart, LineItem, TaxLine, new_address


def _cart() -> Cart:
    taxes = [TaxLine(id="calitxl_1", code="vat", rate=Decimal(10), tax_rate_id="txr_1")]
    lines = [
        LineItem(id="cali_1", title="Shirt", quantity=1, unit_price=Decimal(20), tax_lines=taxes),
        LineItem(id="cali_2", title="Hat", quantity=2, unit_price=Decimal(5)),
    ]
    return Cart(id="cart_1", currency_code="eur", items=lines, shipping_address=new_address(country_code="de"))


def test_equal_carts_need_no_change() -> None:
    cart = _cart()
    assert changes(deepcopy(cart), cart) == []


def test_new_cart_is_inserted_whole() -> None:
    made = {change.model: change for change in changes(None, _cart())}
    assert set(made) == {models.Cart, models.CartAddress, models.CartLineItem, models.CartLineItemTaxLine}
    assert all(isinstance(change, Insert) for change in made.values())
    cart = made[models.Cart]
    assert isinstance(cart, Insert)
    assert cart.rows[0]["shipping_address_id"] is not None


def test_only_changed_columns_are_written() -> None:
    before, after = _cart(), _cart()
    after.shipping_address = before.shipping_address
    after.items[0].quantity = 3
    after.items[1].quantity = 4
    assert changes(before, after) == [
        Update(models.CartLineItem, [{"id": "cali_1", "quantity": 3}, {"id": "cali_2", "quantity": 4}])
    ]


def test_lines_that_are_gone_are_kept_deleted_what_is_derived_is_not() -> None:
    before, after = _cart(), _cart()
    after.shipping_address = before.shipping_address
    before.items[0].adjustments = [Adjustment(id="caliadj_1", amount=Decimal(1))]
    del after.items[0]
    assert changes(before, after) == [
        SoftDelete(models.CartLineItem, ["cali_1"]),
        Delete(models.CartLineItemTaxLine, ["calitxl_1"]),
        Delete(models.CartLineItemAdjustment, ["caliadj_1"]),
    ]


def test_address_is_replaced_not_changed() -> None:
    before, after = _cart(), _cart()
    assert after.shipping_address is not None
    found = changes(before, after)
    assert [type(change) for change in found] == [Insert, Update]
    assert found[1] == Update(models.Cart, [{"id": "cart_1", "shipping_address_id": after.shipping_address.id}])
