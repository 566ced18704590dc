"""Payments: what is to be paid, attempts to pay, money authorized, captured and refunded."""

from medusa.modules.payment.provider import PaymentAnswer, PaymentProvider, PaymentRequest, SessionStatus
from medusa.modules.payment.service import PaymentService

__all__ = ["PaymentAnswer", "PaymentProvider", "PaymentRequest", "PaymentService", "SessionStatus"]
