from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest

from medusa.framework.testing.clients import Client

_numbers = count(1)


def method(**more: Any) -> dict[str, Any]:
    return {"type": "percentage", "value": 10, "target_type": "items", "allocation": "across", **more}


def promotion(**more: Any) -> dict[str, Any]:
    return {"code": f"TEN-{next(_numbers)}", "type": "standard", "application_method": method(), **more}


BUYGET = method(
    allocation="each",
    max_quantity=1,
    apply_to_quantity=1,
    buy_rules_min_quantity=2,
    buy_rules=[{"attribute": "items.product.id", "operator": "eq", "values": "prod_a"}],
    target_rules=[{"attribute": "items.product.id", "operator": "in", "values": ["prod_b", "prod_c"]}],
)


@pytest.fixture
async def made(admin: Client) -> AsyncIterator[Any]:
    rules = [{"attribute": "currency_code", "operator": "eq", "values": ["usd"]}]
    found = (await admin.post("/promotions", promotion(rules=rules)))["promotion"]
    yield found
    await admin.delete(f"/promotions/{found['id']}")


async def test_promotion_comes_with_its_method_and_rules(admin: Client, made: Any) -> None:
    assert (made["status"], made["used"], made["campaign"]) == ("draft", 0, None)
    assert made["application_method"]["raw_value"] == {"value": "10", "precision": 20}
    [rule] = made["rules"]
    assert (rule["attribute"], rule["values"]) == ("currency_code", [{"value": "usd"}])
    by_code = await admin.get(f"/promotions/{made['code']}")
    assert by_code["promotion"]["id"] == made["id"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (method(value=120), "Application Method value should be a percentage number between 0 and 100"),
        (method(value=0), "Application Method value should be a percentage number between 0 and 100"),
        (
            method(allocation="each"),
            "application_method.max_quantity is required when application_method.allocation is 'each OR once'",
        ),
        (
            method(max_quantity=2),
            "application_method.max_quantity is not allowed to be set for allocation (across)",
        ),
        (
            method(target_type="order", target_rules=BUYGET["target_rules"]),
            "Target rules for application method with target type (order) is not allowed",
        ),
        (method(buy_rules=BUYGET["buy_rules"]), "Can't add buy rules to a standard promotion"),
        ({**method(), "type": "odd"}, "Invalid request: Expected: 'fixed, percentage' for field "
         "'application_method, type', but got: 'odd'"),
    ],
)  # fmt: skip
async def test_methods_that_contradict_themselves_are_refused(admin: Client, body: Any, message: str) -> None:
    given = promotion(application_method=body)
    assert (await admin.post("/promotions", given, expect=400))["message"] == message
    assert (await admin.get("/promotions", {"code": given["code"]}))["count"] == 0


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("buy_rules", "Invalid request: Buyget promotions require at least one buy rule and quantities to be defined"),
        ("target_rules", "Target rules are required for buyget promotion type"),
        ("max_quantity", "application_method.max_quantity is a required field for Promotion type of buyget"),
    ],
)
async def test_buyget_needs_rules_and_quantities(admin: Client, missing: str, message: str) -> None:
    body = {name: value for name, value in BUYGET.items() if name != missing}
    given = promotion(type="buyget", application_method=body)
    assert (await admin.post("/promotions", given, expect=400))["message"] == message


async def test_code_is_taken_once_and_free_after_deletion(admin: Client) -> None:
    body = promotion()
    id = (await admin.post("/promotions", body))["promotion"]["id"]
    answer = await admin.post("/promotions", body, expect=400)
    assert answer["message"] == f"Promotion with code: {body['code']}, already exists."
    await admin.delete(f"/promotions/{id}")
    answer = await admin.get(f"/promotions/{id}", expect=404)
    assert answer["message"] == f"Promotion with id or code: {id} was not found"
    again = (await admin.post("/promotions", body))["promotion"]["id"]
    await admin.delete(f"/promotions/{again}")


async def test_rules_change_one_by_one(admin: Client, made: Any) -> None:
    path = f"/promotions/{made['id']}/rules/batch"
    rule = {"attribute": "region.id", "operator": "in", "values": ["reg_a", "reg_b"]}
    [created] = (await admin.post(path, {"create": [rule]}))["created"]
    assert sorted(value["value"] for value in created["values"]) == ["reg_a", "reg_b"]
    [updated] = (await admin.post(path, {"update": [{"id": created["id"], "operator": "eq", "values": "reg_c"}]}))[
        "updated"
    ]
    assert (updated["operator"], updated["values"]) == ("eq", [{"value": "reg_c"}])
    [shown] = (await admin.get(f"/promotions/{made['id']}/rules"))["rules"]
    assert (shown["label"], shown["operator_label"], shown["values"]) == (
        "Region", "Equals", [{"value": "reg_c", "label": "reg_c"}],
    )  # fmt: skip
    gone = await admin.post(path, {"delete": [created["id"]]})
    assert gone["deleted"] == {"ids": [created["id"]], "object": "promotion-rule", "deleted": True}
    assert (await admin.get(f"/promotions/{made['id']}/rules"))["rules"] == []
    answer = await admin.post(path, {"update": [{"id": "none", "values": "x"}]}, expect=400)
    assert answer["message"] == "Promotion rules with id - none not found"


