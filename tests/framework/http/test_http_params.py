"""The bracket syntax of query strings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medusa.framework.http.params import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", {}),
        ("a=1&b=x%20y+z", {"a": "1", "b": "x y z"}),
        ("a", {"a": ""}),
        ("a=&=5&&b=1", {"a": "", "b": "1"}),
        ("id=a&id=b&id=c", {"id": ["a", "b", "c"]}),
        ("id[]=a&id[]=b", {"id": ["a", "b"]}),
        ("id%5B%5D=a", {"id": ["a"]}),
        ("id[0]=a&id[2]=b", {"id": ["a", "b"]}),
        ("id[1]=b&id[0]=a", {"id": ["a", "b"]}),
        ("id[0]=a&id[]=b", {"id": ["a", "b"]}),
        ("id[]=a&id=b", {"id": ["a", "b"]}),
        ("id[a]=1&id=b", {"id": [{"a": "1"}, "b"]}),
        ("id[0]=a&id[0]=b", {"id": [["a", "b"]]}),
        ("id[][x]=1", {"id": [{"x": "1"}]}),
        ("limit=1&limit[$foo]=2", {"limit": ["1", {"$foo": "2"}]}),
        ("created_at[$gte]=2025&created_at[$lt]=2026", {"created_at": {"$gte": "2025", "$lt": "2026"}}),
        ("id[$in][]=a&id[$in][]=b", {"id": {"$in": ["a", "b"]}}),
        ("$and[0][id]=x&$and[1][$or][0][handle]=y", {"$and": [{"id": "x"}, {"$or": [{"handle": "y"}]}]}),
        ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
        ("id[x=1", {"id": {"[x": "1"}}),
        ("id]=1", {"id]": "1"}),
        ("[a]=1", {"[a]": "1"}),
        ("id[99999999]=a", {"id": {"99999999": "a"}}),
    ],
)
def test_parses(text: str, value: dict[str, Any]) -> None:
    assert parse(text) == value


def test_depth_and_number_are_bounded() -> None:
    deep: Any = parse("a" + "[x]" * 10_000 + "=1")
    for _ in range(9):
        deep = next(iter(deep.values()))
    assert len(parse("&".join(f"k{index}=1" for index in range(5000)))) == 1000


@given(st.text(alphabet="ab[]$=&%0152 é"))
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(parse(text), dict)
