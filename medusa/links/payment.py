"""Payments: how collections, sessions and payments are printed."""

from medusa.framework.query import printing, searchable
from medusa.modules.payment.models import PaymentSession, RefundReason

printing(PaymentSession, ("payment",), stub=True)

searchable(RefundReason, "code", "label", "description")
