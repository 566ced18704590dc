"""The base of a module's service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from medusa.framework.modules.crud import Crud
from medusa.framework.modules.providers import Providers

_VERBS = ("create", "update", "upsert", "list", "list_and_count", "retrieve", "delete", "soft_delete", "restore")
_BY_LENGTH = sorted(_VERBS, key=len, reverse=True)


class ModuleService:
    """What a module can do. One instance serves the whole process; it holds no state of a request.

    Class attributes that are :class:`Crud` also answer to Medusa's names: with ``brands = Crud(Brand)`` the service has
    ``create_brands``, ``list_brands``, ``retrieve_brand`` and so on.
    """

    name: ClassVar[str]

    def __init__(self, options: Mapping[str, Any] | None = None, providers: Providers | None = None) -> None:
        self.options: Mapping[str, Any] = options or {}
        self.providers = providers or Providers()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" not in cls.__dict__:
            parts = cls.__module__.split(".")
            cls.name = parts[parts.index("modules") + 1] if "modules" in parts else parts[-1]

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        for verb in _BY_LENGTH:
            noun = name.removeprefix(verb + "_")
            if noun == name:
                continue
            for plural in (noun, noun + "s", noun[:-1] + "ies" if noun.endswith("y") else noun):
                if _is_crud(crud := getattr(type(self), plural, None)):
                    method: Callable[..., Awaitable[Any]] = getattr(crud, verb)
                    return method
        raise AttributeError(f"{type(self).__name__} has no method {name!r}")


def _is_crud(value: Any) -> bool:
    return isinstance(value, Crud)
