"""Payments: collections, sessions, and what providers did."""

from __future__ import annotations

from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.modules import Crud, ModuleService
from medusa.modules.payment import models
from medusa.modules.payment.provider import PaymentProvider


class PaymentService(ModuleService):
    """Collections, sessions, payments, captures and refunds, and the providers that move the money."""

    payment_providers = Crud(models.PaymentProvider)
    payment_collections = Crud(models.PaymentCollection)
    payment_sessions = Crud(models.PaymentSession)
    payments = Crud(models.Payment)
    captures = Crud(models.Capture)
    refunds = Crud(models.Refund)
    refund_reasons = Crud(models.RefundReason)
    account_holders = Crud(models.AccountHolder)

    def provider(self, id: str) -> PaymentProvider:
        """The provider with this id, e.g. ``pp_system_default``.

        Raises:
            NotFound: It is not in the configuration.
        """
        provider = self.providers.of(PaymentProvider.module).get(id)
        if not isinstance(provider, PaymentProvider):
            raise NotFound(f"Unable to retrieve the payment provider with id: {id}")
        return provider

    def inside_provider(self, id: str) -> PaymentProvider:
        """The provider with this id, which must touch nothing outside the database.

        Raises:
            InvalidData: It is external: call it in an external step.
        """
        provider = self.provider(id)
        if provider.is_external:
            raise InvalidData(f"{id} moves money outside the database: call it in a step with external=True")
        return provider
