"""Bodies and queries into Structs: msgspec where it accepts, an explanation where it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar, cast, overload

import msgspec
from msgspec import Struct, inspect

from medusa.framework.errors import InvalidData
from medusa.framework.http import json_errors, params
from medusa.framework.http.checks import Checks, unwrapped
from medusa.framework.http.errors import LikeUnexpected, UnreadableBody
from medusa.framework.http.issues import MISSING, Issue, message
from medusa.framework.http.scalar_checks import is_plain


class UnusableDate(LikeUnexpected):
    """A filter's date that no calendar has."""


B = TypeVar("B")
S = TypeVar("S", bound=Struct)

_CACHED_QUERIES = 512
_CACHED_LENGTH = 512
_LONGEST_INTEGER = 100


def parse_json(body: bytes) -> Any:
    """Any JSON object or array, numbers with a fraction as Decimals.

    Raises:
        UnreadableBody: It is neither; the message says where it breaks.
    """
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if reason := json_errors.explain(text):
        raise UnreadableBody(reason)
    try:
        data = json.loads(text, parse_float=Decimal, parse_int=_whole)
        return _well_formed(data) if "\\ud" in text or "\\uD" in text else data
    except RecursionError as error:
        raise UnreadableBody("The JSON of the body is nested too deeply") from error


