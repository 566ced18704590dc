"""Providers: what a module lets others do for it (take payments, ship parcels, check passwords)."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import msgspec

from medusa.framework.errors import ConfigurationError, NotFound

if TYPE_CHECKING:
    from medusa.framework.app import App

P = TypeVar("P", bound="Provider")
Options = TypeVar("Options", bound=msgspec.Struct)


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
        is_exclusive: Said by an interface of which an application uses one provider only: what is shipped for it is there
            only where nothing is configured.
        wants_redis: The shipped one with this is taken, before its like, where ``REDIS_URL`` is given.
    """

    module: ClassVar[str]
    id_prefix: ClassVar[str] = ""
    identifier: ClassVar[str]
    default_id: ClassVar[str | None] = None
    is_external: ClassVar[bool] = True
    is_exclusive: ClassVar[bool] = False
    wants_redis: ClassVar[bool] = False

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self.options: Mapping[str, Any] = options or {}
        self.check_options()

    def check_options(self) -> None:
        """Raise ConfigurationError for options that cannot work; called at start."""

    def options_as(self, kind: type[Options]) -> Options:
        """The options as a Struct; define it with ``forbid_unknown_fields=True`` so that a misspelt one is found.

        Raises:
            ConfigurationError: An option is missing, unknown or of another type.
        """
        try:
            return msgspec.convert(dict(self.options), kind)
        except msgspec.ValidationError as error:
            known = ", ".join(field.encode_name for field in msgspec.structs.fields(kind))
            where = f"modules.{self.module}.providers, options of {self.identifier!r}"
            raise ConfigurationError(f"{where}: {error} (it takes {known})") from error

    async def open(self, app: App) -> None:
        """Connect to what the provider talks to; called at each boot, after the database is connected.

        Raises:
            ConfigurationError: It cannot be reached: the application does not start. The message says what to do.
        """

    async def close(self) -> None:
        """Let go of what :meth:`open` took; called when the application ends."""

    @classmethod
    def full_id(cls, id: str) -> str:
        """The id by which rows and requests name an instance, e.g. ``pp_stripe_eu``."""
        return "_".join(part for part in (cls.id_prefix, cls.identifier, id) if part)


class Providers:
    """The providers of an application, by module and id."""

    def __init__(self) -> None:
        self._by_module: dict[str, dict[str, Provider]] = {}
        self._chosen: dict[str, Provider] = {}

    def add(self, provider: Provider, id: str, *, is_default: bool = False) -> None:
        """Register an instance; the default of its module is the one that says so, else the first.

        Raises:
            ConfigurationError: The id is taken.
        """
        known = self._by_module.setdefault(provider.module, {})
        full_id = provider.full_id(id)
        if full_id in known:
            raise ConfigurationError(f"modules.{provider.module}.providers has {full_id!r} twice: give one another id")
        known[full_id] = provider
        if is_default or provider.module not in self._chosen:
            self._chosen[provider.module] = provider

    def all(self) -> list[Provider]:
        """Every provider."""
        return [provider for known in self._by_module.values() for provider in known.values()]

    def default(self, kind: type[P]) -> P:
        """The provider a module uses where nobody names one.

        Raises:
            NotFound: The module has none.
        """
        provider = self._chosen.get(kind.module)
        if not isinstance(provider, kind):
            raise NotFound(f"There is no {kind.module} provider: configure one in modules.{kind.module}.providers")
        return provider

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
