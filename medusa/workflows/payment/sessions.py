"""create-payment-sessions: an attempt to pay with a provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from msgspec import Struct, structs

from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.workflows import Retry, Undoable, WorkflowContext, step, workflow
from medusa.links.payment_context import CollectionContext, lock_collection, replacement_session
from medusa.modules.payment import PaymentAnswer, PaymentRequest, PaymentService
from medusa.workflows.payment.types import CreatePaymentSession


class Initiation(Struct, frozen=True, kw_only=True):
    """What a provider is asked to begin."""

    provider_id: str
    is_external: bool
    request: PaymentRequest


@dataclass(slots=True)
class Loaded:
    """The collection as this transaction has read it, with its cart locked."""

    collection: CollectionContext | None = None


@dataclass(frozen=True, slots=True)
class Examine:
    """What is asked for, and where to keep what was read."""

    data: CreatePaymentSession
    loaded: Loaded


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to store; ``answer`` is None where the provider has yet to be asked."""

    collection_id: str
    initiation: Initiation
    loaded: Loaded
    answer: PaymentAnswer | None = None


@workflow("create-payment-sessions")
async def create_payment_session(ctx: WorkflowContext, data: CreatePaymentSession) -> None:
    """Begin to pay a collection; attempts before this one that hold no money are dropped.

    Raises:
        NotFound: There is no such collection.
        InvalidData: The cart is completed, or its region does not have the provider.
    """
    loaded = Loaded()
    initiation = await examine_collection(ctx, Examine(data, loaded))
    answer: PaymentAnswer | None = None
    if initiation.is_external:
        answer, loaded = await initiate_payment(ctx, initiation), Loaded()
    await store_session(ctx, NewSession(data.payment_collection_id, initiation, loaded, answer))


async def _load(ctx: WorkflowContext, id: str, loaded: Loaded) -> CollectionContext:
    if loaded.collection is None:
        loaded.collection = await lock_collection(ctx.session, id)
    if loaded.collection is None:
        raise NotFound(f"PaymentCollection with id: {id} was not found")
    if loaded.collection.is_completed:  # also while its payment is being authorized
        raise InvalidData(f"Cart {loaded.collection.cart_id} is already completed.")
    return loaded.collection


@step("examine-payment-collection", no_undo="it only reads")
async def examine_collection(ctx: WorkflowContext, asked: Examine) -> Initiation:
    """Read the collection, and refuse a provider that its region does not have."""
    data = asked.data
    collection = await _load(ctx, data.payment_collection_id, asked.loaded)
    if collection.region_id is not None and data.provider_id not in collection.provider_ids:
        raise InvalidData(
            f"Payment provider {data.provider_id} is not enabled in the cart's region {collection.region_id}."
        )
    payer = collection.payer
    request = PaymentRequest(
        idempotency_key="",
        amount=collection.amount,
        currency_code=collection.currency_code,
        data=data.data,
        context={
            "customer_id": data.customer_id or (payer.customer_id if payer else None),
            "email": payer.email if payer else None,
        },
    )
    provider = ctx.service(PaymentService).provider(data.provider_id)
    return Initiation(provider_id=data.provider_id, is_external=provider.is_external, request=request)


async def _delete_payment(ctx: WorkflowContext, initiation: Initiation) -> None:
    await ctx.service(PaymentService).provider(initiation.provider_id).delete_payment(initiation.request)


@step(
    "initiate-payment-session",
    external=True,
    undo=_delete_payment,
    retry=Retry(times=3),
    timeout=timedelta(seconds=20),
)
async def initiate_payment(ctx: WorkflowContext, initiation: Initiation) -> Undoable[PaymentAnswer, Initiation]:
    """Ask an external provider to begin the payment."""
    request = structs.replace(initiation.request, idempotency_key=ctx.idempotency_key)
    answer = await ctx.service(PaymentService).provider(initiation.provider_id).initiate_payment(request)
    undo = structs.replace(request, data=answer.data, idempotency_key=f"{ctx.idempotency_key}:delete")
    return Undoable(answer, Initiation(provider_id=initiation.provider_id, is_external=True, request=undo))


@step("create-payment-session", no_undo="the last step")
async def store_session(ctx: WorkflowContext, data: NewSession) -> None:
    """Store the session, for the amount that is to be paid now."""
    provider_id, request = data.initiation.provider_id, data.initiation.request
    answer = data.answer
    if answer is None:
        answer = await ctx.service(PaymentService).inside_provider(provider_id).initiate_payment(request)
    collection = await _load(ctx, data.collection_id, data.loaded)
    if collection.amount != request.amount:
        raise InvalidData("The amount to be paid has changed meanwhile: try again")
    await ctx.session.write(*replacement_session(collection, provider_id, answer.data, str(answer.status)))
