"""API keys: publishable ones of storefronts, secret ones of servers."""

from medusa.modules.api_key.service import ApiKeyService, CreatedKey, KeysNotRevoked
from medusa.modules.api_key.tokens import ApiKeyType

__all__ = ["ApiKeyService", "ApiKeyType", "CreatedKey", "KeysNotRevoked"]
