from __future__ import annotations

from typing import Any

import pytest

from medusa.framework.ids import ulid
from medusa.framework.testing.clients import Client

ADDRESS = {"first_name": "Grace", "address_1": "2 Navy Yard", "city": "Arlington", "country_code": "us"}


@pytest.fixture
async def customer(store: Client, visitor: Client, credentials: dict[str, str]) -> Any:
    """A registered customer; ``store`` is logged in as them."""
    token = (await visitor.post("/auth/customer/emailpass/register", credentials))["token"]
    body = {"email": credentials["email"], "first_name": "Grace"}
    made = await store.post("/customers", body, authorization=f"Bearer {token}")
    token = (await visitor.post("/auth/customer/emailpass", credentials))["token"]
    store.http.headers["authorization"] = f"Bearer {token}"
    return made["customer"]


async def test_registered_customer_sees_and_changes_themselves(store: Client, customer: Any) -> None:
    assert (customer["has_account"], customer["addresses"]) == (True, [])
    assert (await store.get("/customers/me"))["customer"] == customer
    changed = await store.post("/customers/me", {"phone": "555", "metadata": {"rank": "admiral"}})
    assert (changed["customer"]["phone"], changed["customer"]["metadata"]) == ("555", {"rank": "admiral"})
    answer = await store.post("/customers/me", {"email": "other@example.com"}, expect=400)
    assert answer["message"] == "Invalid request: Unrecognized fields: 'email'"


async def test_registration_needs_an_identity(store: Client, credentials: dict[str, str]) -> None:
    assert await store.post("/customers", {"email": credentials["email"]}, expect=401) == {"message": "Unauthorized"}


async def test_customer_cannot_register_again(store: Client, customer: Any) -> None:
    answer = await store.post("/customers", {"email": customer["email"]}, expect=400)
    assert answer["message"] == "Request already authenticated as a customer."


async def test_address_has_one_account(store: Client, visitor: Client, customer: Any) -> None:
    other = {"email": f"{ulid().lower()}@example.com", "password": "secret123"}
    token = (await visitor.post("/auth/customer/emailpass/register", other))["token"]
    answer = await store.post("/customers", {"email": customer["email"]}, expect=422, authorization=f"Bearer {token}")
    assert answer == {
        "type": "duplicate_error",
        "code": "invalid_request_error",
        "message": "Customer with this email already has an account",
    }


async def test_guest_and_account_share_an_address(
    admin: Client, store: Client, visitor: Client, credentials: dict[str, str]
) -> None:
    guest = (await admin.post("/customers", {"email": credentials["email"]}))["customer"]["id"]
    token = (await visitor.post("/auth/customer/emailpass/register", credentials))["token"]
    made = await store.post("/customers", {"email": credentials["email"]}, authorization=f"Bearer {token}")
    assert made["customer"]["id"] != guest


async def test_addresses(store: Client, customer: Any) -> None:
    path = "/customers/me/addresses"
    await store.post(path, {**ADDRESS, "is_default_shipping": True})
    both = {**ADDRESS, "address_1": "3 Navy Yard", "is_default_shipping": True, "is_default_billing": True}
    shown = (await store.post(path, both))["customer"]["addresses"]
    assert [(a["address_1"], a["is_default_shipping"]) for a in shown] == [
        ("2 Navy Yard", False),
        ("3 Navy Yard", True),
    ]
    second = shown[1]["id"]
    changed = (await store.post(f"{path}/{second}", {"city": "New York"}))["customer"]["addresses"]
    assert [a["city"] for a in changed] == ["Arlington", "New York"]
    answer = await store.delete(f"{path}/{second}")
    assert (answer["id"], answer["object"]) == (customer["id"], "address")
    assert [a["address_1"] for a in answer["parent"]["addresses"]] == ["2 Navy Yard"]
    gone = await store.get(f"{path}/{second}", expect=404)
    assert gone["message"] == f"Address with id: {second} was not found"


async def test_address_of_somebody_else_is_out_of_reach(admin: Client, store: Client, customer: Any) -> None:
    other = (await admin.post("/customers", {"first_name": "Other"}))["customer"]["id"]
    await admin.post(f"/customers/{other}/addresses", ADDRESS)
    id = (await admin.get(f"/customers/{other}/addresses"))["addresses"][0]["id"]
    path = f"/customers/me/addresses/{id}"
    await store.get(path, expect=404)
    await store.post(path, {"city": "Mine"}, expect=404)
    await store.delete(path, expect=404)
    assert (await admin.get(f"/customers/{other}/addresses"))["addresses"][0]["city"] == "Arlington"


async def test_deleted_customer_cannot_log_in(
    admin: Client, store: Client, visitor: Client, customer: Any, credentials: dict[str, str]
) -> None:
    await admin.delete(f"/customers/{customer['id']}")
    answer = await store.get("/customers/me", expect=404)
    assert answer["message"] == f"Customer with id: {customer['id']} was not found"
    await visitor.post("/auth/customer/emailpass", credentials, expect=401)


async def test_reading_oneself_is_one_statement(store: Client, customer: Any, statements: list[str]) -> None:
    await store.get("/customers/me")
    for path in ("/customers/me", "/customers/me/addresses"):
        statements.clear()
        await store.get(path)
        assert len(statements) == 1, path
