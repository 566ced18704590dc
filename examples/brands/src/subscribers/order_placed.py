from decimal import Decimal

from msgspec import Struct

from medusa.framework.app import App
from medusa.framework.events import Event, subscriber
from medusa.framework.query import Fields
from medusa.infrastructure.notifications import NewNotification
from medusa.workflows.notification.sending import send_notifications


class Order(Struct):
    """What a card says of an order."""

    display_id: int
    email: str
    total: Decimal
    currency_code: str


@subscriber("order.placed")
async def thank(event: Event, app: App) -> None:
    """Send a card; a second delivery of the event has the same key, and sends none."""
    id = event.data["id"]
    fields = Fields.of("display_id,email,total,currency_code")
    async with app.database.reader() as session:
        [order] = await app.query.graph(session, "order", fields=fields, filters={"id": id}, into=Order)
    card = NewNotification(
        to=order.email,
        channel="postcard",
        template="thank-you",
        data={"number": order.display_id, "total": str(order.total), "currency": order.currency_code.upper()},
        trigger_type=event.name,
        resource_id=id,
        resource_type="order",
        idempotency_key=f"thank-you:{id}",
    )
    await app.run(send_notifications, [card])
