"""What is said of a text that is no JSON."""

from __future__ import annotations

import pytest

from medusa.framework.http.json_errors import explain

CASES = [
    ('{"title": ', "Unexpected end of JSON input"),
    ("  ", "Unexpected end of JSON input"),
    ('"x"', 'Unexpected token \'"\', ""x"" is not valid JSON'),
    ("null", "Unexpected token 'n', \"null\" is not valid JSON"),
    ("5", "Unexpected token '5', \"5\" is not valid JSON"),
    ('{"title":}', 'Unexpected token \'}\', "{"title":}" is not valid JSON'),
    ('{"title":"x",}', "Expected double-quoted property name in JSON at position 13 (line 1 column 14)"),
    ('{"title":NaN}', 'Unexpected token \'N\', "{"title":NaN}" is not valid JSON'),
    ('{"title":"x"} x', "Unexpected non-whitespace character after JSON at position 14 (line 1 column 15)"),
    ("{", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
    ('{"a"', "Expected ':' after property name in JSON at position 4 (line 1 column 5)"),
    ('{"a":1', "Expected ',' or '}' after property value in JSON at position 6 (line 1 column 7)"),
    ('{"a":tru}', 'Unexpected token \'}\', "{"a":tru}" is not valid JSON'),
    ('{"a":"x', "Unterminated string in JSON at position 7 (line 1 column 8)"),
    ('{"a":01}', "Unexpected number in JSON at position 6 (line 1 column 7)"),
    ('{"a":1.}', "Unterminated fractional number in JSON at position 7 (line 1 column 8)"),
    ('{"a":-}', "No number after minus sign in JSON at position 6 (line 1 column 7)"),
    ("[1,]", "Unexpected token ']', \"[1,]\" is not valid JSON"),
    ("[1 2]", "Expected ',' or ']' after array element in JSON at position 3 (line 1 column 4)"),
    ('{"a":"\\x"}', "Bad escaped character in JSON at position 7 (line 1 column 8)"),
    ('{"a":"\\u12"}', "Bad Unicode escape in JSON at position 10 (line 1 column 11)"),
    ('{"a":"\t"}', "Bad control character in string literal in JSON at position 6 (line 1 column 7)"),
    ('\n\n{"a":\n  tru}', 'Unexpected token \'}\', "\n\n{"a":\n  tru}" is not valid JSON'),
    ('[1,2,[,{"a":"b"],"c"]', 'Unexpected token \',\', "[1,2,[,{"a":"b"]"... is not valid JSON'),
    (
        '{"a":{"b":]{"c":[[[]]]}},"s":"long"}',
        'Unexpected token \']\', ..."{"a":{"b":]{"c":[[[]"... is not valid JSON',
    ),
]


@pytest.mark.parametrize(("text", "message"), CASES)
def test_the_message_is_that_of_the_contract(text: str, message: str) -> None:
    assert explain(text) == message


@pytest.mark.parametrize(
    "text", ["{}", "[]", ' {"a":[1,-2.5e3,true,false,null,"\\u00e9\\n"]} ', "[" * 50_000 + "]" * 50_000]
)
def test_json_is_not_complained_about(text: str) -> None:
    assert explain(text) is None
