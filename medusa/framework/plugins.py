"""Plug-ins: installed packages with the tree of an application's ``src``, found by their entry point.

A plug-in that is installed is active, unless ``medusa_config.py`` switches it off.
"""

from __future__ import annotations

import tomllib
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast, overload

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from medusa.framework.config import FILE_NAME, PluginConfig, read_config
from medusa.framework.distribution import DISTRIBUTION
from medusa.framework.errors import ConfigurationError

if TYPE_CHECKING:
    from medusa.framework.config import Config

GROUP = "medusa.plugins"
"""The group of entry points that plug-ins are found by."""

O = TypeVar("O", bound=msgspec.Struct)  # noqa: E741 - as P, F and S elsewhere


class NoOptions(msgspec.Struct, forbid_unknown_fields=True):
    """The options of a plug-in that has none."""


class Configured(Protocol):
    """Anything that knows the configuration: the application, the context of a route or of a workflow's ``app``."""

    @property
    def config(self) -> Config:
        """The application's configuration."""
        ...


class Plugin(Generic[O]):
    """What the package of a plug-in exports and its entry point names: ``plugin = Plugin("acme-gifts", options=GiftOptions)``.

    Args:
        name: The name of the entry point, and the key of ``plugins`` in ``medusa_config.py``.
        options: A Struct; a field without a default must be configured.
    """

    @overload
    def __init__(self: Plugin[NoOptions], name: str) -> None: ...
    @overload
    def __init__(self, name: str, *, options: type[O]) -> None: ...
    def __init__(self, name: str, *, options: type[msgspec.Struct] = NoOptions) -> None:
        self.name = name
        self.options_type = cast("type[O]", options)

    def options(self, app: Configured) -> O:
        """The options that the application gives, checked.

        Raises:
            ConfigurationError: An option is missing, unknown or of another type.
        """
        return self.read(app.config.plugins)

    def read(self, plugins: Mapping[str, PluginConfig]) -> O:
        """The options out of a configuration's ``plugins``."""
        given = dict(plugins.get(self.name, PluginConfig()).options)
        known = [field.encode_name for field in msgspec.structs.fields(self.options_type)]
        where = f"The options of the plug-in {self.name} in {FILE_NAME}"
        if unknown := [name for name in given if name not in known]:
            close = get_close_matches(unknown[0], known, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"it takes {', '.join(known) or 'none'}."
            raise ConfigurationError(f'{where} have no "{unknown[0]}": {hint}')
        try:
            return msgspec.convert(given, self.options_type)
        except msgspec.ValidationError as error:
            example = f'plugins={{"{self.name}": PluginConfig(options={{...}})}}'
            raise ConfigurationError(f"{where}: {error}. Give it as {example}.") from None


@dataclass(frozen=True)
class InstalledPlugin:
    """An active plug-in, and where its code is."""

    plugin: Plugin[Any]
    package: str
    folder: Path
    version: str

    @property
    def name(self) -> str:
        return self.plugin.name

    @property
    def is_developed(self) -> bool:
        """Whether it is installed from a source tree, which somebody may be changing."""
        return _is_source(self.folder)


def _is_source(folder: Path) -> bool:
    return not {"site-packages", "dist-packages"} & set(folder.parts)


def active_plugins(root: Path | None, config: Config | None = None) -> list[InstalledPlugin]:
    """The plug-ins of the application at ``root``, by name; none where there is no application.

    Args:
        config: That of the application, where it has been read.
    Raises:
        ConfigurationError: One is configured but not installed, does not fit this version, or has wrong options.
    """
    if root is None or not (root / FILE_NAME).exists():
        return []
    settings = (config or read_config(root)).plugins
    found = _found(root)
    if missing := sorted(set(settings) - set(found)):
        close = get_close_matches(missing[0], list(found), n=1)
        hint = (
            f'did you mean "{close[0]}"?' if close else f"add it with `medusa plugin:add {missing[0]}`, or remove it."
        )
        raise ConfigurationError(f'plugins in {FILE_NAME} names "{missing[0]}", which is not installed: {hint}')
    active = [_load(each) for name, each in sorted(found.items()) if settings.get(name, PluginConfig()).enabled]
    for plugin in active:
        plugin.plugin.read(settings)
    return active


@dataclass(frozen=True)
class PluginPackage:
    """Where the code of an installed plug-in is, whether it is active or not."""

    name: str
    package: str
    folder: Path
    is_active: bool

    @property
    def is_developed(self) -> bool:
        """Whether it is installed from a source tree, which somebody may be changing."""
        return _is_source(self.folder)


def plugin_packages(root: Path | None) -> list[PluginPackage]:
    """The packages of all installed plug-ins, active ones first; nothing of their code is imported.

    Raises:
        ConfigurationError: An active one does not fit this version.
    """
    if root is None or not (root / FILE_NAME).exists():
        return []
    settings = read_config(root).plugins
    packages: list[PluginPackage] = []
    for name, found in sorted(_found(root).items()):
        package = found.entry.module.partition(".")[0]
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations if spec else None) or ():
            is_active = settings.get(name, PluginConfig()).enabled
            if is_active:
                _check_version(found)
            packages.append(PluginPackage(name, package, Path(folder).resolve(), is_active))
            break
    return sorted(packages, key=lambda each: not each.is_active)


