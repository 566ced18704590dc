from __future__ import annotations

import pytest

from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.modules import Providers
from medusa.modules.payment import PaymentAnswer, PaymentRequest, PaymentService, SessionStatus
from medusa.providers.payment_system import SystemPaymentProvider


class Outside(SystemPaymentProvider):
    """Moves money somewhere else."""

    identifier = "outside"
    is_external = True


def _service() -> PaymentService:
    providers = Providers()
    providers.add(SystemPaymentProvider(), "default")
    providers.add(Outside(), "default")
    return PaymentService(providers=providers)


def test_provider_is_found_by_its_id() -> None:
    assert isinstance(_service().provider("pp_system_default"), SystemPaymentProvider)
    with pytest.raises(NotFound, match="Unable to retrieve the payment provider with id: pp_none"):
        _service().provider("pp_none")


def test_external_provider_is_not_called_inside_a_transaction() -> None:
    assert not _service().inside_provider("pp_system_default").is_external
    with pytest.raises(InvalidData, match="pp_outside_default moves money outside the database"):
        _service().inside_provider("pp_outside_default")


async def test_system_provider_agrees_to_everything() -> None:
    provider, request = SystemPaymentProvider(), PaymentRequest(idempotency_key="k", data={"a": 1})
    assert await provider.initiate_payment(request) == PaymentAnswer(data={"a": 1})
    for method, status in (
        (provider.authorize_payment, SessionStatus.AUTHORIZED),
        (provider.capture_payment, SessionStatus.CAPTURED),
        (provider.cancel_payment, SessionStatus.CANCELED),
        (provider.delete_payment, SessionStatus.CANCELED),
    ):
        assert (await method(request)).status == status
