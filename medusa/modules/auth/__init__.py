"""Who somebody is, proved by one provider or several."""

from medusa.modules.auth.claims import login_claims, reset_claims
from medusa.modules.auth.identities import identities_of, identities_within
from medusa.modules.auth.provider import AuthProvider, AuthRequest, Identities, Identity, Redirect
from medusa.modules.auth.service import AuthService, ProviderNotAllowed, ProviderUnknown, ResetTokenInvalid

__all__ = [
    "AuthProvider",
    "AuthRequest",
    "AuthService",
    "Identities",
    "Identity",
    "ProviderNotAllowed",
    "ProviderUnknown",
    "Redirect",
    "ResetTokenInvalid",
    "identities_of",
    "identities_within",
    "login_claims",
    "reset_claims",
]
