"""Finds routes and middlewares: every one that a module below ``medusa.api`` or ``src/api`` defines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import TypeAlias, TypeGuard

from litestar import Controller, Router
from litestar.handlers import BaseRouteHandler

from medusa.framework.discovery import import_application, import_folders, import_tree
from medusa.framework.errors import ConfigurationError
from medusa.framework.http.additional_data import AdditionalData, with_additional_data
from medusa.framework.http.middleware import Middleware
from medusa.framework.http.routes import Route
from medusa.framework.plugins import InstalledPlugin, explained

LitestarKind: TypeAlias = BaseRouteHandler | Router | type[Controller]


@dataclass(slots=True)
class Routes:
    """What an application answers: our routes, Litestar's own kinds, middlewares in their order, data for hooks."""

    routes: list[Route] = field(default_factory=list[Route])
    handlers: list[LitestarKind] = field(default_factory=list[LitestarKind])
    middlewares: list[Middleware] = field(default_factory=list[Middleware])
    additional_data: list[AdditionalData] = field(default_factory=list[AdditionalData])

    def overlaid(self, other: Routes) -> Routes:
        """These with others on top: a route of ``other`` replaces one with the same method and path."""
        replaced = {(route.method, route.template) for route in other.routes}
        kept = [route for route in self.routes if (route.method, route.template) not in replaced]
        return Routes(
            [*kept, *other.routes],
            [*self.handlers, *other.handlers],
            [*self.middlewares, *other.middlewares],
            [*self.additional_data, *other.additional_data],
        )

    def checked(self) -> Routes:
        """These, with what hooks take checked.

        Raises:
            ConfigurationError: Data is declared for a route that does not exist or takes none.
        """
        return replace(self, routes=with_additional_data(self.routes, self.additional_data))


def collect(modules: Iterable[ModuleType]) -> Routes:
    """Everything that these modules hold.

    Raises:
        ConfigurationError: Two routes have the same method and path.
    """
    found = Routes()
    known: dict[tuple[str, str], Route] = {}
    seen: set[int] = set()
    for module in modules:
        for value in vars(module).values():
            if id(value) in seen:
                continue
            seen.add(id(value))
            if isinstance(value, Route):
                other = known.setdefault((value.method, value.template), value)
                if other is not value:
                    raise ConfigurationError(
                        f"{value.method} {value.path} is defined twice: in {other.module} and in {value.module}. Remove one."
                    )
                found.routes.append(value)
            elif isinstance(value, Middleware):
                found.middlewares.append(value)
            elif isinstance(value, AdditionalData):
                found.additional_data.append(value)
            elif _is_litestar(value, module):
                found.handlers.append(value)
    return found


def _is_litestar(value: object, module: ModuleType) -> TypeGuard[LitestarKind]:
    if isinstance(value, type):
        return issubclass(value, Controller) and value.__module__ == module.__name__
    return isinstance(value, BaseRouteHandler | Router)


def discover(
    root: Path | None = None, *, plugins: Sequence[InstalledPlugin] = (), package: str = "medusa.api"
) -> Routes:
    """The shipped routes, over them those of plug-ins, and over these those of the application at ``root`` (``src/api``)."""
    found = collect(import_tree(package))
    modules: list[ModuleType] = []
    for plugin in plugins:
        with explained(plugin.name, plugin.package):
            modules += import_folders(plugin.folder, ("api",))
    found = found.overlaid(collect(modules))
    if root is None:
        return found.checked()
    return found.overlaid(collect(import_application(root, ("api",))["api"])).checked()
