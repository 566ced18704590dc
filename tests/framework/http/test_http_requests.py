"""Requests as a whole: unknown routes, methods, limits, errors, CORS, headers."""

from __future__ import annotations

import gzip
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from litestar import Request
from litestar import get as litestar_get
from litestar.params import FromPath
from msgspec import Struct

from medusa.framework.errors import (
    Conflict,
    Duplicate,
    ErrorType,
    Forbidden,
    InvalidData,
    MedusaError,
    NotAllowed,
    NotFound,
    Unauthorized,
    Unavailable,
)
from medusa.framework.http import AdminContext, AuthContext, Context, Response, StoreContext, get, middleware, post
from tests.framework.http.http_fakes import client_of

JSON = {"content-type": "application/json"}
TOO_LARGE = {"type": "unknown_error", "message": "request entity too large"}


class Echo(Struct, kw_only=True, forbid_unknown_fields=True):
    text: str


@post("/store/echo/{id}")
async def echo(ctx: StoreContext, id: str, body: Echo) -> Response:
    return ctx.json({"id": id, "text": body.text})


@get("/hooks/plain/{first}/and/{second}")
async def two_parameters(ctx: AuthContext, second: str, first: str) -> Response:
    return ctx.json([first, second])


@get("/hooks/bytes", status=202)
async def raw_bytes(ctx: AuthContext) -> bytes:
    return b'{"a":1}'


@get("/hooks/struct")
async def struct(ctx: AuthContext) -> Echo:
    return Echo(text="x")


def page(method: str, path: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n'
        f"<pre>Cannot {method} {path}</pre>\n</body>\n</html>\n"
    )


@pytest.mark.parametrize(
    ("method", "path", "shown"),
    [
        ("GET", "/", "/"),
        ("GET", "/nope", "/nope"),
        ("GET", "/storefront", "/storefront"),
        ("GET", "/auth/nope", "/auth/nope"),
        ("GET", "/store/nope", "/store/nope"),
        ("PUT", "/store/echo/1", "/store/echo/1"),
        ("GET", "/store/nop%3Cb%3E&\"'é", "/store/nop%3Cb%3E&amp;%22&#39;%C3%A9"),
    ],
)
async def test_unknown_routes_are_a_page(method: str, path: str, shown: str) -> None:
    answer = await client_of(echo, store=True).request(method, path)
    assert (answer.status_code, answer.text) == (404, page(method, shown))
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == "default-src 'none'"


async def test_unknown_routes_of_a_scope_are_hidden_from_who_may_not_enter() -> None:
    client = client_of(echo)
    assert (await client.get("/admin/nope")).json() == {"message": "Unauthorized"}
    assert (await client.get("/store/nope")).status_code == 400
    answer = await client.get("/admin/nope", headers={"authorization": "Basic sk_1"})
    assert (answer.status_code, answer.text) == (404, page("GET", "/admin/nope"))


async def test_parameters_come_by_name() -> None:
    assert (await client_of(two_parameters).get("/hooks/plain/a%20b/and/2")).json() == ["a b", "2"]
    assert (await client_of(two_parameters).get("/hooks/plain/1/and/2/")).json() == ["1", "2"]


async def test_bytes_and_structs_are_answers() -> None:
    client = client_of(raw_bytes, struct)
    first, second = await client.get("/hooks/bytes"), await client.get("/hooks/struct")
    assert (first.status_code, first.json(), second.status_code, second.json()) == (202, {"a": 1}, 200, {"text": "x"})
    assert first.headers["content-type"] == "application/json; charset=utf-8"


async def test_head_is_get_without_a_body() -> None:
    answer = await client_of(struct).head("/hooks/struct")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "12")


async def test_health() -> None:
    answer = await client_of().get("/health")
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, "OK", "text/html; charset=utf-8")


# --- bodies on the wire


@pytest.mark.parametrize(
    ("headers", "body", "message"),
    [
        (JSON, b'{"text": ', "Unexpected end of JSON input"),
        (JSON, b"", "Invalid request: Field 'text' is required"),
        (JSON, b"  ", "Unexpected end of JSON input"),
        (JSON, b"null", "Unexpected token 'n', \"null\" is not valid JSON"),
        ({"content-type": "text/plain"}, b"text=x", "Invalid request: Field '' is required"),
        ({"content-type": "text/json"}, b'{"text":"x"}', "Invalid request: Field 'text' is required"),
        ({"content-type": "multipart/form-data"}, b"x", "Invalid request: Field 'text' is required"),
        ({}, b"x", "Invalid request: Field 'text' is required"),
        (
            {"content-type": "application/x-www-form-urlencoded"},
            b"text[0]=x&zz=1",
            "Invalid request: Expected type: 'string' for field 'text', got: 'x'; Unrecognized fields: 'zz'",
        ),
    ],
)
async def test_unusable_bodies(headers: dict[str, str], body: bytes, message: str) -> None:
    answer = await client_of(echo, store=True).post("/store/echo/1", content=body, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"type": "invalid_data", "message": message})


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, b'{"text":"x"}'),
        ({"content-type": "APPLICATION/JSON; charset=UTF-8"}, b'\xef\xbb\xbf {"text":"x"} '),
        ({**JSON, "content-encoding": "gzip"}, gzip.compress(b'{"text":"x"}', mtime=0)),
        ({"content-type": "application/x-www-form-urlencoded"}, b"text=x"),
    ],
)
async def test_usable_bodies(headers: dict[str, str], body: bytes) -> None:
    answer = await client_of(echo, store=True).post("/store/echo/1", content=body, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"id": "1", "text": "x"})


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"content-type": "application/json; charset=latin1"}, 'unsupported charset "LATIN1"'),
        ({**JSON, "content-encoding": "foo"}, 'unsupported content encoding "foo"'),
    ],
)
async def test_unreadable_encodings(headers: dict[str, str], message: str) -> None:
    answer = await client_of(echo, store=True).post("/store/echo/1", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()) == (415, {"type": "unknown_error", "message": message})


