"""Every step that has an undo: forward, then undo, leaves everything as it was; undo twice is harmless."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec
import pytest

from medusa.framework.app import App
from medusa.framework.errors import NotAllowed
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Shop, make_shop
from medusa.framework.workflows import WorkflowContext, step, workflow
from medusa.framework.workflows.step import registry
from medusa.modules.fulfillment import CreatedFulfillment, FulfillmentProvider, FulfillmentService
from medusa.modules.payment import PaymentAnswer, PaymentProvider, PaymentRequest, PaymentService, SessionStatus
from medusa.workflows.cart.complete import Examine, Loaded, complete_cart, examine_cart
from medusa.workflows.file.types import UploadFile
from medusa.workflows.order.captures import Examine as ExaminePayment
from medusa.workflows.order.captures import Loaded as LoadedPayment
from medusa.workflows.order.captures import examine_payment
from medusa.workflows.order.fulfillments import Loaded as LoadedOrder
from medusa.workflows.order.fulfillments import Pack, plan_fulfillment
from medusa.workflows.order.types import CapturePayment, CreateOrderFulfillment
from medusa.workflows.payment.sessions import Examine as ExamineCollection
from medusa.workflows.payment.sessions import Loaded as LoadedCollection
from medusa.workflows.payment.sessions import examine_collection
from medusa.workflows.payment.types import CreatePaymentSession

PAYMENT, SHIPPING = "pp_till_test", "van_test"
Seen = dict[str, str]


class Till(PaymentProvider):
    """A provider in this process: what it holds, by key, and what it was told to let go of."""

    identifier = "till"

    def __init__(self) -> None:
        super().__init__()
        self.standing: Seen = {}

    def _do(self, what: str, request: PaymentRequest) -> PaymentAnswer:
        self.standing[request.idempotency_key] = what
        status = SessionStatus.PENDING if what == "initiated" else SessionStatus.AUTHORIZED
        return PaymentAnswer(data={"of": request.idempotency_key}, status=status)

    def _let_go(self, request: PaymentRequest) -> PaymentAnswer:
        self.standing.pop(request.data["of"], None)
        return PaymentAnswer(data=request.data, status=SessionStatus.CANCELED)

    async def initiate_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._do("initiated", request)

    async def authorize_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._do("authorized", request)

    async def capture_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._do("captured", request)

    async def delete_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._let_go(request)

    async def refund_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._let_go(request)

    async def cancel_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._let_go(request)


class Van(FulfillmentProvider):
    """A carrier in this process."""

    identifier = "van"

    def __init__(self) -> None:
        super().__init__()
        self.standing: Seen = {}

    async def create_fulfillment(
        self,
        data: Mapping[str, Any],
        items: Sequence[Mapping[str, Any]],
        order: Mapping[str, Any] | None,
        fulfillment: Mapping[str, Any],
    ) -> CreatedFulfillment:
        self.standing[str(fulfillment["id"])] = "booked"
        return CreatedFulfillment(data={"of": fulfillment["id"]})

    async def cancel_fulfillment(self, data: Mapping[str, Any]) -> None:
        self.standing.pop(str(data["of"]), None)


class Bench:
    """A shop, the other sides, and what cases need of them."""

    def __init__(self, app: App, shop: Shop, till: Till, van: Van) -> None:
        self.app, self.shop, self.till, self.van = app, shop, till, van

    async def paid_cart(self) -> tuple[str, str]:
        """(cart, payment collection), with a session of the till."""
        cart = await self.shop.unpaid_cart((await self.shop.product(10), 2))
        return cart, await self.shop.pay(cart, PAYMENT)

    async def order(self) -> str:
        """An order paid at the till."""
        cart, _ = await self.paid_cart()
        order: str = (await self.shop.store.post(f"/carts/{cart}/complete"))["order"]["id"]
        return order

    async def value(self, sql: str, *values: object) -> Any:
        """One value of the database."""
        async with self.app.database.reader() as session:
            return await session.fetch_value(sql, *values)

    async def everything(self) -> dict[str, Any]:
        """All that exists: every table but the journal's and the queue's, and what the other sides hold."""
        async with self.app.database.reader() as session:
            names = await session.fetch(
                "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = "
                "'BASE TABLE' AND table_name !~ '^(workflow_|procrastinate_|medusa_|alembic)' ORDER BY 1"
            )
            found: dict[str, Any] = {"till": dict(self.till.standing), "van": dict(self.van.standing)}
            found["files"] = sorted(path.name for path in (self.app.config.root / "private").glob("*"))
            for name in (row["name"] for row in names):
                found[name] = await session.fetch_value(
                    f"SELECT jsonb_agg(r ORDER BY r::text) FROM (SELECT to_jsonb(t) - 'updated_at' AS r FROM \"{name}\" AS t) "
                    "AS x WHERE r->>'deleted_at' IS NULL"
                )
        return found


async def _plan(ctx: WorkflowContext, bench: Bench, cart: str) -> Any:
    return await examine_cart(ctx, Examine(cart, Loaded()))


async def _capturing(ctx: WorkflowContext, bench: Bench, payment: str) -> Any:
    return await examine_payment(ctx, ExaminePayment(CapturePayment(payment_id=payment), LoadedPayment()))


async def _initiation(ctx: WorkflowContext, bench: Bench, collection: str) -> Any:
    asked = CreatePaymentSession(payment_collection_id=collection, provider_id=PAYMENT)
    return await examine_collection(ctx, ExamineCollection(asked, LoadedCollection()))


async def _booking(ctx: WorkflowContext, bench: Bench, order: str) -> Any:
    line, option = (
        await bench.value("SELECT item_id FROM order_item WHERE order_id = $1", order),
        await bench.value("SELECT id FROM shipping_option WHERE provider_id = $1", SHIPPING),
    )
    body = {"order_id": order, "items": [{"id": line, "quantity": 1}], "shipping_option_id": option}
    return await plan_fulfillment(ctx, Pack(msgspec.convert(body, CreateOrderFulfillment), LoadedOrder()))


async def _export(ctx: WorkflowContext, bench: Bench, name: str) -> Any:
    return [UploadFile(filename=name, content=b"a,b"), UploadFile(filename=name, content=b"c,d")]


async def _a_name(bench: Bench) -> str:
    return "export.csv"


async def _a_cart(bench: Bench) -> str:
    return (await bench.paid_cart())[0]


async def _a_collection(bench: Bench) -> str:
    return (await bench.paid_cart())[1]


async def _a_payment(bench: Bench) -> str:
    order = await bench.order()
    payment: str = await bench.value(
        "SELECT p.id FROM payment p JOIN order_payment_collection l ON l.payment_collection_id = p.payment_collection_id "
        "WHERE l.order_id = $1",
        order,
    )
    return payment


async def _an_order(bench: Bench) -> str:
    return await bench.order()


Prepare = Callable[[Bench], Awaitable[str]]
Ask = Callable[[WorkflowContext, Bench, str], Awaitable[Any]]
CASES: dict[str, tuple[Prepare, Ask]] = {
    "hold-cart": (_a_cart, _plan),
    "authorize-payment-session": (_a_cart, _plan),
    "capture-payment": (_a_payment, _capturing),
    "initiate-payment-session": (_a_collection, _initiation),
    "book-fulfillment": (_an_order, _booking),
    "upload-files": (_a_name, _export),
}


@step("test-elsewhere", external=True, no_undo="does nothing")
async def elsewhere(ctx: WorkflowContext, data: str) -> None:
    """Makes the engine commit what was done so far."""


class Run:
    """What the workflow under test is about; it stays in this process."""

    bench: Bench
    name = ""
    changed: dict[str, Any] = {}


@workflow("test-forward-then-undo")
async def forward_then_fail(ctx: WorkflowContext, about: str) -> None:
    """Run one step, commit it, fail."""
    _, ask = CASES[Run.name]
    inner = ctx.inside(complete_cart)  # its steps call its hooks
    data = await ask(inner, Run.bench, about)
    await registry[Run.name](inner, data)
    await elsewhere(ctx, about)
    Run.changed = await Run.bench.everything()
    raise NotAllowed("now back")


@step("test-undo-again")
async def undo_again(ctx: WorkflowContext, payload: Any) -> None:
    """The undo of the step under test, in a transaction."""
    undo = registry[Run.name].undo
    assert undo is not None
    await undo(ctx, payload)


@workflow("test-undo-twice")
async def undo_twice(ctx: WorkflowContext, payload: Any) -> None:
    """Undo what is undone."""
    await undo_again(ctx, payload)


@pytest.fixture
async def bench(app: App, admin: Client, store: Client) -> AsyncIterator[Bench]:
    till, van = Till(), Van()
    payments, shipping = app.providers.of("payment"), app.providers.of("fulfillment")
    assert isinstance(payments, dict)
    assert isinstance(shipping, dict)
    payments[PAYMENT], shipping[SHIPPING] = till, van
    async with app.database.session() as session:
        await app.service(PaymentService).payment_providers.upsert(session, [{"id": PAYMENT, "is_enabled": True}])
        await app.service(FulfillmentService).fulfillment_providers.upsert(
            session, [{"id": SHIPPING, "is_enabled": True}]
        )
    shop = await make_shop(admin, store, tax=None, country="fo", payment_providers=[PAYMENT])
    await admin.post(f"/stock-locations/{shop.location_id}/fulfillment-providers", {"add": [SHIPPING]})
    option = {
        "name": "Van",
        "service_zone_id": shop.zone_id,
        "shipping_profile_id": shop.profile_id,
        "provider_id": SHIPPING,
        "price_type": "flat",
        "type": {"label": "Van", "description": "One day", "code": "van"},
        "prices": [{"currency_code": shop.currency, "amount": 9}],
    }
    await admin.post("/shipping-options", option)
    yield Bench(app, shop, till, van)
    with suppress(OSError):  # there is none, or somebody else has files in it
        await asyncio.to_thread((app.config.root / "private").rmdir)
    await admin.delete(f"/regions/{shop.region_id}")
    del payments[PAYMENT], shipping[SHIPPING]


def test_every_step_with_an_undo_has_a_case(app: App) -> None:
    del app  # has imported everything
    shipped = {name for name, step in registry.items() if step.undo and step.run.__module__.startswith("medusa.")}
    assert shipped == set(CASES), "add a case for each new step with an undo"


@pytest.mark.parametrize("name", CASES)
async def test_forward_then_undo_leaves_everything_as_it_was(bench: Bench, name: str) -> None:
    prepare, _ = CASES[name]
    about = await prepare(bench)
    Run.bench, Run.name = bench, name
    before = await bench.everything()
    with pytest.raises(NotAllowed, match="now back"):
        await bench.app.run(forward_then_fail, about)
    assert before != Run.changed
    assert await bench.everything() == before

    payload = await bench.value(
        "SELECT undo_input FROM workflow_step s JOIN workflow_execution e ON e.id = s.execution_id "
        "WHERE s.name = $1 AND s.state = 'undone' ORDER BY e.created_at DESC LIMIT 1",
        name,
    )
    await bench.app.run(undo_twice, msgspec.convert(payload, registry[name].undo_type, strict=False))
    assert await bench.everything() == before
