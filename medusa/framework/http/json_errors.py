"""Why a text is not JSON, in the words the contract's clients know (those of JavaScript's ``JSON.parse``)."""

from __future__ import annotations

import re

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_HEX = frozenset("0123456789abcdefABCDEF")
_CONTEXT = 10


class NotJson(Exception):
    """Where and why parsing stops; ``str()`` of it is the message."""


def explain(text: str) -> str | None:
    """The message for a text that is not a JSON object or array; None when it is one."""
    try:
        position = _skip(text, 0)
        if position < len(text) and text[position] not in "{[":
            _unexpected(text, position)
        _Scanner(text).run()
    except NotJson as error:
        return str(error)
    return None


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _fail(text: str, position: int, reason: str, where: str = " in JSON") -> None:
    before = text[:position]
    line = before.count("\n") + 1
    column = position - (before.rfind("\n") + 1) + 1
    raise NotJson(f"{reason}{where} at position {position} (line {line} column {column})")


def _unexpected(text: str, position: int) -> None:
    if position >= len(text):
        raise NotJson("Unexpected end of JSON input")
    character = text[position]
    if character == '"' and text.strip()[:1] != '"':
        _fail(text, position, "Unexpected string")
    if character.isascii() and (character.isdigit() or character == "-") and text[_skip(text, 0)] in "{[":
        _fail(text, position, "Unexpected number")
    if len(text) <= 2 * _CONTEXT:
        raise NotJson(f"Unexpected token '{character}', \"{text}\" is not valid JSON")
    start, end = max(position - _CONTEXT, 0), min(position + _CONTEXT, len(text))
    lead, tail = "..." if position >= _CONTEXT else "", "..." if end < len(text) else ""
    raise NotJson(f"Unexpected token '{character}', {lead}\"{text[start:end]}\"{tail} is not valid JSON")


class _Scanner:
    """Reads values one after the other; open arrays and objects are a stack, so depth costs no recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.open: list[str] = []

    def peek(self) -> str:
        self.position = _skip(self.text, self.position)
        return self.text[self.position] if self.position < len(self.text) else ""

    def fail(self, reason: str) -> None:
        _fail(self.text, self.position, reason)

    def run(self) -> None:
        while True:
            if self.value():
                continue  # went into an array or object, whose first value comes next
            if not self.close():
                break
        if self.peek():
            _fail(self.text, self.position, "Unexpected non-whitespace character after JSON", "")

    def value(self) -> bool:
        """Read one value; True when it opened a container that is not empty."""
        character = self.peek()
        if character == "{":
            self.position += 1
            if self.peek() == "}":
                self.position += 1
                return False
            self.open.append("{")
            self.key("Expected property name or '}'")
            return True
        if character == "[":
            self.position += 1
            if self.peek() == "]":
                self.position += 1
                return False
            self.open.append("[")
            return True
        self.scalar(character)
        return False

    def close(self) -> bool:
        """After a value: go to the next one, closing what ends here. False at the end of everything."""
        while self.open:
            character = self.peek()
            in_object = self.open[-1] == "{"
            if character == ",":
                self.position += 1
                if in_object:
                    self.peek()
                    self.key("Expected double-quoted property name")
                return True
            if character != ("}" if in_object else "]"):
                self.fail(
                    "Expected ',' or '}' after property value"
                    if in_object
                    else "Expected ',' or ']' after array element"
                )
            self.position += 1
            self.open.pop()
        return False

    def key(self, otherwise: str) -> None:
        if self.peek() != '"':
            self.fail(otherwise)
        self.string()
        if self.peek() != ":":
            self.fail("Expected ':' after property name")
        self.position += 1

    def scalar(self, character: str) -> None:
        if character == '"':
            self.string()
        elif character and character in "-0123456789":
            self.number()
        elif word := {"t": "true", "f": "false", "n": "null"}.get(character):
            for expected in word:
                if self.text[self.position : self.position + 1] != expected:
                    _unexpected(self.text, self.position)
                self.position += 1
        else:
            _unexpected(self.text, self.position)

    def string(self) -> None:
        self.position += 1
        while True:
            match = _PLAIN.match(self.text, self.position)
            self.position = match.end() if match else self.position
            character = self.text[self.position : self.position + 1]
            if character == '"':
                self.position += 1
                return
            if character == "\\":
                self.escape()
            elif character:
                self.fail("Bad control character in string literal")
            else:
                self.fail("Unterminated string")

    def escape(self) -> None:
        self.position += 1
        character = self.text[self.position : self.position + 1]
        if not character:
            raise NotJson("Unexpected end of JSON input")
        if character not in '"\\/bfnrtu':
            self.fail("Bad escaped character")
        self.position += 1
        if character == "u":
            for _ in range(4):
                if self.text[self.position : self.position + 1] not in _HEX:
                    self.fail("Bad Unicode escape")
                self.position += 1

    def digits(self, otherwise: str) -> None:
        start = self.position
        while self.text[self.position : self.position + 1] in set("0123456789"):
            self.position += 1
        if self.position == start:
            self.fail(otherwise)

    def number(self) -> None:
        if self.text[self.position] == "-":
            self.position += 1
        leading_zero = self.text[self.position : self.position + 1] == "0"
        if leading_zero:
            self.position += 1
            if self.text[self.position : self.position + 1] in set("0123456789"):
                self.fail("Unexpected number")
        else:
            self.digits("No number after minus sign")
        if self.text[self.position : self.position + 1] == ".":
            self.position += 1
            self.digits("Unterminated fractional number")
        if self.text[self.position : self.position + 1] in {"e", "E"}:
            self.position += 1
            if self.text[self.position : self.position + 1] in {"+", "-"}:
                self.position += 1
            self.digits("Exponent part is missing a number")
