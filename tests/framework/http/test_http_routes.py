"""What a route may look like, how routes are found, and what OpenAPI says of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import pytest
from litestar import Controller, Router
from litestar import get as litestar_get
from msgspec import UNSET, Struct, UnsetType

from medusa.framework.errors import ConfigurationError
from medusa.framework.http import (
    AdminContext,
    AuthContext,
    Context,
    DateFilter,
    Email,
    ListQuery,
    Response,
    StoreContext,
    StringOrList,
    bounds,
    get,
    middleware,
    post,
)
from medusa.framework.http.discovery import collect, discover
from tests.framework.http.http_fakes import client_of


class Line(Struct, kw_only=True, forbid_unknown_fields=True):
    quantity: Annotated[Decimal, bounds(gt=0)]


class CreateCart(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new cart."""

    email: Email | None = None
    items: list[Line] | UnsetType = UNSET


class ListCarts(ListQuery, kw_only=True, frozen=True):
    id: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET


class CartAnswer(Struct):
    id: str


@post("/store/carts/{id}/line-items")
async def add(ctx: StoreContext, id: str, body: CreateCart) -> CartAnswer:
    """Add line items.

    All of them or none.
    """
    return CartAnswer(id)


@get("/admin/carts")
async def list_carts(ctx: AdminContext, query: ListCarts) -> Response:
    return ctx.json({})


def test_annotations_are_read_once() -> None:
    assert (add.method, add.path, add.scope, add.path_parameters) == (
        "POST",
        "/store/carts/{id}/line-items",
        "store",
        ("id",),
    )
    assert add.body is not None
    assert add.body.struct is CreateCart
    assert (add.query, add.returns, add.template) == (None, CartAnswer, "/store/carts/{p0}/line-items")
    assert add.tags == ("Store Carts",)


async def _unannotated(ctx: StoreContext, id) -> Response: ...  # type: ignore[no-untyped-def,empty-body]  # pyright: ignore
async def _wrong_context(ctx: AdminContext) -> Response: ...  # type: ignore[empty-body]
async def _no_context() -> Response: ...  # type: ignore[empty-body]
async def _number(ctx: StoreContext, id: int) -> Response: ...  # type: ignore[empty-body]
async def _stranger(ctx: StoreContext, other: str) -> Response: ...  # type: ignore[empty-body]
async def _plain_body(ctx: StoreContext, body: dict[str, str]) -> Response: ...  # type: ignore[empty-body]
async def _fine(ctx: StoreContext) -> Response: ...  # type: ignore[empty-body]
def _not_async(ctx: StoreContext) -> Response: ...  # type: ignore[empty-body]


MISTAKES: list[tuple[str, Any, str]] = [
    ("/store/x/{id}", _unannotated, "annotate id"),
    ("/store/x", _wrong_context, "the first parameter is the context: ctx: StoreContext"),
    ("/store/x", _no_context, "the first parameter is the context"),
    ("/store/x/{id}", _number, "the path parameter id is a str"),
    ("/store/x", _stranger, "other is neither in the path, nor body or query"),
    ("/store/x", _plain_body, "body is a msgspec Struct"),
    ("/store/x/{id}", _fine, "the path has id, the function does not take it"),
    ("store/x", _fine, "a path starts with a slash"),
    ("/store/x/", _fine, "does not end with one"),
    ("/store/x", _not_async, "a route is an async function"),
]


