"""Too many requests, and requests under way when the server is to stop."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import httpx
import pytest

from medusa.framework.http import AuthContext, Response, get, post
from medusa.framework.http.ratelimit import RateLimit
from tests.framework.http.http_fakes import application_of, client_of


async def test_too_many_logins_are_slowed_down() -> None:
    @post("/auth/user/emailpass")
    async def log_in(ctx: AuthContext) -> Response:
        return ctx.json({})

    client = client_of(log_in, auth_requests_per_minute=3)
    statuses = [(await client.post("/auth/user/emailpass")).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = await client.post("/auth/user/emailpass")
    assert 1 <= int(refused.headers["retry-after"]) <= 21
    assert refused.json()["code"] == "too_many_requests"


def test_the_rate_limit_fills_steadily() -> None:
    limit = RateLimit(60)
    assert [limit.take("a", 0.0) for _ in range(60)] == [0.0] * 60
    assert limit.take("a", 0.0) == pytest.approx(1.0)
    assert limit.take("b", 0.0) == 0.0
    assert limit.take("a", 1.0) == 0.0
    assert [RateLimit(0).take("a") for _ in range(3)] == [0.0, 0.0, 0.0]


async def test_shutdown_waits_for_requests_under_way() -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    @get("/hooks/slow")
    async def slow(ctx: AuthContext) -> Response:
        entered.set()
        await leave.wait()
        return ctx.json({"done": True})

    application = application_of(slow)
    transport = httpx.ASGITransport(app=cast("Any", application))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        request = asyncio.create_task(client.get("/hooks/slow"))
        await entered.wait()
        draining = asyncio.create_task(application.drain())
        await asyncio.sleep(0)
        assert not draining.done()
        leave.set()
        assert (await request).json() == {"done": True}
        await asyncio.wait_for(draining, 60)


async def test_who_is_answered_during_a_shutdown_is_told_to_connect_anew() -> None:
    """A request on a connection that the server closes at this moment would be lost."""
    application = application_of()
    transport = httpx.ASGITransport(app=cast("Any", application))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        assert "connection" not in (await client.get("/health")).headers
        application.end_streams()
        assert (await client.get("/health")).headers["connection"] == "close"
        assert (await client.get("/nowhere")).headers["connection"] == "close"
