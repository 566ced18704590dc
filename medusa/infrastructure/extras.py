"""Packages that only some providers need."""

from __future__ import annotations

from importlib.util import find_spec

from medusa.framework.errors import ConfigurationError


def need_package(package: str, *, module: str, what: str, extra: str) -> None:
    """Refuse to start without a package.

    Args:
        what: Who needs it, e.g. ``the provider s3``.
        extra: The extra of our own package that brings it.
    Raises:
        ConfigurationError: It is not installed.
    """
    if find_spec(package) is None:
        raise ConfigurationError(
            f"modules.{module}: {what} needs the package {package}: install medusa-commerce[{extra}]"
        )