@pytest.mark.parametrize(("path", "function", "problem"), MISTAKES)
def test_mistakes_stop_the_start(path: str, function: Any, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        post(path)(function)


def module(name: str, **contents: object) -> ModuleType:
    made = ModuleType(name)
    vars(made).update(contents)
    return made


def test_two_routes_for_one_request_stop_the_start() -> None:
    @post("/store/carts/{cart_id}/line-items")
    async def other(ctx: StoreContext, cart_id: str) -> Response:
        return ctx.json({})

    with pytest.raises(ConfigurationError, match="is defined twice"):
        collect([module("a", add=add), module("b", other=other)])
    assert collect([module("a", add=add), module("b", imported=add)]).routes == [add]


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Path]:
    routes = tmp_path / "src" / "api" / "store" / "things"
    routes.mkdir(parents=True)
    (routes / "routes.py").write_text(
        "from medusa.framework.http import Response, StoreContext, get\n"
        "@get('/store/things/{id}')\n"
        "async def thing(ctx: StoreContext, id: str) -> Response:\n"
        "    return ctx.json({'thing': id})\n"
        "@get('/health2')\n"
        "async def other(ctx) -> Response: ...\n".replace(
            "@get('/health2')\nasync def other(ctx) -> Response: ...\n", ""
        )
    )
    (tmp_path / "src" / "api" / "middlewares.py").write_text(
        "from medusa.framework.http import Context, Response, middleware\n"
        "@middleware('/store/*')\n"
        "async def check(ctx: Context) -> Response | None:\n"
        "    return None\n"
    )
    before = list(sys.path)
    yield tmp_path
    sys.path[:] = before
    for name in [name for name in sys.modules if name == "src" or name.startswith("src.")]:
        del sys.modules[name]


def test_an_applications_routes_are_found(application: Path) -> None:
    found = discover(application, package="medusa.no_such_package")
    assert [(route.method, route.path) for route in found.routes] == [("GET", "/store/things/{id}")]
    assert [item.pattern for item in found.middlewares] == ["/store/*"]


def test_litestars_own_kinds_are_found() -> None:
    @litestar_get("/admin/plain")
    async def plain() -> None: ...

    class Plain(Controller):
        path = "/admin/controlled"

    Plain.__module__ = "a"
    router = Router(path="/x", route_handlers=[])
    assert collect([module("a", Controller=Controller, Plain=Plain, plain=plain, router=router)]).handlers == [
        Plain,
        plain,
        router,
    ]


def test_an_applications_route_wins_over_a_shipped_one() -> None:
    @get("/admin/carts")
    async def mine(ctx: AdminContext) -> Response:
        return ctx.json({"mine": True})

    shipped, own = collect([module("a", add=add, list_carts=list_carts)]), collect([module("src", mine=mine)])
    assert shipped.overlaid(own).routes == [add, mine]


@pytest.mark.parametrize(
    ("pattern", "methods", "applies"),
    [
        ("/store/*", [], True),
        ("/store/carts/{id}/*", ["post"], True),
        ("/store/carts*", ["GET"], False),
        ("/store", [], False),
        ("/admin/*", [], False),
    ],
)
def test_patterns_of_middlewares(pattern: str, methods: list[str], applies: bool) -> None:
    async def nothing(ctx: Context) -> Response | None:
        return None

    assert middleware(pattern, methods=methods)(nothing).applies("POST", add.path) is applies


async def test_openapi() -> None:
    @get("/hooks/x")
    async def hook(ctx: AuthContext) -> Response:
        return ctx.json({})

    answer = await client_of(add, list_carts, hook, title="My shop").get("/openapi")
    document = answer.json()
    assert (document["openapi"], document["info"]) == ("3.1.0", {"title": "My shop", "version": "1.0.0"})
    operation = document["paths"]["/store/carts/{id}/line-items"]["post"]
    assert operation["operationId"] == "PostStoreCartsIdLineItems"
    assert (operation["summary"], operation["description"]) == (
        "Add line items.",
        "Add line items.\n\nAll of them or none.",
    )
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/CreateCart"
    }
    assert operation["parameters"] == [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    assert operation["responses"]["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/CartAnswer"
    }
    assert {"publishable_key": []} in operation["security"]
    schemas = document["components"]["schemas"]
    assert schemas["CreateCart"]["properties"]["items"]["items"] == {"$ref": "#/components/schemas/Line"}
    assert schemas["Line"]["properties"]["quantity"] == {"type": "number", "exclusiveMinimum": 0}
    listed = {item["name"]: item for item in document["paths"]["/admin/carts"]["get"]["parameters"]}
    assert listed["limit"]["schema"] == {"type": "integer", "default": 50}
    assert list(listed) == [
        "fields",
        "offset",
        "limit",
        "order",
        "q",
        "with_deleted",
        "$and",
        "$or",
        "id",
        "created_at",
    ]
    assert {"secret_key": []} in document["paths"]["/admin/carts"]["get"]["security"]
    assert "security" not in document["paths"]["/hooks/x"]["get"]
