"""The service applications cache with: types, tags, and one computation for many who ask."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, TypeVar, overload

import msgspec
import structlog
from msgspec import UNSET, Raw, Struct, UnsetType

from medusa.framework.app import App, on_start
from medusa.framework.caching import CacheProvider
from medusa.framework.errors import ConfigurationError
from medusa.framework.modules import ModuleService, Providers
from medusa.infrastructure.caching.flights import Flights

T = TypeVar("T")
log = structlog.get_logger("medusa.caching")

ALL = ""
"""The tag of all entries."""
TOKEN_TTL = timedelta(days=30)
LEASE = timedelta(seconds=10)
LOOK_AGAIN_SECONDS = 0.05


class CachingOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """Options of the module.

    Attributes:
        ttl: How long values are kept where nobody says.
    """

    ttl: timedelta = timedelta(hours=1)


class Entry(Struct, frozen=True, array_like=True):
    """What is stored: the value, and the tokens its tags had when it began to be computed."""

    tokens: dict[str, bytes]
    value: Raw


class CachingService(ModuleService):
    """Keeps values in the cache provider of the application.

    A tag is a random token under a key of its own. An entry is good as long as all its tags have the tokens it was stored with,
    so to forget a token is to forget all entries with that tag, wherever they are; a token that the provider loses for want of
    room does the same.
    """

    name: ClassVar[str] = "caching"

    def __init__(self, options: Mapping[str, Any] | None = None, providers: Providers | None = None) -> None:
        super().__init__(options, providers)
        try:
            self._settings = msgspec.convert(dict(self.options), CachingOptions)
        except msgspec.ValidationError as error:
            raise ConfigurationError(f"modules.caching.options: {error} (it takes ttl)") from error
        if self._settings.ttl <= timedelta(0):
            raise ConfigurationError(
                "modules.caching.options: the option ttl is not above zero: nothing would be kept."
            )
        self._flights = Flights()
        self._clears = 0

    @property
    def provider(self) -> CacheProvider:
        """Where values are kept."""
        return self.providers.default(CacheProvider)

    @overload
    async def get(self, key: str) -> Any: ...
    @overload
    async def get(self, key: str, *, type: type[T]) -> T | None: ...
    async def get(self, key: str, *, type: Any = Any) -> Any:
        """The value of a key; None when there is none, or one of another type."""
        return (await self.get_many([key], type=type))[0]

    async def get_many(self, keys: Sequence[str], *, type: type[T]) -> list[T | None]:
        """The values of several keys, in their order, in one round trip (two where some have tags)."""
        found, _ = await self._read(keys, ())
        values = [_decoded(raw, type) for raw in found]
        return [None if value is UNSET else value for value in values]

    async def set(self, key: str, value: Any, *, ttl: timedelta | None = None, tags: Iterable[str] = ()) -> None:
        """Keep a value: anything msgspec can encode.

        A value that was computed from data that may have changed meanwhile is better kept by :meth:`get_or_compute`.

        Args:
            ttl: For how long at most; the module's ``ttl`` where it is not given. What is over already is forgotten.
            tags: What the value depends on, for :meth:`clear`.
        """
        await self._write(key, msgspec.msgpack.encode(value), ttl, await self._tokens(tags))

    async def delete(self, *keys: str) -> None:
        """Forget the values of these keys. What is being computed is kept all the same: clear a tag to prevent that."""
        await self.provider.remove([_value_key(key) for key in keys])

    async def clear(self, tags: Iterable[str] | None = None) -> None:
        """Forget every value that has one of the tags; without ``tags``, all values."""
        self._clears += 1
        await self.provider.remove([_token_key(tag) for tag in ([ALL] if tags is None else tags)])

    async def get_or_compute(
        self,
        key: str,
        compute: Callable[[], Awaitable[T]],
        *,
        type: type[T],
        ttl: timedelta | None = None,
        tags: Iterable[str] = (),
    ) -> T:
        """The value of a key, computed and kept where there is none.

        Of all who ask at the same time one computes, also over several processes where the provider is shared; the others
        wait for it. When a tag is cleared during the computation, its value goes to those who asked before, and is not kept.

        Raises:
            Exception: What ``compute`` raises; it is raised to all who wait, and nothing is kept.
        """
        names = tuple(tags)
        found, tokens = await self._read([key], names)
        if (value := _decoded(found[0], type)) is not UNSET:
            return value
        known = await self._with_tokens(tokens)  # before: what is cleared from now on makes the value too old
        flight = (key, *sorted(known.items())) if known else (key, self._clears)
        raw = await self._flights.run(flight, lambda: self._computed(key, compute, type, ttl, names, known))
        return msgspec.msgpack.decode(raw, type=type)

    @staticmethod
    def compute_key(prefix: str, *parts: Any) -> str:
        """A key for what depends on ``parts``: the same for equal values, whatever the order in dictionaries."""
        text = msgspec.json.encode(parts, order="deterministic")
        return f"{prefix}:{hashlib.sha256(text).hexdigest()[:32]}"

    # --- inside

    async def _computed(
        self,
        key: str,
        compute: Callable[[], Awaitable[T]],
        type: type[T],
        ttl: timedelta | None,
        tags: Sequence[str],
        tokens: dict[str, bytes],
    ) -> bytes:
        """Compute and keep, or take over what another process computed meanwhile."""
        if not self.provider.is_shared:
            return await self._compute(key, compute, ttl, tokens)
        lease = f"lease:{key}"
        while True:
            is_ours = await self.provider.add(lease, b"1", LEASE)
            try:
                found, seen = await self._read(
                    [key], tags
                )  # also with the lease: another one may have ended just before
                if found[0] is not None and _decoded(found[0], type) is not UNSET:
                    return bytes(found[0])
                tokens = await self._with_tokens(seen)
                if is_ours:
                    return await self._compute(key, compute, ttl, tokens)
            finally:
                if is_ours:
                    await self.provider.remove([lease])
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _compute(
        self, key: str, compute: Callable[[], Awaitable[T]], ttl: timedelta | None, tokens: dict[str, bytes]
    ) -> bytes:
        raw = msgspec.msgpack.encode(await compute())
        await self._write(key, raw, ttl, tokens)
        return raw

    async def _read(self, keys: Sequence[str], tags: Sequence[str]) -> tuple[list[Raw | None], dict[str, bytes | None]]:
        """The values that are good, and the tokens of the tags."""
        names = [ALL, *(tag for tag in tags if tag != ALL)]
        found = await self.provider.read([*map(_value_key, keys), *map(_token_key, names)])
        entries = [None if each is None else _entry(each) for each in found[: len(keys)]]
        tokens = dict(zip(names, found[len(keys) :], strict=True))
        others = sorted({tag for entry in entries if entry for tag in entry.tokens if tag not in tokens})
        if others:
            more = dict(zip(others, await self.provider.read([*map(_token_key, others)]), strict=True))
            return [_good(entry, tokens | more) for entry in entries], tokens
        return [_good(entry, tokens) for entry in entries], tokens

    async def _tokens(self, tags: Iterable[str]) -> dict[str, bytes]:
        names = list(dict.fromkeys([ALL, *tags]))
        found = await self.provider.read([*map(_token_key, names)])
        return await self._with_tokens(dict(zip(names, found, strict=True)))

    async def _with_tokens(self, tokens: Mapping[str, bytes | None]) -> dict[str, bytes]:
        """Give a token to each tag that has none; of two processes that do so at once, one has its way."""
        if self.provider.is_away:
            return {}
        complete = {tag: token for tag, token in tokens.items() if token is not None}
        for tag in tokens.keys() - complete.keys():
            token, key = secrets.token_bytes(8), _token_key(tag)
            if await self.provider.add(key, token, TOKEN_TTL):
                complete[tag] = token
            elif other := (await self.provider.read([key]))[0]:
                complete[tag] = other
            else:
                return {}  # there and gone again: the next one who asks may keep the value
        return complete

    async def _write(self, key: str, raw: bytes, ttl: timedelta | None, tokens: dict[str, bytes]) -> None:
        if tokens:
            lasting = min(self._settings.ttl if ttl is None else ttl, TOKEN_TTL)
            if lasting <= timedelta(0):
                await self.provider.remove([_value_key(key)])
                return
            await self.provider.write(_value_key(key), msgspec.msgpack.encode(Entry(tokens, Raw(raw))), lasting)


@on_start
async def check_options(app: App) -> None:
    """Find a mistake in the options at start."""
    app.service(CachingService)


def _value_key(key: str) -> str:
    return f"value:{key}"


def _token_key(tag: str) -> str:
    return f"tag:{tag}"


def _entry(data: bytes) -> Entry | None:
    try:
        return msgspec.msgpack.decode(data, type=Entry)
    except msgspec.DecodeError:
        return None  # of another version


def _good(entry: Entry | None, tokens: Mapping[str, bytes | None]) -> Raw | None:
    if entry is None or any(tokens.get(tag) != token for tag, token in entry.tokens.items()):
        return None
    return entry.value


def _decoded(raw: Raw | None, type: type[T]) -> T | UnsetType:
    if raw is None:
        return UNSET
    try:
        return msgspec.msgpack.decode(raw, type=type)
    except msgspec.DecodeError as error:
        log.debug("caching.other_type", error=str(error))
        return UNSET
