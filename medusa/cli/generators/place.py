"""Where generated code goes: below ``src`` of an application, or into the package of a plug-in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from medusa.framework.config import FILE_NAME
from medusa.framework.errors import ConfigurationError
from medusa.framework.plugins import found_in

TEMPLATES = Path(__file__).parents[2] / "templates" / "new"
LINE_LENGTH = 120


@dataclass(frozen=True)
class Place:
    """The root of an application or of a plug-in, and the package its code is in (``src``)."""

    root: Path
    package: str

    @property
    def code(self) -> Path:
        return self.root / self.package


@dataclass
class Files:
    """Files that are to be written: all of them, or none."""

    place: Place
    texts: dict[Path, str] = field(default_factory=dict[Path, str])

    def add(self, template: str, path: str, names: Mapping[str, str], *, test: bool = False) -> None:
        """One file from a template; ``path`` is relative to the code, or to ``tests``."""
        folder = self.place.root / "tests" if test else self.place.code
        text = (TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")
        self.texts[folder / path] = Template(text).substitute({**names, "package": self.place.package})

    def write(self) -> list[str]:
        """Write them; their paths, relative to the root.

        Raises:
            ConfigurationError: One is there already.
        """
        for path in self.texts:
            if path.exists():
                raise ConfigurationError(
                    f"{path.relative_to(self.place.root)} exists already: choose another name, or remove it first."
                )
        for path, text in self.texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        _format(self.place.root, list(self.texts))
        return [str(path.relative_to(self.place.root)) for path in self.texts]


def here() -> Place:
    """The application or plug-in in the working directory.

    Raises:
        ConfigurationError: There is none.
    """
    root = Path.cwd()
    if plugin := found_in(root):
        return Place(root, plugin.entry.module.partition(".")[0])
    if not (root / FILE_NAME).exists():
        raise ConfigurationError(
            f"There is no {FILE_NAME} in {root}: go to your application's directory, or make an application with "
            "create-medusa-app."
        )
    return Place(root, "src")


def import_lines(*names: tuple[str, str]) -> str:
    """``from home import name``: a line for each home, sorted, wrapped where it is too long."""
    homes: dict[str, set[str]] = {}
    for home, name in names:
        homes.setdefault(home, set()).add(name)
    return "\n".join(_import(home, sorted(homes[home])) for home in sorted(homes))


def _import(home: str, names: list[str]) -> str:
    line = f"from {home} import {', '.join(names)}"
    wrapped = "".join(f"    {name},\n" for name in names)
    return line if len(line) <= LINE_LENGTH else f"from {home} import (\n{wrapped})"


def _format(root: Path, paths: list[Path]) -> None:
    """Sort the imports and wrap the lines where ruff is there to do it: names are of any length."""
    beside = Path(sys.executable).with_name("ruff")
    if ruff := str(beside) if beside.exists() else shutil.which("ruff"):
        names = [str(path) for path in paths]
        for command in (
            ["check", "--quiet", "--select", "I", "--fix"],
            ["format", "--quiet", "--line-length", str(LINE_LENGTH)],
        ):
            subprocess.run([ruff, *command, *names], cwd=root, check=False)
