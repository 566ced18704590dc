from __future__ import annotations

from typing import Any

import msgspec
import pytest

from medusa.framework.errors import ConfigurationError
from medusa.modules.auth import AuthRequest, Identity
from medusa.providers.auth_emailpass import EmailPassProvider, InvalidCredentials, matches_scrypt

# "supersecret", as Medusa 2 stores it.
OF_MEDUSA_2 = (
    "c2NyeXB0AA8AAAAIAAAAAQ7dP6e+8jwRxzgqxlr7vQTWviweAm7yQ2OreFe/AUNoOPOM5ZHP1Q+AplwTRh5egl+B27+G7OXzpVp+Lud+3uAxUJdW5xfT"
    "BiNoYp0k5+4l"
)


class OneIdentity:
    """An identity in memory."""

    def __init__(self, password: str) -> None:
        self.identity = Identity(
            auth_identity_id="authid_1",
            provider_identity_id="1",
            entity_id="a@example.com",
            provider="emailpass",
            app_metadata={},
            user_metadata={},
            provider_metadata={"password": password},
        )
        self.changes = 0

    async def find(self, entity_id: str) -> Identity | None:
        return self.identity if entity_id == self.identity.entity_id else None

    async def add(self, entity_id: str, **_: Any) -> Identity:
        raise NotImplementedError

    async def change(self, identity: Identity, *, provider_metadata: Any = None, **_: Any) -> Identity:
        self.changes += 1
        self.identity = msgspec.structs.replace(identity, provider_metadata=provider_metadata)
        return self.identity


def _login(password: str) -> AuthRequest:
    return AuthRequest(actor_type="user", body={"email": "a@example.com", "password": password})


def test_hash_of_medusa_2_is_understood() -> None:
    assert matches_scrypt(OF_MEDUSA_2, "supersecret")
    assert not matches_scrypt(OF_MEDUSA_2, "Supersecret")
    for broken in ("", "x", OF_MEDUSA_2[:-4], "AAAA" + OF_MEDUSA_2[4:]):
        assert not matches_scrypt(broken, "supersecret")


async def test_hash_of_medusa_2_is_replaced_at_the_first_login() -> None:
    provider, identities = EmailPassProvider(), OneIdentity(OF_MEDUSA_2)
    for _ in range(2):
        await provider.authenticate(_login("supersecret"), identities)
    assert identities.identity.provider_metadata["password"].startswith("$argon2id$")
    assert identities.changes == 1


async def test_hash_with_other_parameters_is_replaced() -> None:
    cheap = EmailPassProvider({"memory_kib": 64, "iterations": 1})
    identities = OneIdentity(OF_MEDUSA_2)
    await cheap.authenticate(_login("supersecret"), identities)
    assert "m=64,t=1,p=1" in identities.identity.provider_metadata["password"]
    await EmailPassProvider().authenticate(_login("supersecret"), identities)
    assert "m=19456,t=2,p=1" in identities.identity.provider_metadata["password"]


async def test_wrong_password_changes_nothing() -> None:
    identities = OneIdentity(OF_MEDUSA_2)
    with pytest.raises(InvalidCredentials):
        await EmailPassProvider().authenticate(_login("wrong"), identities)
    assert identities.changes == 0


@pytest.mark.parametrize("options", [{"memory": 1}, {"memory_kib": 1}, {"iterations": "many"}])
def test_options_that_cannot_work_stop_the_start(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="emailpass"):
        EmailPassProvider(options)
