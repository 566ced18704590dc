"""What the tokens of the HTTP API say."""

from __future__ import annotations

import uuid
from typing import Any

from medusa.modules.auth.provider import Identity

RESET = "reset"


def login_claims(identity: Identity, actor_type: str) -> dict[str, Any]:
    """The claims of somebody who has proved who they are; ``actor_id`` is empty for who is no actor yet."""
    return {
        "actor_id": identity.actor_id(actor_type),
        "actor_type": actor_type,
        "auth_identity_id": identity.auth_identity_id,
        "auth_provider": identity.provider,
        "mfa_enabled": False,
        "mfa_challenge_completed_at": None,
        "app_metadata": identity.app_metadata,
        "user_metadata": identity.user_metadata,
    }


def reset_claims(entity_id: str, provider: str, actor_type: str) -> dict[str, Any]:
    """The claims of a token that lets somebody set a new password once; ``jti`` is its secret."""
    return {
        "entity_id": entity_id,
        "provider": provider,
        "actor_type": actor_type,
        "purpose": RESET,
        "jti": str(uuid.uuid4()),
    }
