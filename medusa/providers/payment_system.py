"""``pp_system_default``: payment that is arranged outside of the shop. Nothing but the shop's database knows of it."""

from __future__ import annotations

from medusa.modules.payment import PaymentAnswer, PaymentProvider, PaymentRequest, SessionStatus


class SystemPaymentProvider(PaymentProvider):
    """Authorizes everything and moves no money."""

    identifier = "system"
    default_id = "default"
    is_external = False

    async def initiate_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return PaymentAnswer(data=request.data)

    async def authorize_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return PaymentAnswer(status=SessionStatus.AUTHORIZED)

    async def capture_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return PaymentAnswer(status=SessionStatus.CAPTURED)

    async def refund_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return PaymentAnswer(status=SessionStatus.CAPTURED)

    async def cancel_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return PaymentAnswer(status=SessionStatus.CANCELED)
