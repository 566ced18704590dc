from __future__ import annotations

from typing import Any

import pytest

from medusa.framework.ids import ulid
from medusa.framework.testing.clients import Client


@pytest.fixture
async def customer(admin: Client) -> Any:
    body = {"email": f"{ulid().lower()}@example.com", "first_name": "Ada", "metadata": {"vip": True}}
    return (await admin.post("/customers", body))["customer"]


@pytest.fixture
async def group(admin: Client) -> Any:
    return (await admin.post("/customer-groups", {"name": f"Gold {ulid()}"}))["customer_group"]


async def test_customer_is_created_without_an_account(customer: Any) -> None:
    assert customer["id"].startswith("cus_")
    assert (customer["has_account"], customer["metadata"]) == (False, {"vip": True})
    assert customer["created_by"].startswith("user_")


async def test_address_belongs_to_one_guest(admin: Client, customer: Any) -> None:
    answer = await admin.post("/customers", {"email": customer["email"]}, expect=400)
    expected = f"Customer with email: {customer['email']}, has_account: false, already exists."
    assert answer == {"type": "invalid_data", "message": expected}
    answer = await admin.post("/customers", {"email": "no address"}, expect=400)
    assert answer["message"] == "Invalid request: Invalid email address"


async def test_change_merges_metadata(admin: Client, customer: Any) -> None:
    changes = {"first_name": "Augusta", "phone": None, "metadata": {"vip": "", "level": 2}}
    changed = (await admin.post(f"/customers/{customer['id']}", changes))["customer"]
    assert (changed["first_name"], changed["metadata"]) == ("Augusta", {"level": 2})


async def test_new_default_address_takes_the_place_of_the_old(admin: Client, customer: Any) -> None:
    path = f"/customers/{customer['id']}/addresses"
    fields = {"fields": "addresses.city,addresses.is_default_shipping,addresses.is_default_billing"}
    await admin.post(path, {"city": "London", "is_default_shipping": True, "is_default_billing": True})
    shown = await admin.post(path, {"city": "Paris", "is_default_shipping": True}, fields)
    defaults = {
        address["city"]: (address["is_default_shipping"], address["is_default_billing"])
        for address in shown["customer"]["addresses"]
    }
    assert defaults == {"London": (False, True), "Paris": (True, False)}
    london = (await admin.get(path, {"q": "london"}))["addresses"][0]["id"]
    shown = await admin.post(f"{path}/{london}", {"is_default_shipping": True, "city": "Leeds"}, fields)
    assert {a["city"]: a["is_default_shipping"] for a in shown["customer"]["addresses"]} == {
        "Leeds": True,
        "Paris": False,
    }


async def test_address_is_removed(admin: Client, customer: Any) -> None:
    path = f"/customers/{customer['id']}/addresses"
    await admin.post(path, {"city": "London"})
    id = (await admin.get(path))["addresses"][0]["id"]
    answer = await admin.delete(f"{path}/{id}")
    assert (answer["id"], answer["object"], answer["parent"]["id"]) == (id, "customer_address", customer["id"])
    assert (await admin.get(path))["count"] == 0
    assert await admin.get(f"{path}/{id}") == {}


async def test_address_of_nobody_is_refused(admin: Client) -> None:
    answer = await admin.post("/customers/cus_none/addresses", {"city": "London"}, expect=404)
    expected = "You tried to set relationship customer_id: cus_none, but such entity does not exist"
    assert answer == {"type": "not_found", "message": expected}


async def test_members_of_groups(admin: Client, customer: Any, group: Any) -> None:
    members = f"/customer-groups/{group['id']}/customers"
    for _ in range(2):
        await admin.post(members, {"add": [customer["id"]]})
    found = await admin.get("/customers", {"groups[]": group["id"], "fields": "id,groups.name"})
    assert found["customers"] == [{"id": customer["id"], "groups": [{"name": group["name"]}]}]
    groups = f"/customers/{customer['id']}/customer-groups"
    await admin.post(groups, {"remove": [group["id"]]})
    assert (await admin.get("/customers", {"groups[]": group["id"]}))["count"] == 0
    answer = await admin.post(members, {"add": [customer["id"], "cus_none"]}, expect=404)
    assert answer["message"].startswith("You tried to set relationship customer_id: cus_none")
    assert (await admin.get("/customers", {"groups[]": group["id"]}))["count"] == 0


async def test_deleted_group_leaves_its_customers(admin: Client, customer: Any, group: Any) -> None:
    await admin.post(f"/customer-groups/{group['id']}/customers", {"add": [customer["id"]]})
    await admin.delete(f"/customer-groups/{group['id']}")
    shown = await admin.get(f"/customers/{customer['id']}", {"fields": "id,*groups"})
    assert shown["customer"] == {"id": customer["id"], "groups": []}
    answer = await admin.get(f"/customer-groups/{group['id']}", expect=404)
    assert answer["message"] == f"Customer group with id: {group['id']} not found"


async def test_name_of_a_group_is_unique(admin: Client, group: Any) -> None:
    answer = await admin.post("/customer-groups", {"name": group["name"]}, expect=400)
    assert answer["message"] == f"Customer group with name: {group['name']}, already exists."


async def test_deleted_customer(admin: Client, customer: Any) -> None:
    path = f"/customers/{customer['id']}"
    for _ in range(2):
        assert await admin.delete(path) == {"id": customer["id"], "object": "customer", "deleted": True}
    assert (await admin.get(path, expect=404))["message"] == f"Customer with id: {customer['id']} not found"
    answer = await admin.post(path, {"phone": "1"}, expect=404)
    assert answer["message"] == f'Customer with id "{customer["id"]}" not found'


async def test_lists_and_details_are_one_statement(
    admin: Client, customer: Any, group: Any, statements: list[str]
) -> None:
    for path in (
        "/customers",
        f"/customers/{customer['id']}",
        f"/customers/{customer['id']}/addresses",
        "/customer-groups",
        f"/customer-groups/{group['id']}",
    ):
        statements.clear()
        await admin.get(path)
        assert len(statements) == 1, path
