"""What a payment provider is: somebody who authorizes, takes and gives back money."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from msgspec import Struct, field

from medusa.framework.modules import Provider

Data = dict[str, Any]


class SessionStatus(StrEnum):
    """How far an attempt to pay has come."""

    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    PENDING = "pending"
    REQUIRES_MORE = "requires_more"
    ERROR = "error"
    CANCELED = "canceled"
    PENDING_AUTHORIZATION = "pending_authorization"


class PaymentRequest(Struct, frozen=True, kw_only=True):
    """What a provider is asked to do.

    Attributes:
        amount: In major units of the currency; None where the whole payment is meant.
        data: What the provider answered last, in its own words.
        context: Who pays: customer id, e-mail address, account holder, address.
        idempotency_key: The same for each try of one request; hand it to the other side.
    """

    idempotency_key: str
    currency_code: str = ""
    amount: Decimal | None = None
    data: Data = field(default_factory=dict[str, Any])
    context: Data = field(default_factory=dict[str, Any])


class PaymentAnswer(Struct, frozen=True, kw_only=True):
    """What a provider did: ``data`` is kept and sent along with the next request."""

    data: Data = field(default_factory=dict[str, Any])
    status: SessionStatus = SessionStatus.PENDING


class PaymentProvider(Provider):
    """The base of payment providers. Ids are ``pp_<identifier>_<id>``.

    Each method may be called again with the same idempotency key, and then must not move money twice. ``Unavailable``,
    ``ConnectionError`` and ``TimeoutError`` mean that trying again can help.
    """

    module: ClassVar[str] = "payment"
    id_prefix: ClassVar[str] = "pp"

    @abstractmethod
    async def initiate_payment(self, request: PaymentRequest) -> PaymentAnswer:
        """Begin to pay ``amount``."""

    @abstractmethod
    async def authorize_payment(self, request: PaymentRequest) -> PaymentAnswer:
        """Hold the money; ``requires_more`` where the customer must do something first."""

    @abstractmethod
    async def capture_payment(self, request: PaymentRequest) -> PaymentAnswer:
        """Take ``amount`` of what was authorized."""

    @abstractmethod
    async def refund_payment(self, request: PaymentRequest) -> PaymentAnswer:
        """Give ``amount`` of what was captured back."""

    @abstractmethod
    async def cancel_payment(self, request: PaymentRequest) -> PaymentAnswer:
        """Let go of what was authorized."""

    async def update_payment(self, request: PaymentRequest) -> PaymentAnswer:
        """Change the amount of a payment that is not authorized yet."""
        return await self.initiate_payment(request)

    async def delete_payment(self, request: PaymentRequest) -> PaymentAnswer:
        """Forget a payment that was never authorized."""
        return PaymentAnswer(data=request.data, status=SessionStatus.CANCELED)

    async def retrieve_payment(self, request: PaymentRequest) -> PaymentAnswer:
        """How the payment stands on the other side."""
        return PaymentAnswer(data=request.data)
