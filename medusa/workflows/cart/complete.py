"""complete-cart: a cart becomes an order, once, with its stock and its payment, or not at all.

With a payment provider that touches nothing outside the database all of it is one transaction. With an external one the
stock is set aside and the cart closed first, then the money authorized, then the order made; what fails on the way takes
back what was before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec import Struct, structs

from medusa.framework.errors import Conflict, ErrorType, NotFound
from medusa.framework.workflows import Retry, Undoable, WorkflowContext, step, workflow
from medusa.links.checkout_context import Ask, CheckoutContext, PaymentSession, checkout_context
from medusa.links.placing import Paid, complete, order_links, order_of, payment_rows, register_usage, session_change
from medusa.modules.cart.locks import lock_cart
from medusa.modules.cart.state import Cart
from medusa.modules.inventory import InventoryService
from medusa.modules.order.placement import new_line_id, new_order_id, placement
from medusa.modules.payment import PaymentAnswer, PaymentRequest, PaymentService, SessionStatus
from medusa.workflows.cart.order_draft import draft_order
from medusa.workflows.cart.readiness import refuse_unready, reservations, usable_session
from medusa.workflows.cart.refresh import total_of
from medusa.workflows.cart.types import CompleteCart


class Completion(Struct, frozen=True, kw_only=True):
    """The order, or why the payment did not go through (``error_type``: a payment error)."""

    order_id: str | None = None
    error_type: ErrorType | None = None
    error: str | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """What the completion is about to do; ``existing_order_id`` where it was done before.

    Attributes:
        line_ids: The order's line for each of the cart's.
        session_id: The attempt to pay.
        provider_id: Who authorizes the payment; None where nothing is to be paid, or it is authorized already.
    """

    cart_id: str
    existing_order_id: str | None = None
    order_id: str = ""
    line_ids: dict[str, str] = {}
    session_id: str | None = None
    provider_id: str | None = None
    is_external: bool = False
    request: PaymentRequest | None = None


@dataclass(slots=True)
class Loaded:
    """The cart as this process has read it; empty when the run was taken over from another process."""

    cart: Cart | None = None
    context: CheckoutContext | None = None


@dataclass(frozen=True, slots=True)
class Examine:
    """A cart to examine, and where to keep what was read."""

    cart_id: str
    loaded: Loaded


@dataclass(frozen=True, slots=True)
class Place:
    """An order to make; ``is_held`` where its stock is set aside already."""

    plan: Plan
    answer: PaymentAnswer | None
    loaded: Loaded
    is_held: bool


class Held(Struct, frozen=True, kw_only=True):
    """What holding a cart has done, to be taken back."""

    cart_id: str
    reservation_ids: list[str]


class Authorization(Struct, frozen=True, kw_only=True):
    """A payment that an external provider has authorized, to be let go."""

    provider_id: str
    request: PaymentRequest


@workflow(
    "complete-cart",
    idempotent_by=lambda data: data.cart_id,
    hooks=("validate", "before_payment_authorization", "order_created"),
)
async def complete_cart(ctx: WorkflowContext, data: CompleteCart) -> Completion:
    """Make a cart an order. A cart that is an order already gives that order again.

    Raises:
        NotFound: There is no such cart.
        InvalidData: Lines, shipping or payment are missing.
        NotEnoughStock: There is not enough of something any more.
        NotAllowed: A promotion is used up.
    """
    loaded = Loaded()
    plan = await examine_cart(ctx, Examine(data.cart_id, loaded))
    if plan.existing_order_id is not None:
        return Completion(order_id=plan.existing_order_id)
    if not plan.is_external:
        return await place_order(ctx, Place(plan, None, loaded, is_held=False))
    held = await hold_cart(ctx, plan)
    answer = await authorize_payment(ctx, plan)
    if answer.status in _AUTHORIZED:
        return await place_order(ctx, Place(plan, answer, Loaded(), is_held=True))
    await release_cart(ctx, held)
    return await record_refusal(ctx, Place(plan, answer, Loaded(), is_held=True))


_AUTHORIZED = (SessionStatus.AUTHORIZED, SessionStatus.CAPTURED)


@step("examine-cart", no_undo="it only reads")
async def examine_cart(ctx: WorkflowContext, data: Examine) -> Plan:
    """Lock the cart, read all of it, refuse one that is not ready."""
    try:
        await lock_cart(ctx.session, data.cart_id)
    except NotFound as error:
        raise NotFound(f"Cart with id '{data.cart_id}' not found") from error
    cart, context = await _load(ctx, data.cart_id, data.loaded)
    if cart.completed_at is not None:
        order_id = await order_of(ctx.session, data.cart_id)
        if order_id is None:
            raise Conflict(f"Cart {data.cart_id} is being completed: try again")
        return Plan(cart_id=data.cart_id, existing_order_id=order_id)
    refuse_unready(cart, context, total_of(cart))
    await ctx.hook("validate", cart=cart)
    session = usable_session(context)
    plan = Plan(cart_id=cart.id, order_id=new_order_id(), line_ids={item.id: new_line_id() for item in cart.items})
    # A provider may authorize at once, when the session is made: it is asked all the same, its answer makes the payment.
    if session is None or (session.status in _AUTHORIZED and session.authorized_at is not None):
        return plan
    request = PaymentRequest(
        idempotency_key=session.id,
        amount=session.amount,
        currency_code=session.currency_code,
        data=session.data,
        context={**(session.context or {}), "customer_id": cart.customer_id, "email": cart.email},
    )
    provider = ctx.service(PaymentService).provider(session.provider_id)
    return structs.replace(
        plan,
        session_id=session.id,
        provider_id=session.provider_id,
        is_external=provider.is_external,
        request=request,
    )


async def _load(ctx: WorkflowContext, cart_id: str, loaded: Loaded) -> tuple[Cart, CheckoutContext]:
    if loaded.cart is None or loaded.context is None:
        loaded.context, _ = await checkout_context(ctx.session, Ask(cart_id=cart_id, with_item_variants=True))
        loaded.cart = loaded.context.cart
    assert loaded.cart is not None
    return loaded.cart, loaded.context


async def _undo_hold(ctx: WorkflowContext, held: Held) -> None:
    await ctx.service(InventoryService).delete_reservations(ctx.session, held.reservation_ids)
    await ctx.session.write(complete(held.cart_id, None))


@step("hold-cart", undo=_undo_hold)
async def hold_cart(ctx: WorkflowContext, plan: Plan) -> Undoable[Held, Held]:
    """Set the stock aside and close the cart while the money is asked for."""
    cart, context = await _load(ctx, plan.cart_id, Loaded())
    await ctx.hook("before_payment_authorization", cart=cart)
    ids = await ctx.service(InventoryService).reserve(ctx.session, reservations(cart, context, plan.line_ids))
    await ctx.session.write(complete(cart.id, datetime.now(UTC)))
    held = Held(cart_id=cart.id, reservation_ids=ids)
    return Undoable(held, held)


@step("release-cart", no_undo="the payment was refused: there is nothing to go back to")
async def release_cart(ctx: WorkflowContext, held: Held) -> None:
    """Give the stock back and open the cart again."""
    await _undo_hold(ctx, held)


async def _cancel_authorization(ctx: WorkflowContext, authorization: Authorization) -> None:
    provider = ctx.service(PaymentService).provider(authorization.provider_id)
    await provider.cancel_payment(authorization.request)


@step(
    "authorize-payment-session",
    external=True,
    undo=_cancel_authorization,
    retry=Retry(times=3),
    timeout=timedelta(seconds=20),
)
async def authorize_payment(ctx: WorkflowContext, plan: Plan) -> Undoable[PaymentAnswer, Authorization]:
    """Ask an external provider to authorize the payment."""
    assert plan.provider_id is not None
    assert plan.request is not None
    request = structs.replace(plan.request, idempotency_key=ctx.idempotency_key)
    answer = await ctx.service(PaymentService).provider(plan.provider_id).authorize_payment(request)
    undo = structs.replace(request, data=answer.data, idempotency_key=f"{ctx.idempotency_key}:cancel")
    return Undoable(answer, Authorization(provider_id=plan.provider_id, request=undo))


@step("create-order", no_undo="the last step")
async def place_order(ctx: WorkflowContext, data: Place) -> Completion:
    """Make the order with all that belongs to it; authorize the payment where the provider is the database's own."""
    plan = data.plan
    cart, context = await _load(ctx, plan.cart_id, data.loaded)
    answer = data.answer
    if answer is None and plan.provider_id is not None and plan.request is not None:
        await ctx.hook("before_payment_authorization", cart=cart)
        answer = await ctx.service(PaymentService).inside_provider(plan.provider_id).authorize_payment(plan.request)
        if answer.status not in _AUTHORIZED:
            return await _refuse(ctx, _session(context, plan), answer)
    if not data.is_held:
        wanted = reservations(cart, context, plan.line_ids)
        await ctx.service(InventoryService).reserve(ctx.session, wanted)
    await register_usage(
        ctx.session, context, _discounts(cart), {"customer_id": cart.customer_id, "customer_email": cart.email}
    )
    await _write_order(ctx, plan, cart, context, answer)
    ctx.emit("order.placed", {"id": plan.order_id})
    await ctx.hook("order_created", order_id=plan.order_id, cart_id=cart.id)
    return Completion(order_id=plan.order_id)