@pytest.mark.parametrize("path", ["/store/echo/1", "/admin/nope", "/nope"])
async def test_ten_megabytes_are_refused_before_anything_else(path: str) -> None:
    body = b'{"text":"' + b"x" * 10_000_000 + b'"}'
    answer = await client_of(echo).post(path, content=body, headers=JSON)
    assert (answer.status_code, answer.json()) == (413, TOO_LARGE)


async def test_the_limit_holds_for_bodies_of_unknown_length() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"x" * 1024

    answer = await client_of(echo, store=True).post("/store/echo/1", content=chunks(), headers=JSON)
    assert (answer.status_code, answer.json()) == (413, TOO_LARGE)


async def test_the_limit_holds_for_what_a_small_body_inflates_to() -> None:
    bomb = gzip.compress(b'{"text":"' + b"x" * 10_000_000 + b'"}', mtime=0)
    answer = await client_of(echo, store=True).post(
        "/store/echo/1", content=bomb, headers={**JSON, "content-encoding": "gzip"}
    )
    assert (answer.status_code, answer.json()) == (413, TOO_LARGE)


async def test_a_body_at_the_limit_is_read() -> None:
    text = "x" * (102_400 - len('{"text":""}'))
    answer = await client_of(echo, store=True).post("/store/echo/1", json={"text": text})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/store/echo/1", "/admin/nope", "/nope"])
async def test_broken_json_is_said_before_key_and_route(path: str) -> None:
    answer = await client_of(echo).post(path, content=b"{bad", headers=JSON)
    message = "Expected property name or '}' in JSON at position 1 (line 1 column 2)"
    assert (answer.status_code, answer.json()) == (400, {"type": "invalid_data", "message": message})


async def test_who_may_not_enter_learns_nothing_of_the_body() -> None:
    answer = await client_of(echo).post("/store/echo/1", json={"a": 1})
    assert answer.json()["type"] == "not_allowed"


async def test_uploads() -> None:
    @post("/hooks/upload")
    async def upload(ctx: AuthContext) -> Response:
        form = await ctx.request.form()
        return ctx.json({"name": form["name"], "size": len(await form["file"].read()), "file": form["file"].filename})

    client = client_of(upload, upload_limit_bytes=1_000_000)
    files = {"file": ("a.png", b"x" * 500_000, "image/png")}
    answer = await client.post("/hooks/upload", data={"name": "n"}, files=files)
    assert (answer.status_code, answer.json()) == (200, {"name": "n", "size": 500_000, "file": "a.png"})
    files = {"file": ("a.png", b"x" * 1_500_000, "image/png")}
    answer = await client.post("/hooks/upload", files=files)
    assert (answer.status_code, answer.json()) == (413, TOO_LARGE)


# --- errors


class Broken(MedusaError):
    type = ErrorType.UNEXPECTED


class OutOfStock(NotAllowed):
    code = "insufficient_inventory"


def failing(error: Exception) -> Any:
    @get("/hooks/fail")
    async def fail(ctx: AuthContext) -> Response:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (InvalidData("m"), 400, {"type": "invalid_data", "message": "m"}),
        (NotAllowed("m"), 400, {"type": "not_allowed", "message": "m"}),
        (OutOfStock("m"), 400, {"type": "not_allowed", "message": "m", "code": "insufficient_inventory"}),
        (Unauthorized("m"), 401, {"type": "unauthorized", "message": "m"}),
        (Forbidden("m"), 403, {"type": "forbidden", "message": "m"}),
        (NotFound("m"), 404, {"type": "not_found", "message": "m"}),
        (Conflict("m"), 409, {"type": "conflict", "message": "m", "code": "invalid_state_error"}),
        (Duplicate("m"), 422, {"type": "duplicate_error", "message": "m", "code": "invalid_request_error"}),
        (Unavailable("m"), 503, {"type": "service_unavailable", "message": "m"}),
    ],
)
async def test_errors_have_status_and_body(error: MedusaError, status: int, body: dict[str, str]) -> None:
    answer = await client_of(failing(error)).get("/hooks/fail")
    assert (answer.status_code, answer.json()) == (status, body)
    assert answer.headers.get("retry-after") == ("1" if status == 503 else None)


