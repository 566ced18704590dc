"""What providers say about a cart: its taxes, what shipping costs, whether the data of a shipping method will do.

Providers that touch nothing outside are asked where we stand; external ones by ``WorkflowContext.ask``, in no transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from medusa.framework.workflows import WorkflowContext
from medusa.links.checkout_context import CheckoutContext, ShippingOption
from medusa.modules.cart.state import Cart, LineItem, ShippingMethod, TaxLine
from medusa.modules.fulfillment import CalculatedShippingPrice, FulfillmentProvider, FulfillmentService
from medusa.modules.tax import LineToTax, ProvidedTax, ShippingToTax, TaxProvider, TaxService
from medusa.modules.tax.selection import tax_provider_id
from medusa.workflows.asking import Ask, ask_now, ask_provider
from medusa.workflows.cart.taxes import tax_context

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Quotes:
    """The providers of an application, and how external ones are asked."""

    tax_provider: Callable[[str], TaxProvider]
    fulfillment_providers: Mapping[str, FulfillmentProvider]
    ask: Ask

    @classmethod
    def of(cls, ctx: WorkflowContext) -> Quotes:
        """Those that a workflow asks."""
        return cls(ctx.service(TaxService).provider, ctx.service(FulfillmentService).configured(), ctx.ask)

    @classmethod
    def at_once(cls, taxes: TaxService, shipping: FulfillmentService) -> Quotes:
        """Those that are asked where nobody holds a transaction open."""
        return cls(taxes.provider, shipping.configured(), ask_now)

    async def taxes(
        self, cart: Cart, context: CheckoutContext, lines: Sequence[LineToTax], shipping: Sequence[ShippingToTax]
    ) -> dict[str, list[TaxLine]]:
        """The tax lines of each line and shipping method, by its id; their own ids are still empty.

        Raises:
            NotFound: The tax region names a provider that is not configured.
            Unavailable: The provider does not answer.
        """
        subjects = [*(line.id for line in lines), *(method.id for method in shipping)]
        if not subjects or not context.tax_regions:
            return {}
        name, where = tax_provider_id(context.tax_regions), tax_context(cart, context)
        provider = self.tax_provider(name)

        async def question() -> list[Sequence[ProvidedTax]]:
            found = await provider.tax_lines(lines, shipping, where)
            return [found.get(id, ()) for id in subjects]

        key = _key(cart, context, (name, lines, shipping, where))
        answers = await ask_provider(self.ask, provider, name, key, question)
        return {id: [_tax_line(tax, provider) for tax in taxes] for id, taxes in zip(subjects, answers, strict=True)}

    def can_price(self, option: ShippingOption) -> bool:
        """Whether the provider that calculates this option's price is configured."""
        return option.provider_id in self.fulfillment_providers

    async def shipping_price(
        self, cart: Cart, context: CheckoutContext, option: ShippingOption, data: Json, parcel: Json
    ) -> CalculatedShippingPrice:
        """What shipping with a calculated option costs.

        Args:
            data: That of the shipping method.
            parcel: The cart as providers see it.
        Raises:
            Unavailable: The provider does not answer.
        """
        name = option.provider_id or ""
        provider = self.fulfillment_providers[name]

        async def question() -> CalculatedShippingPrice:
            return await provider.calculate_price(option.data or {}, data, parcel)

        key = _key(cart, context, ("price", name, option.data, data, parcel))
        return await ask_provider(self.ask, provider, name, key, question)

    async def checked_data(
        self, cart: Cart, context: CheckoutContext, option: ShippingOption, data: Json, parcel: Json
    ) -> Json:
        """The data of a shipping method, as the provider completes it.

        Raises:
            InvalidData: It cannot be shipped so.
            Unavailable: The provider does not answer.
        """
        name = option.provider_id or ""
        provider = self.fulfillment_providers.get(name)
        if provider is None:
            return data

        async def question() -> Json:
            return await provider.validate_fulfillment_data(option.data or {}, data, parcel)

        key = _key(cart, context, ("data", name, option.data, data, parcel))
        return await ask_provider(self.ask, provider, name, key, question)


def _tax_line(tax: ProvidedTax, provider: TaxProvider) -> TaxLine:
    return TaxLine(
        id="",
        description=tax.name,
        tax_rate_id=tax.tax_rate_id,
        code=tax.code,
        rate=tax.rate,
        provider_id=provider.identifier,
        data=tax.data,
    )


def _key(cart: Cart, context: CheckoutContext, content: Any) -> str:
    """Equal for equal questions. What is not stored yet gets another id in each attempt, so places stand for ids."""
    text = msgspec.json.encode(content).decode()
    for place, id in enumerate(_ids(cart, context)):
        text = text.replace(id, f"#{place}")
    return hashlib.sha256(text.encode()).hexdigest()


def _ids(cart: Cart, context: CheckoutContext) -> list[str]:
    owners: list[LineItem | ShippingMethod] = [*cart.items, *cart.shipping_methods]
    parts = [part.id for owner in owners for part in owner.tax_lines]
    parts += [part.id for owner in owners for part in owner.adjustments]
    addresses = [address.id for address in (cart.shipping_address, cart.billing_address) if address]
    known = {person.id for person in (context.customer, context.guest) if person}
    customer = [cart.customer_id] if cart.customer_id and cart.customer_id not in known else []
    return [cart.id, *(owner.id for owner in owners), *parts, *addresses, *customer]
