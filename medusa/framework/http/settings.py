"""What the HTTP layer takes from the configuration."""

from __future__ import annotations

from msgspec import Struct


class HttpSettings(Struct, frozen=True, kw_only=True):
    """Settings of the HTTP layer.

    CORS values are origins separated by commas; one written ``/between slashes/`` is a regular expression. ``*`` allows
    every origin.
    """

    jwt_secret: str
    cookie_secret: str
    store_cors: str = ""
    admin_cors: str = ""
    auth_cors: str = ""
    jwt_expires_in_seconds: int = 86_400
    session_ttl_seconds: int = 36_000
    cookie_name: str = "connect.sid"
    cookie_secure: bool = False
    """Sessions only over TLS (also when a proxy in front says so with ``x-forwarded-proto``): right in production."""
    cookie_same_site: str = "Lax"
    body_limit_bytes: int = 102_400
    upload_limit_bytes: int = 100 * 1024 * 1024
    body_timeout_seconds: float = 30.0
    """For a JSON body as a whole, and for each part of any other."""
    auth_requests_per_minute: int = 600
    """POST requests to ``/auth`` for each client address; 0 for no limit. Far above what a test or a benchmark needs."""
    trusted_proxies: str = ""
    """Addresses and networks whose ``X-Forwarded-For`` is believed; ``*`` for whoever connects."""
    access_log: bool = True
    title: str = "Medusa API"
    version: str = "1.0.0"
