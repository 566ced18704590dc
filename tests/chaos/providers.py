"""A payment and a fulfillment provider whose other side is the recorder's process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from medusa.framework.errors import NotAllowed, Unavailable
from medusa.modules.fulfillment import CreatedFulfillment, FulfillmentProvider
from medusa.modules.payment import PaymentAnswer, PaymentProvider, PaymentRequest, SessionStatus


async def ask(url: str, what: str, **body: Any) -> None:
    """One request to the recorder.

    Raises:
        Unavailable: Nobody knows whether it was done.
        NotAllowed: It was refused.
    """
    try:
        async with httpx.AsyncClient(timeout=15) as client:
            answer = await client.post(f"{url}/{what}", json=body)
    except httpx.HTTPError as error:
        raise Unavailable(f"The other side does not answer: {error!r}") from error
    if answer.status_code >= 500:
        raise Unavailable("The other side does not answer now")
    if answer.status_code != 200:
        raise NotAllowed("The other side refuses")


class RecordedPayment(PaymentProvider):
    """``pp_recorded_test``: the ``about`` of its calls is the attempt to pay, chosen when it begins."""

    identifier = "recorded"

    async def _ask(self, what: str, request: PaymentRequest, status: SessionStatus) -> PaymentAnswer:
        about = request.data.get("about", request.idempotency_key)
        amount = None if request.amount is None else str(request.amount)
        await ask(self.options["url"], what, key=request.idempotency_key, about=about, amount=amount)
        return PaymentAnswer(data={"about": about}, status=status)

    async def initiate_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return await self._ask("initiate", request, SessionStatus.PENDING)

    async def authorize_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return await self._ask("authorize", request, SessionStatus.AUTHORIZED)

    async def capture_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return await self._ask("capture", request, SessionStatus.CAPTURED)

    async def refund_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return await self._ask("refund", request, SessionStatus.CAPTURED)

    async def delete_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return await self._ask("forget", request, SessionStatus.CANCELED)

    async def cancel_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return await self._ask("cancel", request, SessionStatus.CANCELED)


class RecordedFulfillment(FulfillmentProvider):
    """``recorded_test``: the parcel's id is the key of its booking."""

    identifier = "recorded"

    async def fulfillment_options(self) -> list[dict[str, Any]]:
        return [{"id": "recorded"}]

    async def create_fulfillment(
        self,
        data: Mapping[str, Any],
        items: Sequence[Mapping[str, Any]],
        order: Mapping[str, Any] | None,
        fulfillment: Mapping[str, Any],
    ) -> CreatedFulfillment:
        id = str(fulfillment["id"])
        await ask(self.options["url"], "book", key=id, about=(order or {}).get("id"))
        return CreatedFulfillment(data={"booking": id, "order": (order or {}).get("id")})

    async def cancel_fulfillment(self, data: Mapping[str, Any]) -> None:
        await ask(self.options["url"], "unbook", key=f"{data['booking']}:cancel", about=data["order"])
