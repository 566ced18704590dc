"""What an auth provider is: a way for somebody to prove who they are."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, TypeAlias

from msgspec import Struct

from medusa.framework.errors import Unauthorized
from medusa.framework.modules.providers import Provider

Data: TypeAlias = Mapping[str, Any]


class AuthRequest(Struct, frozen=True, kw_only=True):
    """What somebody sent to prove who they are, or what a third party sent about them."""

    actor_type: str
    body: Data = {}
    query: Mapping[str, Any] = {}
    headers: Mapping[str, str] = {}
    url: str = ""


class Identity(Struct, frozen=True, kw_only=True):
    """Somebody as one provider knows them.

    ``app_metadata`` belongs to the person, whatever the provider: it says as which actors they may act
    (``{"customer_id": "cus_1"}``).
    """

    auth_identity_id: str
    provider_identity_id: str
    entity_id: str
    provider: str
    app_metadata: dict[str, Any]
    user_metadata: dict[str, Any]
    provider_metadata: dict[str, Any]

    def actor_id(self, actor_type: str) -> str:
        """The id of the actor of this type; empty for somebody who is none yet."""
        return self.app_metadata.get(f"{actor_type}_id") or ""

    @property
    def is_attached(self) -> bool:
        """Whether they may act as anybody."""
        return any(value is not None for value in self.app_metadata.values())


class Redirect(Struct, frozen=True):
    """Go on at this address of a third party."""

    location: str


class Identities(Protocol):
    """The identities of one provider."""

    async def find(self, entity_id: str) -> Identity | None:
        """Who the provider knows by this name."""
        ...

    async def add(
        self, entity_id: str, *, provider_metadata: Data | None = None, user_metadata: Data | None = None
    ) -> Identity:
        """Make a new identity.

        Raises:
            Duplicate: The name is taken.
        """
        ...

    async def change(
        self, identity: Identity, *, provider_metadata: Data | None = None, user_metadata: Data | None = None
    ) -> Identity:
        """Replace what is given."""
        ...


class NotImplementedByProvider(Unauthorized):
    """The provider has no such way of proving who one is."""

    def __init__(self, what: str, provider: str) -> None:
        super().__init__(f"{what} not implemented for provider {provider}")


class AuthProvider(Provider):
    """A way of proving who one is. A provider does the work that takes long (hashing, calls) outside transactions.

    Attributes:
        display_name: What a login page calls it.
        flow: ``credentials`` when the body of one request is enough, ``redirect`` when a third party takes part.
    """

    module = "auth"
    display_name: ClassVar[str]
    flow: ClassVar[str] = "credentials"

    @classmethod
    def full_id(cls, id: str) -> str:
        """The name in addresses: ``/auth/customer/emailpass``."""
        return id or cls.identifier

    @abstractmethod
    async def authenticate(self, request: AuthRequest, identities: Identities) -> Identity | Redirect:
        """Log somebody in.

        Raises:
            Unauthorized: The proof does not hold.
        """

    async def register(self, request: AuthRequest, identities: Identities) -> Identity:
        """Make an identity for somebody new."""
        raise NotImplementedByProvider("Registration", self.identifier)

    async def validate_callback(self, request: AuthRequest, identities: Identities) -> Identity:
        """Log in who comes back from a third party."""
        raise NotImplementedByProvider("Callback authentication", self.identifier)

    async def update(self, entity_id: str, data: Data, identities: Identities) -> None:
        """Change what the provider knows, such as a password."""
        raise NotImplementedByProvider("Update", self.identifier)