async def test_the_unforeseen_says_nothing_of_the_inside(capsys: pytest.CaptureFixture[str]) -> None:
    answer = await client_of(failing(RuntimeError("the password is x"))).get("/hooks/fail")
    body = {"code": "unknown_error", "type": "unknown_error", "message": "An unknown error occurred."}
    assert (answer.status_code, answer.json()) == (500, body)
    logged = "".join(capsys.readouterr())
    assert "http.request.failed" in logged
    assert "the password is x" in logged
    assert "Traceback" in logged


# --- headers


async def test_a_request_keeps_its_id_or_gets_one() -> None:
    client = client_of(struct)
    assert (await client.get("/hooks/struct", headers={"x-request-id": "abc-1"})).headers["x-request-id"] == "abc-1"
    made = (await client.get("/hooks/struct", headers={"x-request-id": "a\tb" + "c" * 500})).headers["x-request-id"]
    assert made.startswith("req_")
    assert "x-request-id" in (await client.get("/nope")).headers


ORIGINS: dict[str, Any] = {
    "store_cors": "http://shop.example, /\\.shop\\.example$/",
    "admin_cors": "http://admin.example",
    "auth_cors": "*",
}


@pytest.mark.parametrize(
    ("path", "origin", "allowed"),
    [
        ("/store/echo/1", "http://shop.example", True),
        ("/store/echo/1", "http://de.shop.example", True),
        ("/store/echo/1", "http://admin.example", False),
        ("/admin/nope", "http://admin.example", True),
        ("/admin/nope", "http://shop.example", False),
        ("/auth/x", "http://anywhere.example", True),
        ("/hooks/struct", "http://shop.example", False),
    ],
)
async def test_origins(path: str, origin: str, allowed: bool) -> None:
    client = client_of(echo, struct, **ORIGINS)
    answer = await client.get(path, headers={"origin": origin})
    assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
    if not path.startswith("/hooks"):
        assert (answer.headers["vary"], answer.headers["access-control-allow-credentials"]) == ("Origin", "true")
    asked = {"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": "x-foo, a"}
    preflight = await client.options(path, headers=asked)
    assert preflight.headers.get("access-control-allow-origin") == (origin if allowed else None)
    if allowed:
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-headers"] == "x-foo, a"
        assert preflight.headers["access-control-allow-methods"] == "GET,HEAD,PUT,PATCH,POST,DELETE"
        assert preflight.headers["vary"] == "Access-Control-Request-Headers, Origin"


async def test_a_route_may_choose_its_origins() -> None:
    @get("/custom/{id}/x", cors="store")
    async def custom(ctx: AuthContext, id: str) -> Response:
        return ctx.json({})

    @get("/store/closed", cors="off")
    async def closed(ctx: StoreContext) -> Response:
        return ctx.json({})

    client = client_of(custom, closed, store=True, **ORIGINS)
    origin = {"origin": "http://shop.example"}
    assert (await client.get("/custom/1/x", headers=origin)).headers["access-control-allow-origin"] == origin["origin"]
    assert "access-control-allow-origin" not in (await client.get("/store/closed", headers=origin)).headers


# --- middlewares, Litestar handlers


async def test_middlewares_run_before_the_route_and_can_end_it() -> None:
    seen: list[str] = []

    @middleware("/store/*", methods=["POST"])
    async def note(ctx: Context) -> Response | None:
        seen.append(ctx.request.path)
        ctx.set_header("x-noted", "yes")
        return ctx.json({"message": "closed"}, 403) if ctx.request.header("x-closed") else None

    client = client_of(echo, struct, store=True, middlewares=[note])
    answer = await client.post("/store/echo/1", json={"text": "x"})
    assert (answer.status_code, answer.headers["x-noted"]) == (200, "yes")
    answer = await client.post("/store/echo/1", json={"bad": "x"}, headers={"x-closed": "1"})
    assert (answer.status_code, answer.json()) == (403, {"message": "closed"})
    await client.get("/hooks/struct")
    assert seen == ["/store/echo/1", "/store/echo/1"]


async def test_plain_litestar_handlers_stand_behind_the_same_gate() -> None:
    @litestar_get("/admin/plain/{number:int}")
    async def plain(request: Request[Any, Any, Any], number: FromPath[int]) -> dict[str, Any]:
        context: AdminContext = request.state.medusa
        return {"user": context.user_id, "number": number}

    client = client_of(handlers=[plain])
    refused = await client.get("/admin/plain/5")
    assert (refused.status_code, refused.json()) == (401, {"message": "Unauthorized"})
    answer = await client.get("/admin/plain/5", headers={"authorization": "Basic sk_1"})
    assert (answer.status_code, answer.json()) == (200, {"user": "apk_2", "number": 5})
    for path in ("http://shop//admin/plain/5", "/admin//plain/5", "/admin/plain/5/", "/ADMIN/plain/5"):
        assert (await client.get(path)).status_code in {401, 404}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
