"""Handles."""

from __future__ import annotations

import re

import pytest

from medusa.framework.errors import InvalidData
from medusa.modules.product.handles import check_product_handle, kebab_case, product_handle


@pytest.mark.parametrize(
    ("title", "handle"),
    [
        ("Hello   World--x.y/z", "hello-world-xyz"),
        ("Größe & Ñandú — 100% cool_thing! ", "grösse-ñandú-100-cool-thing"),
        ("_lead trail_ ", "lead-trail"),
        ("emoji 😀 x", "emoji-x"),
        ("日本", "日本"),
    ],
)
def test_handle_of_a_title(title: str, handle: str) -> None:
    assert product_handle(title) == handle
    check_product_handle(handle)


def test_a_title_without_letters_gets_a_random_handle() -> None:
    assert re.fullmatch(r"product-[0-9a-z]{6}", product_handle("!!! "))


@pytest.mark.parametrize("handle", ["A", "a_b", "a--b", "-a", "a-", "a b", "a.b", "a/b", "É", "a😀"])
def test_handles_that_need_escaping_are_refused(handle: str) -> None:
    with pytest.raises(InvalidData, match="must contain URL safe characters"):
        check_product_handle(handle)


@pytest.mark.parametrize(
    ("name", "handle"),
    [("camelCase HTMLText 2Go", "camel-case-htmltext-2go"), ("a'b!  c_", "a'b!-c-"), ("Hello  World", "hello-world")],
)
def test_handles_of_categories_keep_other_characters(name: str, handle: str) -> None:
    assert kebab_case(name) == handle
