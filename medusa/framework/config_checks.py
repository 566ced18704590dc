"""Checks of single settings; each error names the setting and says what to write instead."""

from __future__ import annotations

import re
from ipaddress import ip_network
from urllib.parse import urlsplit

from medusa.framework.errors import ConfigurationError

DEFAULT_SECRET = "supersecret"
_WEAK_SECRETS = {DEFAULT_SECRET, "secret", "changeme", "change-me", "password"}
_SECRET_CHARACTERS = 16


def check_url(setting: str, url: str | None, schemes: tuple[str, ...], database: str) -> None:
    """A URL of one of the schemes, with a database where it is PostgreSQL's; None is fine."""
    if url is None:
        return
    example = f"{schemes[-1] if 'postgresql' in schemes else schemes[0]}://user:password@host/{database}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigurationError(f"{setting} is not a URL ({error}): write it as {example}.") from None
    if parts.scheme not in schemes:
        kinds = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ConfigurationError(f"{setting} does not begin with {kinds}: write it as {example}.")
    if "postgresql" in schemes and not parts.path.strip("/"):
        raise ConfigurationError(f"{setting} names no database: write it as {example}.")
    if not parts.hostname and port is None and "host=" not in parts.query and parts.scheme != "unix":
        raise ConfigurationError(f"{setting} names no host: write it as {example}.")


def check_origins(setting: str, origins: str) -> None:
    """Origins separated by commas: ``scheme://host[:port]``, ``/regular expression/`` or ``*``."""
    for origin in (part.strip() for part in origins.split(",")):
        if origin == "*":
            continue
        if origin.startswith("/"):
            try:
                re.compile(origin.strip("/"))
            except re.error as error:
                raise ConfigurationError(
                    f"{setting}: {origin} is not a regular expression ({error}): correct it."
                ) from None
            continue
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
            raise ConfigurationError(
                f'{setting}: "{origin}" is not an origin: write it as https://shop.example.com, without a path or '
                "a slash at the end."
            )


def check_networks(setting: str, networks: str) -> None:
    """Addresses and networks separated by commas, ``*`` alone, or nothing."""
    for part in (part.strip() for part in networks.split(",") if part.strip()):
        try:
            if networks.strip() != "*":
                ip_network(part)
        except ValueError as error:
            raise ConfigurationError(
                f"{setting}: {error}: give addresses and networks such as 10.0.0.5,10.1.0.0/16, or * alone."
            ) from None


def check_secret(setting: str, secret: str) -> None:
    """A secret that nobody guesses, for production."""
    how = 'set it to the output of: python -c "import secrets; print(secrets.token_urlsafe(32))"'
    if secret == DEFAULT_SECRET:
        raise ConfigurationError(f"{setting} is missing, and production does not start without it: {how}")
    if secret in _WEAK_SECRETS or len(secret) < _SECRET_CHARACTERS:
        raise ConfigurationError(
            f"{setting} can be guessed (fewer than {_SECRET_CHARACTERS} characters or a common word): {how}"
        )
