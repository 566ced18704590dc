"""The grammar of ``fields``."""

from __future__ import annotations

import pytest

from medusa.framework.query import Fields

DEFAULTS = "id,title,*variants,variants.prices.amount"


@pytest.mark.parametrize(
    ("requested", "shape"),
    [
        (None, "id,title,variants(*,prices(amount))"),
        ("", "id,title,variants(*,prices(amount))"),
        ("title", "title"),
        ("id, title", "id,title"),
        ("id,", "id"),
        ("+metadata", "id,metadata,title,variants(*,prices(amount))"),
        (" metadata", "id,metadata,title,variants(*,prices(amount))"),
        ("*tags", "id,title,tags(*),variants(*,prices(amount))"),
        ("tags.*", "id,title,tags(*),variants(*,prices(amount))"),
        ("id,*tags", "id,tags(*)"),
        ("id,tags.*", "id,tags(*)"),
        ("+metadata,id", "id,metadata"),
        ("-title", "id,variants(*,prices(amount))"),
        ("-variants", "id,title"),
        ("-variants.prices", "id,title,variants(*)"),
        ("-variants.created_at", "id,title,variants(*,prices(amount))"),
        ("id,*variants,-variants", "id,variants,variants(*)"),
        ("*variants.prices", "id,title,variants(*,prices(*,amount))"),
        ("*", "*,id,title,variants(*,prices(amount))"),
        ("a.b.c.d", "a(b(c(d)))"),
        ("...,,.", "id,title,variants(*,prices(amount))"),
    ],
)
def test_shape(requested: str | None, shape: str) -> None:
    assert Fields.parse(requested, DEFAULTS).tree.shape == shape


def test_the_order_of_names_makes_no_difference() -> None:
    one, other = Fields.of("id,title,*tags,variants.id"), Fields.of("variants.id,tags.*,title,id")
    assert one == other
    assert hash(one) == hash(other)


def test_the_same_text_is_the_same_object() -> None:
    assert Fields.parse("id,title", DEFAULTS) is Fields.parse("id,title", DEFAULTS)


@pytest.mark.parametrize(
    ("requested", "shape"),
    [
        ("id,secret", "id"),
        ("id,*variants", "id,variants(*)"),
        ("id,variants.sku", "id,variants(sku)"),
        ("id,*variants.prices", "id"),
        ("id,variants.prices.amount", "id,variants(prices(amount))"),
        ("secret", ""),
        ("+secret", "id,title,variants(*,prices(amount))"),
        ("*secret", "id,title,variants(*,prices(amount))"),
    ],
)
def test_what_is_not_allowed_is_left_out(requested: str, shape: str) -> None:
    assert Fields.parse(requested, DEFAULTS, "id,title,*variants,variants.prices.amount").tree.shape == shape


def test_asks() -> None:
    fields = Fields.of("id,*variants,variants.prices.amount")
    assert fields.asks("id")
    assert fields.asks("variants")
    assert fields.asks("variants.prices.amount")
    assert not fields.asks("variants.sku")
    assert not fields.asks("tags.id")


def test_plus() -> None:
    assert Fields.of("id,variants.id").plus("*variants,total").tree.shape == "id,total,variants(*,id)"


def test_joined_shows_what_a_middleware_allows_besides() -> None:
    shown = Fields.parse("id,*brand,secret", DEFAULTS, "id,title")
    more = Fields.parse("id,*brand,secret", "", "*brand")
    assert shown.joined(more).tree.shape == "id,brand(*)"
    assert shown.joined(Fields.parse("id", "", "*brand")) is shown


def test_deep_or_long_requests_are_bounded() -> None:
    assert Fields.parse(".".join("a" * 500), DEFAULTS).tree.shape == Fields.parse(None, DEFAULTS).tree.shape
    assert Fields.parse("id," + "x" * 20_000, DEFAULTS).tree.shape == Fields.parse(None, DEFAULTS).tree.shape
