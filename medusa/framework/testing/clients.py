"""A small HTTP client for tests: JSON in, JSON out, the expected status checked."""

from __future__ import annotations

from decimal import Decimal
from types import TracebackType
from typing import Any

import httpx
import msgspec


class UnexpectedStatusError(AssertionError):
    """The answer has another status than the test expects."""


class Client:
    """Requests below one prefix. Numbers with a fraction come back as Decimal."""

    def __init__(self, http: httpx.AsyncClient, prefix: str = "") -> None:
        self.http = http
        self.prefix = prefix
        self.state: dict[str, str] = {}

    async def __aenter__(self) -> Client:
        await self.http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.__aexit__(kind, error, trace)

    async def get(self, path: str, params: dict[str, Any] | None = None, *, expect: int = 200, **headers: str) -> Any:
        """GET; the decoded body."""
        return await self.request("GET", path, params=params, expect=expect, headers=headers)

    async def post(
        self, path: str, body: Any = None, params: dict[str, Any] | None = None, *, expect: int = 200, **headers: str
    ) -> Any:
        """POST of a JSON body; the decoded answer."""
        return await self.request("POST", path, body=body, params=params, expect=expect, headers=headers)

    async def delete(
        self, path: str, body: Any = None, params: dict[str, Any] | None = None, *, expect: int = 200, **headers: str
    ) -> Any:
        """DELETE; the decoded answer."""
        return await self.request("DELETE", path, body=body, params=params, expect=expect, headers=headers)

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: dict[str, Any] | None = None,
        expect: int = 200,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Any request.

        Raises:
            UnexpectedStatusError: The status is not ``expect``; the message holds the body.
        """
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        content = None if body is None else msgspec.json.Encoder(decimal_format="number").encode(body)
        if content is not None:
            named["content-type"] = "application/json"
        answer = await self.http.request(method, self.prefix + path, params=params, content=content, headers=named)
        if answer.status_code != expect:
            raise UnexpectedStatusError(f"{method} {self.prefix}{path}: {answer.status_code} {answer.text[:1000]}")
        try:
            return msgspec.json.Decoder(float_hook=Decimal).decode(answer.content)
        except msgspec.DecodeError:
            return answer.text