def _well_formed(value: Any) -> Any:
    """Half a surrogate pair is no character: no encoding has it, and neither has the database."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            entries = cast("dict[str, Any]", value)
            return {_well_formed(name): _well_formed(item) for name, item in entries.items()}
        case list():
            return [_well_formed(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else Decimal(digits)


def check_json(body: bytes) -> None:
    """Raise :class:`UnreadableBody` unless the body is empty or JSON."""
    if body:
        try:
            if msgspec.json.decode(body).__class__ in (dict, list):
                return
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
        parse_json(body)


class BodyDecoder(Generic[B]):
    """Decodes bodies into one Struct type, or with ``or_list`` into one or a list of them."""

    @overload
    def __init__(self: BodyDecoder[S], struct: type[S]) -> None: ...
    @overload
    def __init__(self: BodyDecoder[S | list[S]], struct: type[S], *, or_list: Literal[True]) -> None: ...
    def __init__(self, struct: type[Struct], *, or_list: bool = False) -> None:
        self.struct = struct
        self.or_list = or_list
        self._type: Any = struct | list[struct] if or_list else struct  # type: ignore[valid-type]
        self._decoder: msgspec.json.Decoder[B] = msgspec.json.Decoder(self._type)
        self._kind = inspect.type_info(self._type)
        self._suspicious = _numbers_as_text(self._kind)
        bounds = _bounds_of(inspect.type_info(struct), {})
        self._bounds = _one_or_every(bounds) if or_list and bounds else bounds
        self._check: Callable[..., Any] | None = None

    def decode(self, body: bytes) -> B:
        """A JSON body as the Struct.

        Raises:
            UnreadableBody: It is not JSON.
            InvalidData: It does not fit; the message says why.
        """
        try:
            value = self._decoder.decode(body or b"{}")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self.convert(parse_json(body) if body else {})
        if self._suspicious is not None and self._suspicious.search(body):
            return self.convert(parse_json(body))
        if self._bounds is not None and not self._bounds(value):
            return self.convert(parse_json(body))
        return value

    def convert(self, data: Any) -> B:
        """Parsed JSON, a parsed form, or the text of a text body as the Struct."""
        if self._check is None:
            self._check = Checks(lenient=False).build(self._kind)
        issues: list[Issue] = []
        known = isinstance(data, dict | list) if self.or_list else isinstance(data, dict)
        shaped = self._check(data if known else MISSING, (), issues)
        if issues:
            raise InvalidData(message(issues))
        try:
            value: B = msgspec.convert(shaped, self._type)
        except msgspec.ValidationError as error:
            raise InvalidData(f"Invalid request: {error}") from error
        return value


class QueryDecoder(Generic[S]):
    """Decodes query strings into one Struct type. Equal query strings share one Struct: treat it as immutable."""

    def __init__(self, struct: type[S]) -> None:
        self.struct = struct
        self._check = Checks(lenient=True).build(inspect.type_info(struct))
        self._seen: dict[bytes, S] = {}

    def decode(self, query: bytes) -> S:
        """A query string as the Struct.

        Raises:
            InvalidData: It does not fit; the message says why.
            UnusableDate: A date to filter by is none.
        """
        if (seen := self._seen.get(query)) is not None:
            return seen
        issues: list[Issue] = []
        shaped = self._check(params.parse(query.decode("latin-1")), (), issues)
        if refused := [issue for issue in issues if issue.kind != "date"]:
            raise InvalidData(message(refused))
        if issues:
            raise UnusableDate
        try:
            value = msgspec.convert(shaped, self.struct)
        except msgspec.ValidationError as error:
            raise InvalidData(f"Invalid request: {error}") from error
        if len(query) <= _CACHED_LENGTH:
            if len(self._seen) >= _CACHED_QUERIES:
                self._seen.clear()
            self._seen[query] = value
        return value


Predicate = Callable[[Any], bool]


def _bounds_of(kind: inspect.Type, structs: dict[type, list[Predicate]]) -> Predicate | None:
    """Whether a decoded value keeps the bounds msgspec cannot check; None where there are none to check."""
    kind, extra = unwrapped(kind)
    match kind:
        case inspect.DecimalType():
            return _within(extra.get("gt"), extra.get("ge"), extra.get("lt"), extra.get("le"))
        case inspect.UnionType():
            parts = [check for part in kind.types if (check := _bounds_of(part, structs))]
            return _where_present(parts[0]) if parts else None
        case inspect.ListType():
            item = _bounds_of(kind.item_type, structs)
            return _every(item) if item else None
        case inspect.DictType():
            item = _bounds_of(kind.value_type, structs)
            return _every_value(item) if item else None
        case inspect.StructType():
            return _struct_bounds(kind, structs)
        case _:
            return None


def _struct_bounds(kind: inspect.StructType, structs: dict[type, list[Predicate]]) -> Predicate | None:
    if kind.cls in structs:  # it holds itself: by now nobody knows whether there is something to check
        checks = structs[kind.cls]
        return lambda value: all(check(value) for check in checks)
    checks = structs[kind.cls] = []
    for field in kind.fields:
        if check := _bounds_of(field.type, structs):
            checks.append(_attribute(field.name, check))
    return (lambda value: all(check(value) for check in checks)) if checks else None


def _attribute(name: str, check: Predicate) -> Predicate:
    def holds(value: Any) -> bool:
        item = getattr(value, name)
        return item is msgspec.UNSET or check(item)

    return holds


def _where_present(check: Predicate) -> Predicate:
    return lambda value: value is None or value is msgspec.UNSET or check(value)


def _every(check: Predicate) -> Predicate:
    return lambda value: all(check(item) for item in value)


def _one_or_every(check: Predicate) -> Predicate:
    every = _every(check)
    return lambda value: every(value) if isinstance(value, list) else check(value)


def _every_value(check: Predicate) -> Predicate:
    return lambda value: all(check(item) for item in value.values())


def _within(gt: float | None, ge: float | None, lt: float | None, le: float | None) -> Predicate:
    def holds(value: Decimal) -> bool:
        return (
            is_plain(value)
            and (gt is None or value > gt)
            and (ge is None or value >= ge)
            and (lt is None or value < lt)
            and (le is None or value <= le)
        )

    return holds


def _numbers_as_text(kind: inspect.Type) -> re.Pattern[bytes] | None:
    """Finds a text where the body must have a number: msgspec reads Decimals from both."""
    names: set[str] = set()
    lists = False
    pending: list[tuple[str, inspect.Type]] = [("", kind)]
    seen: set[type] = set()
    while pending:
        name, wrapped = pending.pop()
        part, extra = unwrapped(wrapped)
        match part:
            case inspect.DecimalType() if extra.get("as") != "decimal_or_text":
                names.add(name)
            case inspect.UnionType():
                pending += [(name, alternative) for alternative in part.types]
            case inspect.ListType():
                pending.append((name, part.item_type))
                lists |= isinstance(part.item_type, inspect.DecimalType)
            case inspect.DictType():
                pending.append(("", part.value_type))
            case inspect.StructType() if part.cls not in seen:
                seen.add(part.cls)
                pending += [(field.encode_name, field.type) for field in part.fields]
            case _:
                pass
    if not names:
        return None
    # An escape in a key, a list of numbers or a record of numbers cannot be told by a pattern: look closely at all of them.
    if lists or "" in names:
        return re.compile(b'"')
    alternatives = b"|".join(re.escape(name.encode()) for name in sorted(names))
    return re.compile(rb'"(?:' + alternatives + rb')"\s*:\s*"|\\u00[2-7]')
