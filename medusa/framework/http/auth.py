"""Who is asking: publishable keys, user and customer tokens, sessions, secret API keys."""

from __future__ import annotations

import base64
import binascii
import time
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import jwt
from jwt.warnings import InsecureKeyLengthWarning
from msgspec import Struct

from medusa.framework.errors import Unavailable
from medusa.framework.http.errors import HttpError, PublishableKeyInvalid, PublishableKeyMissing, unauthorized
from medusa.framework.http.sessions import SessionCookies, SessionStore

if TYPE_CHECKING:
    from medusa.framework.http.request import HttpRequest
    from medusa.framework.http.settings import HttpSettings

ALGORITHM = "HS256"
_KNOWN_TOKENS = 4096
AUTH_CONTEXT = "auth_context"
BEARER_SECRET_KEY = (
    "A secret API key was passed as a Bearer token. Secret API keys must be sent using HTTP Basic authentication instead "
    "(Authorization: Basic <secret-api-key>)."
)


class Actor(Struct, frozen=True, kw_only=True):
    """Who asks, as the token, the session or the key says. ``claims`` is all of the token."""

    actor_id: str
    actor_type: str
    auth_identity_id: str = ""
    auth_provider: str = ""
    app_metadata: Mapping[str, Any] = {}
    user_metadata: Mapping[str, Any] = {}
    claims: Mapping[str, Any] = {}


class PublishableKey(Struct, frozen=True):
    """A publishable key that may be used, and the sales channels it opens."""

    id: str
    token: str
    sales_channel_ids: tuple[str, ...] = ()


class SecretKey(Struct, frozen=True):
    """A secret key that may be used."""

    id: str


class ApiKeys(Protocol):
    """Looks up API keys; fast, since every request asks."""

    async def publishable(self, token: str) -> PublishableKey | None:
        """The publishable key with this token; None when it is unknown or revoked."""
        ...

    async def secret(self, token: str) -> SecretKey | None:
        """The secret key with this token; None when it is unknown or revoked."""
        ...


class NoApiKeys:
    """Knows no key: what an application has without the API key module."""

    async def publishable(self, token: str) -> PublishableKey | None:
        return None

    async def secret(self, token: str) -> SecretKey | None:
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """Who may call a route.

    Args:
        actors: Types of actor that may; ``"*"`` for any. None at all: everybody, and nobody is looked up.
        optional: Also who proves nothing.
        unregistered: Also who has an identity but is no actor yet (a customer about to register).
        api_keys: Also with a secret API key.
        sessions: Also with a session cookie.
    """

    actors: frozenset[str] = field(default_factory=frozenset[str])
    optional: bool = False
    unregistered: bool = False
    api_keys: bool = False
    sessions: bool = True

    def admits(self, actor_type: str) -> bool:
        return actor_type in self.actors or "*" in self.actors


PUBLIC = Access()
CUSTOMER = Access(actors=frozenset({"customer"}))
OPTIONAL_CUSTOMER = Access(actors=frozenset({"customer"}), optional=True)
REGISTERING_CUSTOMER = Access(actors=frozenset({"customer"}), unregistered=True)
USER = Access(actors=frozenset({"user"}), api_keys=True)
ANYBODY = Access(actors=frozenset({"*"}))
ANY_IDENTITY = Access(actors=frozenset({"*"}), unregistered=True)
ANY_TOKEN = Access(actors=frozenset({"*"}), unregistered=True, sessions=False)


