"""Packages that an application takes from a folder of this machine: on another one they have to be wheels."""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any, cast

from packaging.utils import canonicalize_name

from medusa.cli.scaffold import run_quietly
from medusa.cli.version import source_checkout
from medusa.framework.distribution import DISTRIBUTION
from medusa.framework.errors import ConfigurationError

PACKAGES = "packages"
_TABLE = "[tool.uv.sources]"
_REMEDY = "Correct this, and run `medusa build` again."


def read_project(root: Path) -> dict[str, Any]:
    """What the application's ``pyproject.toml`` says.

    Raises:
        ConfigurationError: There is none, or it cannot be read.
    """
    path = root / "pyproject.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no pyproject.toml in {root}: add one whose dependencies name {DISTRIBUTION}."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not TOML ({error}): correct it.") from None


def with_wheels(root: Path, target: Path, uv: str | None) -> str:
    """The text of ``pyproject.toml`` with wheels below ``target`` in the place of local folders; builds them.

    Raises:
        ConfigurationError: A wheel cannot be built, or a source is written in a way that cannot be replaced.
    """
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    sources = _sources(read_project(root))
    folders = {name: _local(root, source["path"]) for name, source in sources.items() if "path" in source}
    checkout = source_checkout()
    if checkout is not None and DISTRIBUTION not in folders:
        folders[DISTRIBUTION] = checkout
    for name, place in folders.items():
        wheel = _wheel(place, target, uv)
        text = _replaced(text, name, f"{name} = {{ path = {str(Path(PACKAGES) / wheel.name)!r} }}")
    return text


def wheel_of(project: dict[str, Any], name: str) -> str | None:
    """The path of the wheel that a built project has for a package."""
    sources = {canonicalize_name(key): source for key, source in _sources(project).items()}
    path: str | None = sources.get(canonicalize_name(name), {}).get("path")
    return path


def _sources(project: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, Any] = project.get("tool", {}).get("uv", {}).get("sources", {})
    for name, source in found.items():
        if not isinstance(source, dict) or "workspace" in source:
            raise ConfigurationError(
                f"{_TABLE} takes {name} from more than one place, or from a workspace: give one path, URL or repository."
            )
    return cast("dict[str, dict[str, Any]]", found)


def _local(root: Path, path: str) -> Path:
    place = (root / path).resolve()
    if not place.exists():
        raise ConfigurationError(f"{_TABLE} in pyproject.toml names {path}, which is not there: correct the path.")
    return place


def _wheel(place: Path, target: Path, uv: str | None) -> Path:
    """The wheel of a folder, built, or of a file, copied."""
    if place.is_file():
        return Path(shutil.copy2(place, target))
    before = set(target.glob("*.whl"))
    if uv is not None:
        run_quietly([uv, "build", "--quiet", "--wheel", "--out-dir", str(target), str(place)], target, remedy=_REMEDY)
        (target / ".gitignore").unlink(missing_ok=True)
    else:
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(target), str(place)]
        run_quietly(pip, target, remedy=_REMEDY)
    [made] = set(target.glob("*.whl")) - before
    return made


def _replaced(text: str, name: str, line: str) -> str:
    """The text with this line for the package in the table of sources."""
    head, table, rest = text.partition(_TABLE)
    if not table:
        return f"{text.rstrip()}\n\n{_TABLE}\n{line}\n"
    entries, bracket, after = re.match(r"(?s)(.*?)(^\[.*|\Z)(.*)", rest, re.MULTILINE).groups()  # type: ignore[union-attr]
    entries, count = re.subn(rf"(?m)^{re.escape(name)}[ \t]*=[ \t]*\{{[^}}\n]*\}}[ \t]*$", lambda _: line, entries)
    if not count and re.search(rf"(?m)^{re.escape(name)}\s*=", entries):
        raise ConfigurationError(
            f"{_TABLE} in pyproject.toml: write the source of {name} in one line, {name} = {{ ... }}."
        )
    return head + table + (entries if count else f"\n{line}{entries}") + bracket + after