@dataclass(frozen=True)
class Found:
    """What a package says of the plug-in it holds, before any of its code is imported."""

    entry: EntryPoint
    package: str
    version: str
    requires: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.entry.name


def found_in(folder: Path) -> Found | None:
    """The plug-in whose ``pyproject.toml`` is in this folder: it need not be installed to be tried out there."""
    path = folder / "pyproject.toml"
    project: dict[str, Any] = tomllib.loads(path.read_text("utf-8")).get("project", {}) if path.exists() else {}
    entries: dict[str, str] = project.get("entry-points", {}).get(GROUP, {})
    for name, value in entries.items():
        entry, requires = EntryPoint(name, value, GROUP), tuple(project.get("dependencies", ()))
        return Found(entry, str(project.get("name")), str(project.get("version", "")), requires)
    return None


def _found(root: Path) -> dict[str, Found]:
    """The plug-in whose folder this is, and those that are installed."""
    own = found_in(root)
    found = {own.name: own} if own else {}
    for entry in entry_points(group=GROUP):
        installed = entry.dist
        if installed is None:
            continue
        each = Found(entry, installed.name, installed.version, tuple(installed.requires or ()))
        known = found.setdefault(each.name, each)
        if known.entry.value != entry.value:
            raise ConfigurationError(
                f"Two packages are the plug-in {each.name}: {known.package} and {each.package}. Uninstall one of them."
            )
    return found


def _load(found: Found) -> InstalledPlugin:
    """Import the plug-in's package, after a look at the version it is for."""
    _check_version(found)
    entry = found.entry
    package = entry.module.partition(".")[0]
    with explained(found.name, package):
        plugin: Plugin[Any] | None = entry.load()
    where = f"The entry point {entry.name} = {entry.value!r} in the group {GROUP}"
    if not isinstance(plugin, Plugin):
        raise ConfigurationError(f"{where} names a {type(plugin).__name__}: let it name a Plugin(...).")
    if plugin.name != found.name:
        raise ConfigurationError(f"{where} names the plug-in {plugin.name!r}: give both the same name.")
    [folder, *_] = import_module(package).__path__
    return InstalledPlugin(plugin, package, Path(folder).resolve(), found.version)


def _check_version(found: Found) -> None:
    """The range is that of the package's own requirements, which installers read too; they can be overruled."""
    ours = version(DISTRIBUTION)
    for line in found.requires:
        needed = Requirement(line)
        if canonicalize_name(needed.name) != DISTRIBUTION or needed.specifier.contains(ours, prereleases=True):
            continue
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            raise ConfigurationError(
                f"The plug-in {found.name} {found.version} needs {DISTRIBUTION} {needed.specifier}, this is {ours}: install a "
                f'version of it that fits, or switch it off with plugins={{"{found.name}": PluginConfig(enabled=False)}} '
                f"in {FILE_NAME}."
            )


@contextmanager
def explained(name: str, package: str) -> Generator[None]:
    """An exception out of a plug-in's code, while it is imported, becomes a sentence with its place."""
    try:
        yield
    except ConfigurationError:
        raise
    except Exception as error:
        reason = f"{_place(error, package)}{type(error).__name__}: {error}"
        raise ConfigurationError(
            f"The plug-in {name} cannot be loaded: {reason}. Update or remove it, or switch it off with "
            f'plugins={{"{name}": PluginConfig(enabled=False)}} in {FILE_NAME}.'
        ) from error


def _place(error: Exception, package: str) -> str:
    """Where in the package it happened."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}, line {error.lineno}: "
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if package in Path(frame.filename).parts]
    return f"{own[-1].filename}, line {own[-1].lineno}: " if own else ""
