"""Login sessions in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from medusa.framework.db import Database
from medusa.framework.http import HttpSettings
from medusa.framework.http.sessions import PostgresSessions, SessionCookies

SOON = datetime.now(UTC) + timedelta(hours=1)
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
async def store(database: Database) -> AsyncIterator[PostgresSessions]:
    yield PostgresSessions(database)
    async with database.session() as session:
        await session.execute("DELETE FROM http_session")


async def test_a_session_is_kept_changed_and_ended(store: PostgresSessions) -> None:
    await store.save("sid_1", {"auth_context": {"actor_id": "user_1"}}, SOON)
    assert await store.load("sid_1") == {"auth_context": {"actor_id": "user_1"}}
    await store.save("sid_1", {"a": 1}, SOON)
    assert await store.load("sid_1") == {"a": 1}
    await store.delete("sid_1")
    assert await store.load("sid_1") is None
    await store.delete("sid_1")


async def test_a_session_that_is_over_is_gone(store: PostgresSessions, database: Database) -> None:
    await store.save("sid_1", {"a": 1}, LONG_AGO)
    assert await store.load("sid_1") is None
    await store.save("sid_2", {}, SOON)
    async with database.reader() as session:
        assert await session.fetch_value("SELECT array_agg(sid) FROM http_session") == ["sid_2"]


def test_cookies_have_the_format_of_express_session() -> None:
    cookies = SessionCookies(HttpSettings(jwt_secret="x", cookie_secret="keyboard cat"))
    # The signature is that of npm's cookie-signature 1.0 for this value and secret.
    cookie = cookies.start("hello", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)).decode()
    value, *attributes = cookie.split("; ")
    assert attributes == ["Path=/", "Expires=Fri, 02 Jan 2026 03:04:05 GMT", "HttpOnly", "SameSite=Lax"]
    assert value.startswith("connect.sid=s%3Ahello.")
    assert len(cookies.new_sid()) == 32


def test_only_our_own_cookies_name_a_session() -> None:
    cookies = SessionCookies(HttpSettings(jwt_secret="x", cookie_secret="tobiiscool"))
    # Source: the documentation of cookie-signature.
    assert cookies.sid("s:hello.DGDUkGlIkCzPz+C0B064FNgHdEjox7ch8tOBGslZ5QI") == "hello"
    for forged in (
        "s:hello.DGDU",
        "hello.DGDUkGlIkCzPz+C0B064FNgHdEjox7ch8tOBGslZ5QI",
        "s:",
        "s:.",
        "",
        "s:hello.\udcff",
    ):
        assert cookies.sid(forged) is None