async def _write_order(
    ctx: WorkflowContext, plan: Plan, cart: Cart, context: CheckoutContext, answer: PaymentAnswer | None
) -> None:
    collection, session = context.payment_collection, _session(context, plan)
    payments, transactions = (
        payment_rows(Paid(collection=collection, session=session, answer=answer))
        if collection is not None and session is not None and answer is not None
        else ([], [])
    )
    await ctx.session.write(
        *placement(draft_order(cart, plan.order_id, plan.line_ids, transactions)),
        complete(cart.id, datetime.now(UTC)),
        *payments,
        *order_links(plan.order_id, cart.id, collection.id if collection else None, list(_discounts(cart))),
    )


def _discounts(cart: Cart) -> dict[str, Decimal]:
    """What each promotion takes off."""
    out: dict[str, Decimal] = {}
    of_items = [part for item in cart.items for part in item.adjustments]
    of_methods = [part for method in cart.shipping_methods for part in method.adjustments]
    for part in (*of_items, *of_methods):
        if part.promotion_id is not None:
            out[part.promotion_id] = out.get(part.promotion_id, Decimal(0)) + part.amount
    return out


@step("record-refused-payment", no_undo="what the provider said stays said")
async def record_refusal(ctx: WorkflowContext, data: Place) -> Completion:
    """Keep what the provider said, so that the customer can go on from there."""
    _, context = await _load(ctx, data.plan.cart_id, data.loaded)
    assert data.answer is not None
    return await _refuse(ctx, _session(context, data.plan), data.answer)


def _session(context: CheckoutContext, plan: Plan) -> PaymentSession | None:
    collection = context.payment_collection
    return next((each for each in collection.sessions if each.id == plan.session_id), None) if collection else None


async def _refuse(ctx: WorkflowContext, session: PaymentSession | None, answer: PaymentAnswer) -> Completion:
    if session is not None:
        await ctx.session.write(session_change(session, answer))
    if answer.status in (SessionStatus.REQUIRES_MORE, SessionStatus.PENDING):
        return Completion(error_type=ErrorType.PAYMENT_REQUIRES_MORE, error="More information is required for payment")
    return Completion(error_type=ErrorType.PAYMENT_AUTHORIZATION, error="Payment authorization failed")
