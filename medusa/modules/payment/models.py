"""Payments: collections, sessions, and money authorized, captured and refunded."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import text, true
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Base, Json, Model, WithMetadata, live_index, one_of, references, relation


class PaymentProvider(Model):
    """Who moves the money."""

    __tablename__ = "payment_provider"

    is_enabled: Mapped[bool] = mapped_column(server_default=true())

    payment_collections: Mapped[list[PaymentCollection]] = relation(
        secondary="payment_collection_payment_providers", order_by="PaymentCollection.id"
    )


class PaymentCollection(WithMetadata, Model):
    """Everything paid for one cart, order or claim."""

    __tablename__ = "payment_collection"
    __prefix__ = "pay_col"
    __table_args__ = (
        one_of(
            "status",
            "not_paid",
            "awaiting",
            "authorized",
            "partially_authorized",
            "canceled",
            "failed",
            "partially_captured",
            "completed",
        ),
    )

    currency_code: Mapped[str]
    amount: Mapped[Decimal]
    authorized_amount: Mapped[Decimal | None]
    captured_amount: Mapped[Decimal | None]
    refunded_amount: Mapped[Decimal | None]
    completed_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(server_default="not_paid")

    payment_providers: Mapped[list[PaymentProvider]] = relation(
        secondary="payment_collection_payment_providers", order_by="PaymentProvider.id"
    )
    payment_sessions: Mapped[list[PaymentSession]] = relation(order_by="PaymentSession.id")
    payments: Mapped[list[Payment]] = relation(order_by="Payment.id")


class PaymentCollectionPaymentProvider(Base):
    """Which providers a collection may use."""

    __tablename__ = "payment_collection_payment_providers"

    payment_collection_id: Mapped[str] = references("payment_collection.id", index=False, primary_key=True)
    payment_provider_id: Mapped[str] = references("payment_provider.id", primary_key=True)


class PaymentSession(WithMetadata, Model):
    """An attempt to pay with one provider."""

    __tablename__ = "payment_session"
    __prefix__ = "payses"
    __table_args__ = (
        one_of(
            "status", "authorized", "captured", "pending", "requires_more", "error", "canceled", "pending_authorization"
        ),
    )

    currency_code: Mapped[str]
    amount: Mapped[Decimal]
    provider_id: Mapped[str]
    data: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    context: Mapped[Json | None]
    status: Mapped[str] = mapped_column(server_default="pending")
    authorized_at: Mapped[datetime | None]
    payment_collection_id: Mapped[str] = references("payment_collection.id")

    payment_collection: Mapped[PaymentCollection | None] = relation()
    payment: Mapped[Payment | None] = relation(
        primaryjoin="PaymentSession.id == foreign(Payment.payment_session_id)", uselist=False
    )


class Payment(WithMetadata, Model):
    """Money a provider has authorized."""

    __tablename__ = "payment"
    __prefix__ = "pay"
    __table_args__ = (
        live_index("payment_session_id", unique=True),
        live_index("provider_id"),
    )

    amount: Mapped[Decimal]
    currency_code: Mapped[str]
    provider_id: Mapped[str]
    data: Mapped[Json | None]
    captured_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    payment_collection_id: Mapped[str] = references("payment_collection.id")
    payment_session_id: Mapped[str]

    payment_collection: Mapped[PaymentCollection | None] = relation()
    payment_session: Mapped[PaymentSession | None] = relation(
        primaryjoin="foreign(Payment.payment_session_id) == PaymentSession.id"
    )
    captures: Mapped[list[Capture]] = relation(order_by="Capture.id")
    refunds: Mapped[list[Refund]] = relation(order_by="Refund.id")


class Capture(WithMetadata, Model):
    """Money taken."""

    __tablename__ = "capture"
    __prefix__ = "capt"

    amount: Mapped[Decimal]
    payment_id: Mapped[str] = references("payment.id")
    created_by: Mapped[str | None]

    payment: Mapped[Payment | None] = relation()


class Refund(WithMetadata, Model):
    """Money given back."""

    __tablename__ = "refund"
    __prefix__ = "ref"
    __table_args__ = (live_index("refund_reason_id", where="refund_reason_id IS NOT NULL"),)

    amount: Mapped[Decimal]
    payment_id: Mapped[str] = references("payment.id")
    created_by: Mapped[str | None]
    refund_reason_id: Mapped[str | None]
    note: Mapped[str | None]

    payment: Mapped[Payment | None] = relation()
    refund_reason: Mapped[RefundReason | None] = relation(
        primaryjoin="foreign(Refund.refund_reason_id) == RefundReason.id"
    )


class RefundReason(WithMetadata, Model):
    """Why money is given back."""

    __tablename__ = "refund_reason"
    __prefix__ = "refr"

    label: Mapped[str]
    description: Mapped[str | None]
    code: Mapped[str]


class AccountHolder(WithMetadata, Model):
    """A customer as a payment provider knows them."""

    __tablename__ = "account_holder"
    __prefix__ = "acchld"
    __table_args__ = (live_index("provider_id", "external_id", unique=True),)

    provider_id: Mapped[str]
    external_id: Mapped[str]
    email: Mapped[str | None]
    data: Mapped[Json] = mapped_column(server_default=text("'{}'"))
