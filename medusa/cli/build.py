"""``medusa build``: the application as a folder that runs on another machine, with nothing but Python."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any, cast

from medusa.cli.console import working
from medusa.cli.local_packages import PACKAGES, read_project, with_wheels
from medusa.cli.pins import write_pins
from medusa.cli.scaffold import find_uv, run_quietly
from medusa.framework.config import FILE_NAME, load_environment
from medusa.framework.db.branches import branches_below
from medusa.framework.errors import ConfigurationError

OUTPUT = Path(".medusa/server")
_KEPT = {".env", ".medusa", ".venv", "private", "static"}
"""What a server that ran in the folder has there: its settings, database, packages, uploaded files."""
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".DS_Store")
_REMEDY = "Correct this, and run `medusa build` again."
_DASHBOARD = """# Place of the dashboard

The build of an admin dashboard goes here. There is none yet.
"""
_PACKAGES = """# Packages that no registry has

Wheels of Medusa for Python and of plug-ins that the application takes from a folder; pyproject.toml and the lock file
name them.
"""


def build(root: Path) -> Path:
    """Make ``.medusa/server`` of the application at ``root``; the folder.

    Raises:
        ConfigurationError: The code cannot be loaded, a module lacks its migration, or the packages cannot be resolved.
    """
    check_migrations(root)
    output, fresh = root / OUTPUT, root / ".medusa" / "server.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    with working("Copying the sources", "Copied the sources"):
        _copy(root, fresh)
    with working("Importing them", "Imported them"):
        _import(root, fresh)
    with working("Locking the packages", "Locked the packages"):
        _lock(root, fresh)
    _replace(output, fresh)
    return output


def check_migrations(root: Path) -> None:
    """Every module with models has a migration: a database elsewhere could not be made otherwise."""
    for branch in branches_below(root / "src" / "modules", "src.modules"):
        if not any(path.name != "__init__.py" for path in branch.folder.glob("*.py")):
            raise ConfigurationError(
                f"src/modules/{branch.name} has models and no migration: run `medusa db:generate {branch.name}`."
            )


def _copy(root: Path, fresh: Path) -> None:
    for name in [FILE_NAME, "src", ".env.template", *_included(root)]:
        source = root / name
        if not source.exists():
            continue
        target = fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=_IGNORED)
        else:
            shutil.copy2(source, target)
    shutil.rmtree(fresh / "src" / "admin", ignore_errors=True)  # sources of the dashboard
    for folder, text in (("public/admin", _DASHBOARD), (PACKAGES, _PACKAGES)):
        (fresh / folder).mkdir(parents=True)
        (fresh / folder / "README.md").write_text(text, encoding="utf-8")


def _included(root: Path) -> list[str]:
    """Files and folders beside ``src`` that the application needs: ``include`` of ``[tool.medusa]`` in pyproject.toml."""
    tools = cast("dict[str, dict[str, Any]]", read_project(root).get("tool", {}))
    names: list[str] = tools.get("medusa", {}).get("include", [])
    for name in names:
        if not (root / name).exists() or not (root / name).resolve().is_relative_to(root) or name in {".", ".medusa"}:
            raise ConfigurationError(
                f'include of [tool.medusa] in pyproject.toml names "{name}": give files and folders of the application.'
            )
    return names


def _import(root: Path, fresh: Path) -> None:
    """Import everything from where it was copied to: what was left behind is missed now, and not in production."""
    load_environment(root)  # medusa_config.py may ask for variables
    variables = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run_quietly([sys.executable, "-m", "medusa.cli.importing"], fresh, variables, remedy=_REMEDY)


def _lock(root: Path, fresh: Path) -> None:
    """pyproject.toml, uv.lock and requirements.txt, all with the same versions, and wheels for what no registry has."""
    uv = find_uv()
    (fresh / "pyproject.toml").write_text(with_wheels(root, fresh / PACKAGES, uv), encoding="utf-8")
    if uv is None:
        write_pins(fresh, read_project(fresh))
        return
    if (root / "uv.lock").exists():
        shutil.copy2(root / "uv.lock", fresh)  # the versions that were tried out
    run_quietly([uv, "lock", "--quiet"], fresh, remedy=_REMEDY)
    export = ["export", "--frozen", "--no-dev", "--no-annotate", "--quiet", "--format", "requirements-txt"]
    run_quietly([uv, *export, "--output-file", "requirements.txt"], fresh, remedy=_REMEDY)


def _replace(output: Path, fresh: Path) -> None:
    """Put what is new in the place of what is old; what a server made there stays."""
    output.mkdir(exist_ok=True)
    for old in output.iterdir():
        if old.name not in _KEPT:
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    for new in fresh.iterdir():
        new.rename(output / new.name)
    fresh.rmdir()
