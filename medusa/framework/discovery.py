"""Finds what there is: everything below a package is imported, nothing has to be registered."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from medusa.framework.errors import ConfigurationError


def import_tree(package: str, *, skip: frozenset[str] = frozenset({"migrations"})) -> list[ModuleType]:
    """Import a package and everything below it (but folders named in ``skip``), in the order of their names.

    A package that does not exist gives nothing.
    """
    try:
        root = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name is not None and (package == error.name or package.startswith(error.name + ".")):
            return []
        raise
    found = [root]
    for module in sorted(pkgutil.iter_modules(root.__path__), key=lambda module: module.name):
        if module.name in skip:
            continue
        name = f"{package}.{module.name}"
        found += import_tree(name, skip=skip) if module.ispkg else [importlib.import_module(name)]
    return found


def import_application(root: Path, folders: tuple[str, ...]) -> dict[str, list[ModuleType]]:
    """Import the application's ``src`` folders; by folder name.

    Folders need no ``__init__.py``. The application's root is put on Python's path so that ``src.…`` can be imported.
    """
    if not (root / "src").is_dir():
        return {folder: [] for folder in folders}
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    known = sys.modules.get("src")
    if known is not None and str(root / "src") not in list(known.__path__):
        raise ConfigurationError(
            f"Another package named 'src' is already imported from {list(known.__path__)}: one process serves one application"
        )
    return {folder: list(_import_folder(root, root / "src" / folder)) for folder in folders}


def import_folders(package: Path, folders: tuple[str, ...]) -> list[ModuleType]:
    """Import everything in these folders of the importable package that lies at ``package``; one need not be there."""
    return [module for folder in folders for module in _import_folder(package.parent, package / folder)]


def _import_folder(root: Path, folder: Path) -> Iterator[ModuleType]:
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if "migrations" in parts or any(part.startswith((".", "__pycache__")) for part in parts):
            continue
        yield importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
