"""Clients that send slowly: they get a while, and then an answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from medusa.framework.http.asgi_types import AsgiMessage, AsgiReceive
from medusa.framework.http.errors import HttpError, body_too_slow


@asynccontextmanager
async def within(seconds: float) -> AsyncGenerator[None]:
    """The block has to end in time.

    Raises:
        HttpError: 408, it has not.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise HttpError(body_too_slow()) from error


def each_within(seconds: float, receive: AsgiReceive) -> AsgiReceive:
    """The same messages; each part of the body has to come in time. Who waits for the client to leave may wait for ever."""
    is_complete = False

    async def patient() -> AsgiMessage:
        nonlocal is_complete
        if is_complete:
            return await receive()
        async with within(seconds):
            message = await receive()
        is_complete = not message.get("more_body", False)
        return message

    return patient
