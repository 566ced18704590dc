"""Logging in with an e-mail address and a password.

Options: ``memory_kib``, ``iterations``, ``parallelism`` of argon2id (default 19456, 2, 1: the least that OWASP advises,
about 20 ms). A stored hash with other parameters, or one of Medusa 2 (scrypt), is replaced at the next login.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, InvalidHashError, VerificationError

from medusa.framework.errors import ConfigurationError, Duplicate, Unauthorized
from medusa.modules.auth import AuthProvider, AuthRequest, Identities, Identity

T = TypeVar("T")
# Hashing takes memory and a core: as many at a time as there are cores, the others wait their turn.
_pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="password")


class InvalidCredentials(Unauthorized):
    """Nobody with this address has this password."""

    def __init__(self) -> None:
        super().__init__("Invalid email or password")


class IdentityExists(Unauthorized):
    """The address is registered."""

    def __init__(self) -> None:
        super().__init__("Identity with email already exists")


async def _threaded(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(_pool, partial(function, *args))


class EmailPassProvider(AuthProvider):
    """E-mail address and password."""

    identifier = "emailpass"
    default_id = "emailpass"
    display_name = "Email/Password Authentication"
    is_external = False

    def check_options(self) -> None:
        known = {"memory_kib": 19_456, "iterations": 2, "parallelism": 1}
        if unknown := self.options.keys() - known.keys():
            raise ConfigurationError(
                f"The auth provider emailpass has no option {sorted(unknown)[0]!r}; it has {', '.join(known)}"
            )
        values = {name: self.options.get(name, default) for name, default in known.items()}
        try:
            self._hasher = PasswordHasher(
                memory_cost=values["memory_kib"], time_cost=values["iterations"], parallelism=values["parallelism"]
            )
            self._hash_of_nobody = self._hasher.hash("nobody")
        except (HashingError, TypeError, ValueError) as error:
            raise ConfigurationError(f"The auth provider emailpass cannot hash with {values}: {error}") from error

    async def authenticate(self, request: AuthRequest, identities: Identities) -> Identity:
        email, password = _credentials(request.body)
        identity = await identities.find(email)
        if identity is None:
            # The same work as for a known address, so that the time does not tell which addresses are registered.
            await _threaded(self._matches, self._hash_of_nobody, password)
            raise InvalidCredentials
        stored = str(identity.provider_metadata.get("password", ""))
        if not await _threaded(self._matches, stored, password):
            raise InvalidCredentials
        if self._is_outdated(stored):
            metadata = {**identity.provider_metadata, "password": await _threaded(self._hasher.hash, password)}
            identity = await identities.change(identity, provider_metadata=metadata)
        return identity

    async def register(self, request: AuthRequest, identities: Identities) -> Identity:
        email, password = _credentials(request.body)
        present = await identities.find(email)
        if present is not None:
            # Somebody whose registration was interrupted goes on where they were.
            stored = str(present.provider_metadata.get("password", ""))
            if present.is_attached or not await _threaded(self._matches, stored, password):
                raise IdentityExists
            return present
        hashed = await _threaded(self._hasher.hash, password)
        try:
            return await identities.add(email, provider_metadata={"password": hashed})
        except Duplicate as error:
            raise IdentityExists from error

    async def update(self, entity_id: str, data: Mapping[str, Any], identities: Identities) -> None:
        password = data.get("password")
        identity = await identities.find(entity_id)
        if not isinstance(password, str) or not password or identity is None:
            raise Unauthorized("Unauthorized")
        metadata = {**identity.provider_metadata, "password": await _threaded(self._hasher.hash, password)}
        await identities.change(identity, provider_metadata=metadata)

    def _matches(self, stored: str, password: str) -> bool:
        if not stored.startswith("$argon2"):
            return matches_scrypt(stored, password)
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def _is_outdated(self, stored: str) -> bool:
        return not stored.startswith("$argon2") or self._hasher.check_needs_rehash(stored)


def _credentials(body: Mapping[str, Any]) -> tuple[str, str]:
    email, password = body.get("email"), body.get("password")
    if not isinstance(password, str) or not password:
        raise Unauthorized("Password should be a string")
    if not isinstance(email, str) or not email:
        raise Unauthorized("Email should be a string")
    return email, password


def matches_scrypt(stored: str, password: str) -> bool:
    """Whether a password belongs to a hash of Medusa 2: base64 of the 96-byte header of Tarsnap's scrypt.

    Six bytes ``scrypt``, a zero, log2(N), r and p (4 bytes each, big-endian), 32 bytes of salt, 16 bytes of checksum, and
    the HMAC-SHA256 of all that with the second half of the derived key.
    """
    try:
        header = base64.b64decode(stored, validate=True)
    except (binascii.Error, ValueError):
        return False
    if len(header) != 96 or header[:7] != b"scrypt\0":
        return False
    cost, block, parallel = header[7], int.from_bytes(header[8:12], "big"), int.from_bytes(header[12:16], "big")
    if not (1 <= cost <= 20 and 1 <= block <= 32 and 1 <= parallel <= 16):
        return False
    key = hashlib.scrypt(password.encode(), salt=header[16:48], n=2**cost, r=block, p=parallel, dklen=64, maxmem=2**28)
    return hmac.compare_digest(hmac.digest(key[32:], header[:64], "sha256"), header[64:])
