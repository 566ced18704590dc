"""Tokens of API keys: how they are made, shown and compared."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from enum import StrEnum


class ApiKeyType(StrEnum):
    """A publishable key names a storefront; a secret key gives a server the rights of a user."""

    PUBLISHABLE = "publishable"
    SECRET = "secret"


_PREFIX = {ApiKeyType.PUBLISHABLE: "pk_", ApiKeyType.SECRET: "sk_"}


def new_token(type: ApiKeyType) -> str:
    """A token with 256 random bits: ``pk_…`` or ``sk_…``."""
    return _PREFIX[type] + secrets.token_hex(32)


def redacted(token: str) -> str:
    """What may be shown of a token: ``sk_8fe***c15``."""
    return f"{token[:6]}***{token[-3:]}"


def fingerprint(token: str) -> str:
    """What is stored of a secret token. A token is random, so one round of SHA-256 cannot be reversed by guessing."""
    return hashlib.sha256(token.encode()).hexdigest()


async def matches_scrypt(token: str, salt: str, stored: str) -> bool:
    """Whether a secret token belongs to a row of Medusa 2, which keeps scrypt (N=2**14, r=8, p=1) with a salt."""
    computed = await asyncio.to_thread(
        hashlib.scrypt, token.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=64, maxmem=2**26
    )
    return hmac.compare_digest(computed.hex(), stored)
