from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET, Struct, UnsetType

from medusa.framework.errors import ConfigurationError, InvalidData
from medusa.framework.http import AdminContext, Response, Route, additional_data, post
from medusa.framework.http.additional_data import AdditionalData, with_additional_data


class Thing(Struct, kw_only=True, forbid_unknown_fields=True):
    title: str
    additional_data: dict[str, Any] | UnsetType | None = UNSET


class Brand(Struct):
    brand_id: str
    rank: int | UnsetType = UNSET


class Colour(Struct, forbid_unknown_fields=True):
    colour: str = "red"


@post("/admin/things/{id}")
async def change(ctx: AdminContext, id: str, body: Thing) -> Response:
    """Change a thing."""
    raise NotImplementedError


@post("/admin/plain")
async def plain(ctx: AdminContext) -> Response:
    """Takes nothing."""
    raise NotImplementedError


def checked(*declared: AdditionalData) -> Route:
    [route, _] = with_additional_data([change, plain], declared)
    return route


def read(route: Route, body: bytes) -> Any:
    assert route.body is not None
    decoded: Any = route.body.decode(body)
    assert decoded.title == "T"
    return decoded.additional_data


THINGS = "/admin/things/{id}"


def test_what_is_declared_is_checked_and_the_rest_left_out() -> None:
    route = checked(additional_data(Brand, THINGS))
    assert read(route, b'{"title":"T","additional_data":{"brand_id":"b","foo":1}}') == {"brand_id": "b"}
    assert read(route, b'{"title":"T","additional_data":null}') is None
    assert read(route, b'{"title":"T"}') is UNSET
    assert read(change, b'{"title":"T","additional_data":{"foo":1}}') == {"foo": 1}  # the shipped route is as it was


@pytest.mark.parametrize(
    ("given", "message"),
    [  # as the original says it
        (b'{"brand_id":1}', "Expected type: 'string' for field 'additional_data, brand_id', got: '1'"),
        (b"{}", "Field 'additional_data, brand_id' is required"),
        (b'"x"', "Expected type: 'object' for field 'additional_data', got: 'x'"),
        (
            b'{"rank":"x","brand_id":3}',
            "Expected type: 'string' for field 'additional_data, brand_id', got: '3'; "
            "Expected type: 'number' for field 'additional_data, rank', got: 'x'",
        ),
    ],
)
def test_what_does_not_fit_is_refused(given: bytes, message: str) -> None:
    route = checked(additional_data(Brand, THINGS))
    with pytest.raises(InvalidData) as raised:
        read(route, b'{"title":"T","additional_data":%b}' % given)
    assert str(raised.value) == f"Invalid request: {message}"


def test_declarations_add_up_and_can_refuse_the_unknown() -> None:
    route = checked(additional_data(Brand, THINGS), additional_data(Colour, THINGS))
    given = read(route, b'{"title":"T","additional_data":{"brand_id":"b"}}')
    assert given == {"brand_id": "b", "colour": "red"}
    with pytest.raises(InvalidData, match="Unrecognized fields: 'foo'"):
        read(route, b'{"title":"T","additional_data":{"brand_id":"b","foo":1}}')


def test_a_route_must_exist_and_take_such_data() -> None:
    with pytest.raises(ConfigurationError, match="POST /admin/thing: there is no such route"):
        checked(additional_data(Brand, "/admin/thing"))
    with pytest.raises(ConfigurationError, match="POST /admin/plain: its body has none"):
        checked(additional_data(Brand, "/admin/plain"))
