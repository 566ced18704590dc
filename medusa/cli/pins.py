"""``requirements.txt`` where there is no uv: the versions of this environment, with the hashes of their files."""

from __future__ import annotations

import importlib.metadata
import json
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from medusa.cli.local_packages import wheel_of
from medusa.cli.scaffold import run_quietly
from medusa.framework.errors import ConfigurationError

_REMEDY = "Correct this, or install uv, and run `medusa build` again."


def write_pins(folder: Path, project: dict[str, Any]) -> None:
    """Pin what the application needs, directly and indirectly, for machines like this one.

    Raises:
        ConfigurationError: A package is not installed here, or pip cannot find it.
    """
    versions = _needed([Requirement(line) for line in project.get("project", {}).get("dependencies", [])])
    wheels = {name: path for name in versions if (path := wheel_of(project, name)) is not None}
    pinned = [f"{name}=={version}" for name, version in sorted(versions.items()) if name not in wheels]
    lines = [f"./{path} --hash=sha256:{sha256((folder / path).read_bytes()).hexdigest()}" for path in wheels.values()]
    (folder / "requirements.txt").write_text("\n".join([*lines, *_hashed(folder, pinned)]) + "\n", encoding="utf-8")


def _needed(wanted: list[Requirement]) -> dict[str, str]:
    """Name and version of every package that these require, here."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            raise ConfigurationError(
                f"{name} is needed and not installed here: install what pyproject.toml names, and run `medusa build` again."
            ) from None
        found[name] = package.version
        for extra in ("", *requirement.extras):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            for line in package.requires or ():
                each = Requirement(line)
                if each.marker is None or each.marker.evaluate({"extra": extra}):
                    wanted.append(each)
    return found


def _hashed(folder: Path, pinned: list[str]) -> list[str]:
    """The pins with the hash of the file that pip takes on this machine."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "pins.txt").write_text("\n".join(pinned), encoding="utf-8")
        report = Path(place) / "report.json"
        options = ["--dry-run", "--ignore-installed", "--no-deps", "--quiet", "--disable-pip-version-check"]
        command = [sys.executable, "-m", "pip", "install", *options, "--report", str(report), "-r", f"{place}/pins.txt"]
        run_quietly(command, folder, remedy=_REMEDY)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return sorted(
        f"{each['metadata']['name']}=={each['metadata']['version']} "
        f"--hash=sha256:{each['download_info']['archive_info']['hashes']['sha256']}"
        for each in found
    )
