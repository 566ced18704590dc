"""The plug-in over HTTP, in the application of medusa_config.py."""

from medusa.framework.testing.clients import Client


async def test_it_is_active(admin: Client) -> None:
    assert {"name": "my-medusa-plugin"} in (await admin.get("/plugins"))["plugins"]


async def test_visitors_are_greeted(store: Client) -> None:
    assert await store.get("/my-medusa-plugin/Ada") == {"message": "Hello, Ada"}
