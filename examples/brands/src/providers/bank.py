from medusa.framework.app import App
from medusa.framework.errors import NotAllowed
from medusa.modules.payment import PaymentAnswer, PaymentProvider, PaymentRequest, SessionStatus
from src.outside import OutsideOptions, ask, client


class BankProvider(PaymentProvider):
    """Payment through a bank; with the id ``eu`` of the configuration it is ``pp_bank_eu``."""

    identifier = "bank"

    def check_options(self) -> None:
        self.url = self.options_as(OutsideOptions).url

    async def open(self, app: App) -> None:
        self.http = client(self.url)

    async def close(self) -> None:
        await self.http.aclose()

    async def initiate_payment(self, request: PaymentRequest) -> PaymentAnswer:
        """Tell the bank the amount; what is answered as ``data`` is kept, and handed back with each later request."""
        payment = await self._ask("begin", request)
        return PaymentAnswer(data={"id": payment["id"]})

    async def authorize_payment(self, request: PaymentRequest) -> PaymentAnswer:
        """Hold the money. A no of the bank is an answer like others: the customer may try another way."""
        try:
            await self._ask("authorize", request)
        except NotAllowed as no:
            return PaymentAnswer(data={**request.data, "reason": str(no)}, status=SessionStatus.ERROR)
        return PaymentAnswer(data=request.data, status=SessionStatus.AUTHORIZED)

    async def capture_payment(self, request: PaymentRequest) -> PaymentAnswer:
        await self._ask("capture", request)
        return PaymentAnswer(data=request.data, status=SessionStatus.CAPTURED)

    async def refund_payment(self, request: PaymentRequest) -> PaymentAnswer:
        await self._ask("refund", request)
        return PaymentAnswer(data=request.data, status=SessionStatus.CAPTURED)

    async def cancel_payment(self, request: PaymentRequest) -> PaymentAnswer:
        await self._ask("cancel", request)
        return PaymentAnswer(data=request.data, status=SessionStatus.CANCELED)

    async def _ask(self, verb: str, request: PaymentRequest) -> dict[str, str]:
        named = {"id": request.data["id"]} if "id" in request.data else {}
        amount = str(request.amount) if request.amount is not None else ""
        return await ask(self.http, f"/bank/{verb}", key=request.idempotency_key, amount=amount, **named)
