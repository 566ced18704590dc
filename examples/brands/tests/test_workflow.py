from medusa.framework.testing.clients import Client
from outside import Outside


async def test_all_or_nothing(admin: Client, outside: Outside) -> None:
    brand = (await admin.post("/brands", {"name": "Registered", "register": True}))["brand"]
    [number] = outside.names
    assert (brand["metadata"], outside.names) == ({"number": number}, {number: "Registered"})

    refused = await admin.post("/brands", {"name": "x" * 41, "register": True}, expect=400)
    assert refused["message"] == "The name of a registered brand has 40 letters at most"
    assert list(outside.names.values()) == ["Registered"]  # the second registration was withdrawn

    outside.names["no-0"] = "Taken"
    refused = await admin.post("/brands", {"name": "Taken", "register": True}, expect=400)
    assert refused == {"type": "not_allowed", "message": "Taken belongs to somebody else"}
    assert (await admin.get("/brands", {"q": "Taken"}))["count"] == 0


async def test_a_registry_that_is_away_leaves_nothing_behind(admin: Client, outside: Outside) -> None:
    outside.is_away = True
    await admin.post("/brands", {"name": "Later", "register": True}, expect=503)
    assert (await admin.get("/brands", {"q": "Later"}))["count"] == 0
