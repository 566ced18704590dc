"""Carts: their rows; what spans modules (prices, taxes, stock) is in the cart workflows."""

from __future__ import annotations

from medusa.framework.db import Session
from medusa.framework.errors import NotFound
from medusa.framework.modules import Crud, ModuleService
from medusa.modules.cart import models, state


class CartService(ModuleService):
    """What is in carts."""

    carts = Crud(models.Cart)
    addresses = Crud(models.CartAddress)
    line_items = Crud(models.CartLineItem)
    line_item_adjustments = Crud(models.CartLineItemAdjustment)
    line_item_tax_lines = Crud(models.CartLineItemTaxLine)
    shipping_methods = Crud(models.CartShippingMethod)
    shipping_method_adjustments = Crud(models.CartShippingMethodAdjustment)
    shipping_method_tax_lines = Crud(models.CartShippingMethodTaxLine)
    credit_lines = Crud(models.CartCreditLine)

    async def address(self, session: Session, id: str) -> state.Address:
        """A stored address.

        Raises:
            NotFound: There is none with this id.
        """
        rows = await self.addresses.list(session, {"id": id})
        if not rows:
            raise NotFound(f'Address with id "{id}" not found')
        row = rows[0]
        values = {name: getattr(row, "metadata_" if name == "metadata" else name) for name in state.ADDRESS_COLUMNS}
        return state.Address(**values)
