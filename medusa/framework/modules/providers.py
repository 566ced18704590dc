"""Providers: what a module lets others do for it (take payments, ship parcels, check passwords)."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from medusa.framework.errors import ConfigurationError, NotFound

P = TypeVar("P", bound="Provider")


class Provider:
    """The base of all providers; a module derives its interface from it and says ``module`` there.

    Attributes:
        module: The module it serves, e.g. ``"payment"``.
        id_prefix: What the module's provider ids start with, e.g. ``"pp"``.
        identifier: The kind, e.g. ``"stripe"``; unique within the module.
        default_id: The instance that exists without configuration, e.g. ``"default"`` for ``pp_system_default``; ``""`` where the
            id ends with the identifier (``tp_system``); None where a provider must be configured.
        is_external: Whether it touches anything outside our database. Steps that call an external provider end the
            transaction first.
    """

    module: ClassVar[str]
    id_prefix: ClassVar[str] = ""
    identifier: ClassVar[str]
    default_id: ClassVar[str | None] = None
    is_external: ClassVar[bool] = True

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self.options: Mapping[str, Any] = options or {}
        self.check_options()

    def check_options(self) -> None:
        """Raise ConfigurationError for options that cannot work; called at start."""

    @classmethod
    def full_id(cls, id: str) -> str:
        """The id by which rows and requests name an instance, e.g. ``pp_stripe_eu``."""
        return "_".join(part for part in (cls.id_prefix, cls.identifier, id) if part)


class Providers:
    """The providers of an application, by module and id."""

    def __init__(self) -> None:
        self._by_module: dict[str, dict[str, Provider]] = {}

    def add(self, provider: Provider, id: str) -> None:
        """Register an instance.

        Raises:
            ConfigurationError: The id is taken.
        """
        known = self._by_module.setdefault(provider.module, {})
        full_id = provider.full_id(id)
        if full_id in known:
            raise ConfigurationError(f"modules.{provider.module}.providers has {full_id!r} twice: give one another id")
        known[full_id] = provider

    def of(self, module: str) -> Mapping[str, Provider]:
        """The providers of a module, by full id."""
        return self._by_module.get(module, {})

    def get(self, kind: type[P], id: str) -> P:
        """The provider with this full id.

        Raises:
            NotFound: There is none.
        """
        provider = self.of(kind.module).get(id)
        if not isinstance(provider, kind):
            raise NotFound(f"Unable to retrieve the {kind.module} provider with id: {id}")
        return provider


def shipped_providers(classes: Iterable[type[Provider]]) -> list[Provider]:
    """Instances of the providers that need no configuration."""
    return [cls() for cls in classes if "identifier" in vars(cls) and cls.default_id is not None]


def all_provider_classes(base: type[Provider] = Provider) -> list[type[Provider]]:
    """Every imported provider class."""
    found: list[type[Provider]] = []
    for cls in base.__subclasses__():
        found += [cls, *all_provider_classes(cls)]
    return found


def load_provider(module: str, resolve: str, options: Mapping[str, Any]) -> Provider:
    """The provider that a configuration names as ``package.module`` or ``package.module:Class``.

    Raises:
        ConfigurationError: It cannot be found, or is none of this module.
    """
    where = f"modules.{module}.providers: {resolve!r}"
    path, _, name = resolve.partition(":")
    try:
        source = importlib.import_module(path)
    except ImportError as error:
        raise ConfigurationError(f"{where} cannot be imported: {error}") from error
    classes = [
        value
        for key, value in vars(source).items()
        if inspect.isclass(value)
        and issubclass(value, Provider)
        and (key == name if name else value.__module__ == path)
    ]
    if len(classes) != 1:
        raise ConfigurationError(f"{where} names {len(classes)} provider classes: write it as 'package.module:Class'")
    if classes[0].module != module:
        raise ConfigurationError(f"{where} is a provider of the module {classes[0].module!r}, not of {module!r}")
    return classes[0](options)