@contextmanager
def _short_secrets() -> Generator[None]:
    """The configuration demands a long secret in production; elsewhere a short one is nobody's worry."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        yield


class Tokens:
    """Signs and verifies JSON web tokens."""

    def __init__(self, settings: HttpSettings) -> None:
        self._secret = settings.jwt_secret
        self._ttl_seconds = settings.jwt_expires_in_seconds
        self._known: dict[str, tuple[Mapping[str, Any], float]] = {}

    def sign(self, claims: Mapping[str, Any], *, expires_in_seconds: int | None = None) -> str:
        """A token with these claims, valid from now on."""
        now = int(time.time())
        expires = now + (self._ttl_seconds if expires_in_seconds is None else expires_in_seconds)
        with _short_secrets():
            return jwt.encode(  # pyright: ignore[reportUnknownMemberType]
                {**claims, "iat": now, "exp": expires}, self._secret, algorithm=ALGORITHM
            )

    def verify(self, token: str) -> Mapping[str, Any] | None:
        """The claims of a token; None when it is not ours, forged, over, or not yet valid."""
        if (known := self._known.get(token)) is not None:
            return known[0] if known[1] > time.time() else None
        try:
            with _short_secrets():
                claims = jwt.decode(  # pyright: ignore[reportUnknownMemberType]
                    token, self._secret, algorithms=[ALGORITHM], options={"verify_iat": False, "verify_aud": False}
                )
        except (jwt.InvalidTokenError, ValueError):
            return None
        if len(self._known) >= _KNOWN_TOKENS:
            self._known.clear()
        self._known[token] = (claims, float(claims.get("exp", "inf")))
        return claims


class Authenticator:
    """Finds out who asks, and refuses who may not."""

    def __init__(self, settings: HttpSettings, api_keys: ApiKeys, sessions: SessionStore) -> None:
        self.api_keys = api_keys
        self.sessions = sessions
        self.cookies = SessionCookies(settings)
        self.tokens = Tokens(settings)

    async def publishable_key(self, request: HttpRequest) -> PublishableKey:
        """The key of a store request.

        Raises:
            PublishableKeyMissing: There is none.
            PublishableKeyInvalid: It is unknown or revoked.
        """
        token = request.headers.get(b"x-publishable-api-key")
        if not token:
            raise PublishableKeyMissing
        key = await self.api_keys.publishable(token.decode("latin-1"))
        if key is None:
            raise PublishableKeyInvalid
        return key

    async def actor(self, request: HttpRequest, access: Access) -> Actor | None:
        """Who asks; None for nobody where that is allowed.

        Raises:
            HttpError: 401.
            Unavailable: It is a matter of a session, and sessions cannot be read now.
        """
        if not access.actors:
            return None
        actor, away = None, None
        try:
            actor = await self._from_session(request, access) if access.sessions else None
        except Unavailable as error:
            away = error  # a token or a key may still say who asks
        if actor is None and b"authorization" in request.headers:
            scheme, _, credentials = request.headers[b"authorization"].decode("latin-1").strip().partition(" ")
            match scheme.lower():
                case "bearer":
                    actor = self._from_token(credentials.strip(), access)
                case "basic" if access.api_keys:
                    actor = await self._from_key(credentials.strip())
                case _:
                    pass
        if actor is None and away is not None:
            raise away
        if actor is None and not access.optional:
            raise HttpError(unauthorized())
        return actor

    async def session_id(self, request: HttpRequest) -> str | None:
        """The id of the session the request's cookie names, if we signed it."""
        cookie = request.cookies.get(self.cookies.name)
        return None if cookie is None else self.cookies.sid(cookie)

    async def _from_session(self, request: HttpRequest, access: Access) -> Actor | None:
        if b"cookie" not in request.headers:
            return None
        sid = await self.session_id(request)
        data = None if sid is None else await self.sessions.load(sid)
        return _actor(data.get(AUTH_CONTEXT), access) if data else None

    def _from_token(self, token: str, access: Access) -> Actor | None:
        if token.startswith("sk_") and access.api_keys:
            raise HttpError(unauthorized(BEARER_SECRET_KEY))
        return _actor(self.tokens.verify(token), access)

    async def _from_key(self, credentials: str) -> Actor | None:
        token = _token_of_basic(credentials)
        key = None if token is None else await self.api_keys.secret(token)
        return None if key is None else Actor(actor_id=key.id, actor_type="api-key")


def _token_of_basic(credentials: str) -> str | None:
    """A secret key from ``Basic``: as it is, or as the user name in base64."""
    if credentials.startswith("sk_"):
        return credentials
    try:
        decoded = base64.b64decode(credentials, validate=False).decode()
    except (binascii.Error, ValueError):
        return None
    token = decoded.removesuffix(":")
    return token if token.startswith("sk_") and ":" not in token else None


def _actor(claims: Mapping[str, Any] | None, access: Access) -> Actor | None:
    if claims is None or not access.admits(str(claims.get("actor_type", ""))) or "actor_type" not in claims:
        return None
    if not claims.get("actor_id") and not (access.unregistered and claims.get("auth_identity_id")):
        return None
    return Actor(
        actor_id=claims.get("actor_id") or "",
        actor_type=claims["actor_type"],
        auth_identity_id=claims.get("auth_identity_id") or "",
        auth_provider=claims.get("auth_provider") or "",
        app_metadata=claims.get("app_metadata") or {},
        user_metadata=claims.get("user_metadata") or {},
        claims=claims,
    )
