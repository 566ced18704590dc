"""Bodies: the messages are those the contract's server gives for the same schema and body."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from msgspec import UNSET, Meta, Struct, UnsetType

from medusa.framework.errors import InvalidData
from medusa.framework.http import DecimalOrText, Email, Flag, bounds
from medusa.framework.http.validation import BodyDecoder


class Price(Struct, kw_only=True, forbid_unknown_fields=True):
    currency_code: str
    amount: Decimal
    min_quantity: Decimal | None = None
    rules: dict[str, str] | UnsetType = UNSET


class Variant(Struct, kw_only=True, forbid_unknown_fields=True):
    title: str
    manage_inventory: Flag | UnsetType = UNSET
    prices: list[Price]


class Tag(Struct, kw_only=True, forbid_unknown_fields=True):
    id: str


class Product(Struct, kw_only=True, forbid_unknown_fields=True):
    title: str
    discountable: Flag | UnsetType = UNSET
    images: list[Tag] | UnsetType = UNSET
    status: Literal["draft", "proposed", "published", "rejected"] | UnsetType | None = UNSET
    tags: list[Tag] | UnsetType = UNSET
    variants: list[Variant] | UnsetType = UNSET
    weight: Decimal | None = None
    metadata: dict[str, Any] | None = None


class LineItem(Struct, kw_only=True, forbid_unknown_fields=True):
    variant_id: str
    quantity: Annotated[Decimal, bounds(gt=0)]
    metadata: dict[str, Any] | None = None


class Address(Struct, kw_only=True):
    first_name: str | UnsetType = UNSET


class Cart(Struct, kw_only=True, forbid_unknown_fields=True):
    email: Email | None = None
    shipping_address: Address | UnsetType = UNSET
    promo_codes: list[str] | UnsetType = UNSET
    items: list[LineItem] | UnsetType = UNSET


class TaxRate(Struct, kw_only=True):
    rate: Decimal | UnsetType = UNSET
    code: str
    name: str | UnsetType = UNSET


class TaxRegion(Struct, kw_only=True, forbid_unknown_fields=True):
    country_code: str
    default_tax_rate: TaxRate | UnsetType = UNSET


class Campaign(Struct, kw_only=True, forbid_unknown_fields=True):
    name: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


_PRODUCTS = [
    ("{}", "Field 'title' is required"),
    ("", "Field 'title' is required"),
    ("[1, 2]", "Field '' is required"),
    ('{"colour":1}', "Field 'title' is required; Unrecognized fields: 'colour'"),
    ('{"title":"A","colour":"red","shade":"dark"}', "Unrecognized fields: 'colour, shade'"),
    ('{"title":5}', "Expected type: 'string' for field 'title', got: '5'"),
    ('{"title":null}', "Expected type: 'string' for field 'title', got: 'null'"),
    ('{"title":[[1,2],3]}', "Expected type: 'string' for field 'title', got: '1,2,3'"),
    ('{"title":{"a":1}}', "Expected type: 'string' for field 'title', got: '[object Object]'"),
    ('{"title":1e+30}', "Expected type: 'string' for field 'title', got: '1e+30'"),
    ('{"title":true}', "Expected type: 'string' for field 'title', got: 'true'"),
    ('{"title":1.5}', "Expected type: 'string' for field 'title', got: '1.5'"),
    (
        '{"title":"A","status":"sold"}',
        "Expected: 'draft, proposed, published, rejected' for field 'status', but got: 'sold'",
    ),
    ('{"title":"A","status":[]}', "Expected: 'draft, proposed, published, rejected' for field 'status', but got: ''"),
    ('{"title":"A","images":"x"}', "Expected type: 'array' for field 'images', got: 'x'"),
    ('{"title":"A","tags":null}', "Expected type: 'array' for field 'tags', got: 'null'"),
    ('{"title":"A","tags":[1]}', "Field 'tags, 0' is required"),
    ('{"title":"A","tags":[{"id":5}]}', "Field 'tags, 0, id' is required"),
    (
        '{"title":"A","variants":[{"prices":[{"amount":"x"}]}]}',
        "Field 'variants, 0, title' is required; Field 'variants, 0, prices, 0, currency_code' is required; "
        "Field 'variants, 0, prices, 0, amount' is required",
    ),
    (
        '{"title":"A","discountable":"yes","weight":"heavy"}',
        "Invalid input; Expected type: 'number' for field 'weight', got: 'heavy'",
    ),
    ('{"title":"A","discountable":5}', "Expected type: 'boolean, string' for field 'discountable', got: '5'"),
    ('{"title":"A","weight":"1"}', "Expected type: 'number' for field 'weight', got: '1'"),
    ('{"title":"A","weight":true}', "Expected type: 'number' for field 'weight', got: 'true'"),
    ('{"title":"A","metadata":[1]}', "Expected type: 'record' for field 'metadata', got: '1'"),
    (
        '{"title":"x","variants":[{"title":"v","prices":[],"x":1}],"y":2}',
        "Unrecognized fields: 'x'; Unrecognized fields: 'y'",
    ),
    (
        '{"title":"x","variants":[{"title":"v","prices":[{"currency_code":"eur","amount":1,"min_quantity":"x","rules":5}]}]}',
        "Field 'variants, 0, prices, 0, min_quantity' is required; Field 'variants, 0, prices, 0, rules' is required",
    ),
    (
        '{"title":"x","variants":[{"title":"v","prices":[{"currency_code":"eur","amount":1,"rules":{"a":5}}]}]}',
        "Field 'variants, 0, prices, 0, rules, a' is required",
    ),
    ('{"title":"a","title":5}', "Expected type: 'string' for field 'title', got: '5'"),
    ('\ufeff{"title":5}', "Expected type: 'string' for field 'title', got: '5'"),
]
_CARTS = [
    (
        '{"items":[{"variant_id":"v","quantity":0}]}',
        "Value for field 'items, 0, quantity' too small, expected at least: '0'",
    ),
    ('{"items":[{"variant_id":"v","quantity":"1"}]}', "Field 'items, 0, quantity' is required"),
    ('{"items":{}}', "Expected type: 'array' for field 'items', got: '[object Object]'"),
    ('{"items":[{}]}', "Field 'items, 0, variant_id' is required; Field 'items, 0, quantity' is required"),
    ('{"email":"x"}', "Invalid email address"),
    ('{"email":""}', "Invalid email address"),
    ('{"email":"a@b"}', "Invalid email address"),
    ('{"email":"a..b@c.de"}', "Invalid email address"),
    ('{"email":5}', "Expected type: 'string' for field 'email', got: '5'"),
    ('{"shipping_address":5}', "Expected type: 'object' for field 'shipping_address', got: '5'"),
    ('{"shipping_address":null}', "Expected type: 'object' for field 'shipping_address', got: 'null'"),
    (
        '{"shipping_address":{"first_name":5}}',
        "Expected type: 'string' for field 'shipping_address, first_name', got: '5'",
    ),
    ('{"promo_codes":[5]}', "Field 'promo_codes, 0' is required"),
]
_ITEMS = [
    ("0", "Value for field 'quantity' too small, expected at least: '0'"),
    ("-1", "Value for field 'quantity' too small, expected at least: '0'"),
    ('"2"', "Expected type: 'number' for field 'quantity', got: '2'"),
    ("null", "Expected type: 'number' for field 'quantity', got: 'null'"),
    ("[]", "Expected type: 'number' for field 'quantity', got: ''"),
    ("1e5000", "Expected type: 'number' for field 'quantity', got: 'Infinity'"),
]
_OTHERS: list[tuple[type[Struct], str, str]] = [
    (
        TaxRegion,
        '{"country_code":5,"default_tax_rate":{"rate":"x"}}',
        "Expected type: 'string' for field 'country_code', got: '5'; Expected type: 'number' for field "
        "'default_tax_rate, rate', got: 'x'; Field 'default_tax_rate, code' is required",
    ),
    (Campaign, '{"name":"x","starts_at":"zz"}', "Expected type: 'date' for field 'starts_at', got: 'zz'"),
]
CASES: list[tuple[type[Struct], str, str]] = [
    *((Product, body, message) for body, message in _PRODUCTS),
    *((Cart, body, message) for body, message in _CARTS),
    *((LineItem, f'{{"variant_id":"v","quantity":{value}}}', message) for value, message in _ITEMS),
    *_OTHERS,
]


@pytest.mark.parametrize(("struct", "body", "message"), CASES)
def test_every_problem_is_named(struct: type[Struct], body: str, message: str) -> None:
    with pytest.raises(InvalidData) as failure:
        BodyDecoder(struct).decode(body.encode())
    assert failure.value.message == f"Invalid request: {message}"


def test_numbers_stay_exact() -> None:
    item = BodyDecoder(LineItem).decode(b'{"variant_id":"v","quantity":0.1234567890123456789}')
    assert item.quantity == Decimal("0.1234567890123456789")


def test_numbers_stay_exact_when_the_body_takes_the_long_way() -> None:
    product = BodyDecoder(Product).decode(b'{"title":"A","discountable":"TRUE","weight":0.1234567890123456789}')
    assert (product.discountable, product.weight) == (True, Decimal("0.1234567890123456789"))


def test_unknown_fields_of_lenient_structs_are_dropped() -> None:
    cart = BodyDecoder(Cart).decode(b'{"shipping_address":{"first_name":"A","zz":5}}')
    assert cart.shipping_address == Address(first_name="A")


def test_absent_and_null_differ() -> None:
    decoder = BodyDecoder(Product)
    assert decoder.decode(b'{"title":"A"}').status is UNSET
    assert decoder.decode(b'{"title":"A","status":null}').status is None


def test_dates_without_time_are_utc() -> None:
    campaign = BodyDecoder(Campaign).decode(b'{"name":"x","starts_at":"2025-01-31","ends_at":1738281600000}')
    assert campaign.starts_at == campaign.ends_at == datetime(2025, 1, 31, tzinfo=UTC)


def test_broken_utf8_is_replaced() -> None:
    assert BodyDecoder(Campaign).decode(b'{"name":"\xff\xfe"}').name == "\ufffd\ufffd"


def test_half_a_surrogate_pair_is_replaced() -> None:
    body = b'{"title":"a\\ud800b","metadata":{"\\uD83D":["\\ud83d\\ude00"]}}'
    product = BodyDecoder(Product).decode(body)
    assert (product.title, product.metadata) == ("a\ufffdb", {"\ufffd": ["\U0001f600"]})


class Budget(Struct, kw_only=True, forbid_unknown_fields=True):
    limit: DecimalOrText
    share: Annotated[int, Meta(ge=1, le=100)] = 1


@pytest.mark.parametrize("text", ['"10.50"', "10.50"])
def test_text_and_number_where_both_are_taken(text: str) -> None:
    assert BodyDecoder(Budget).decode(b'{"limit":%b}' % text.encode()).limit == Decimal("10.50")


def test_whole_numbers_may_have_a_zero_fraction() -> None:
    assert BodyDecoder(Budget).decode(b'{"limit":1,"share":5.0}').share == 5


@pytest.mark.parametrize(
    ("share", "message"),
    [
        ("1.5", "Expected type: 'int' for field 'share', got: '1.5'"),
        ("101", "Value for field 'share' too big, expected at most: '100'"),
        ("0", "Value for field 'share' too small, expected at least: '1'"),
    ],
)
def test_whole_numbers_are_bounded(share: str, message: str) -> None:
    with pytest.raises(InvalidData, match="Invalid request") as failure:
        BodyDecoder(Budget).decode(b'{"limit":1,"share":%b}' % share.encode())
    assert failure.value.message == f"Invalid request: {message}"


class Category(Struct, kw_only=True, forbid_unknown_fields=True):
    rank: Annotated[Decimal, bounds(ge=0)] = Decimal(0)
    children: list[Category] | UnsetType = UNSET


def test_structs_that_hold_themselves_are_checked_all_the_way_down() -> None:
    with pytest.raises(InvalidData, match="'children, 0, children, 0, rank' too small"):
        BodyDecoder(Category).decode(b'{"children":[{"children":[{"rank":-1}]}]}')


def test_a_key_written_with_escapes_hides_no_text_from_the_check() -> None:
    with pytest.raises(InvalidData, match="Expected type: 'number' for field 'quantity', got: '2'"):
        BodyDecoder(LineItem).decode(b'{"variant_id":"v","qu\\u0061ntity":"2"}')


def test_deep_nesting_is_refused() -> None:
    body = b'{"title":"A","metadata":{"a":%b%b}}' % (b"[" * 20_000, b"]" * 20_000)
    with pytest.raises(InvalidData, match="nested too deeply"):
        BodyDecoder(Product).decode(body)


def test_three_problems_are_told() -> None:
    with pytest.raises(InvalidData) as failure:
        BodyDecoder(Cart).decode(b'{"items":[%b{}],"zz":1}' % (b"{}," * 30_000))
    assert failure.value.message == (
        "Invalid request: Field 'items, 0, variant_id' is required; Field 'items, 0, quantity' is required; "
        "Field 'items, 1, variant_id' is required"
    )


def test_absurdly_long_numbers_are_rounded() -> None:
    def quantity(number: bytes) -> Decimal:
        return BodyDecoder(LineItem).decode(b'{"variant_id":"v","quantity":%b}' % number).quantity

    assert quantity(b"0." + b"1" * 50_000) == Decimal("0.1111111111111111")
    assert quantity(b"1" * 300) == Decimal("1.1111111111111112e+299")
    with pytest.raises(InvalidData, match="too small, expected at least: '0'"):
        quantity(b"1e-5000")
    with pytest.raises(InvalidData, match="Expected type: 'number' for field 'quantity', got: 'Infinity'"):
        quantity(b"1" * 90_000)


def test_a_long_text_of_escapes_takes_no_time() -> None:
    before = time.process_time()
    BodyDecoder(LineItem).decode(b'{"variant_id":"%b","quantity":1}' % (b"\\u0041" * 16_000))
    assert time.process_time() - before < 1