async def test_buy_rules_show_the_quantity_first(admin: Client) -> None:
    id = (await admin.post("/promotions", promotion(type="buyget", application_method=BUYGET)))["promotion"]["id"]
    rules = (await admin.get(f"/promotions/{id}/buy-rules"))["rules"]
    assert [(rule["attribute"], rule["values"]) for rule in rules] == [
        ("buy_rules_min_quantity", 2),
        ("items.product.id", [{"value": "prod_a", "label": "prod_a"}]),
    ]
    assert rules[0]["required"] is True
    await admin.delete(f"/promotions/{id}")


async def test_attributes_depend_on_the_promotion(admin: Client) -> None:
    async def names(kind: str, **shape: str) -> list[str]:
        found = await admin.get(f"/promotions/rule-attribute-options/{kind}", shape)
        return [attribute["id"] for attribute in found["attributes"]]

    assert (await names("rules"))[-1] == "currency_code"
    assert await names("target-rules", application_method_target_type="shipping_methods") == ["shipping_option_type"]
    assert (await names("target-rules", promotion_type="buyget"))[-1] == "apply_to_quantity"
    answer = await admin.get("/promotions/rule-attribute-options/odd", expect=400)
    assert answer["message"] == "Invalid param rule_type (odd)"
    values = await admin.get("/promotions/rule-value-options/rules/currency_code", {"q": "krone", "limit": 1})
    assert (values["count"], values["values"]) == (2, [{"label": "Danish Krone", "value": "dkk"}])
    answer = await admin.get("/promotions/rule-value-options/rules/product", expect=400)
    assert answer["message"] == "Invalid rule attribute - product"


async def test_campaign_takes_promotions_of_its_currency(admin: Client, made: Any) -> None:
    budget = {"type": "spend", "limit": 1000, "currency_code": "usd"}
    body = {"name": "Autumn", "campaign_identifier": "autumn", "budget": budget}
    campaign = (await admin.post("/campaigns", body))["campaign"]
    assert (campaign["budget"]["limit"], campaign["budget"]["used"]) == (1000, 0)
    path = f"/campaigns/{campaign['id']}"
    await admin.post(path, {"budget": {"limit": 2000}})
    await admin.post(f"{path}/promotions", {"add": [made["id"]]})
    found = await admin.get(f"/promotions/{made['id']}", {"fields": "id,*campaign,*campaign.budget"})
    assert found["promotion"]["campaign"]["budget"]["limit"] == 2000
    await admin.post(f"{path}/promotions", {"remove": [made["id"]]})
    answer = await admin.post(f"/promotions/{made['id']}", {"campaign_id": campaign["id"]}, expect=400)
    assert answer["message"] == (
        f"Currency code doesn't match for campaign ({campaign['id']}) and promotion ({made['id']})"
    )
    body = {**body, "campaign_identifier": "winter"}
    euros = promotion(application_method=method(type="fixed", currency_code="eur"), campaign=body)
    answer = await admin.post("/promotions", euros, expect=400)
    assert answer["message"] == "Currency between promotion and campaigns should match"
    assert (await admin.get("/promotions", {"code": euros["code"]}))["count"] == 0
    assert (await admin.get("/campaigns", {"campaign_identifier": "winter"}))["count"] == 0
    answer = await admin.post("/promotions", promotion(campaign_id="none"), expect=404)
    assert answer["message"] == "Could not find campaign with id - none"
    await admin.delete(path)
    answer = await admin.get(path, expect=404)
    assert answer["message"] == f"Campaign with id: {campaign['id']} was not found"


@pytest.mark.parametrize(
    ("budget", "message"),
    [
        ({"type": "usage", "limit": 3, "currency_code": "usd"},
         "Invalid request: currency_code should not be present when budget type is usage"),
        ({"type": "spend", "limit": 3}, "Invalid request: currency_code is required when budget type is spend"),
        ({"type": "use_by_attribute", "limit": 3}, "Invalid request: campaign budget attribute is required when "
         "budget type is USE_BY_ATTRIBUTE or SPEND_BY_ATTRIBUTE"),
    ],
)  # fmt: skip
async def test_budgets_say_what_their_type_needs(admin: Client, budget: Any, message: str) -> None:
    body = {"name": "Odd", "campaign_identifier": "odd", "budget": budget}
    assert (await admin.post("/campaigns", body, expect=400))["message"] == message
    assert (await admin.get("/campaigns", {"campaign_identifier": "odd"}))["count"] == 0


async def test_statement_counts(admin: Client, made: Any, statements: list[str]) -> None:
    for path in ("/promotions", f"/promotions/{made['id']}", "/campaigns"):
        statements.clear()
        await admin.get(path)
        assert len(statements) == 1, path
    statements.clear()
    id = (await admin.post("/promotions", promotion()))["promotion"]["id"]
    assert len(statements) == 4  # BEGIN, everything, COMMIT, the answer
    await admin.delete(f"/promotions/{id}")
    rule = {"attribute": "region.id", "operator": "in", "values": ["reg_a"]}
    await admin.post(f"/promotions/{made['id']}/rules/batch", {"create": [rule]})
    statements.clear()
    await admin.get(f"/promotions/{made['id']}/rules")
    assert len(statements) == 3  # the rules, and the names of the values of each attribute
