"""How the application talks to companies outside: JSON over HTTP, with a key that makes a repeated request harmless."""

import ssl
from http import HTTPStatus
from typing import Any

import httpx
from msgspec import Struct

from medusa.framework.errors import NotAllowed, Unavailable

TLS = ssl.create_default_context()


class OutsideOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """What the providers here are configured with."""

    url: str


def client(url: str) -> httpx.AsyncClient:
    """A client of one company; close it."""
    return httpx.AsyncClient(base_url=url, verify=TLS, timeout=10)


async def ask(http: httpx.AsyncClient, path: str, *, key: str, **data: Any) -> dict[str, Any]:
    """Ask for something to be done, once for each key.

    Raises:
        NotAllowed: The other side says no; nothing was done.
        Unavailable: Nobody knows what was done: the same key again will tell.
    """
    try:
        answer = await http.post(path, json={"key": key, **data})
    except httpx.TransportError as error:
        raise Unavailable(f"{http.base_url}{path} does not answer") from error
    if answer.status_code == HTTPStatus.CONFLICT:
        raise NotAllowed(answer.json()["message"])
    if answer.is_error:
        raise Unavailable(f"{http.base_url}{path} answers {answer.status_code}")
    done: dict[str, Any] = answer.json()
    return done


async def forget(http: httpx.AsyncClient, path: str) -> None:
    """Ask for something to be taken back; what is gone already stays gone.

    Raises:
        Unavailable: Nobody knows: try again.
    """
    try:
        answer = await http.delete(path)
    except httpx.TransportError as error:
        raise Unavailable(f"{http.base_url}{path} does not answer") from error
    if answer.is_error:
        raise Unavailable(f"{http.base_url}{path} answers {answer.status_code}")
