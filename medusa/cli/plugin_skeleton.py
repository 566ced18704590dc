"""Makes a plug-in from the template."""

from __future__ import annotations

import importlib.util
import keyword
import re
import shutil
import sys
from pathlib import Path

from medusa.cli.console import working
from medusa.cli.scaffold import CACHES, find_uv, run_quietly
from medusa.cli.version import source_checkout, version
from medusa.framework.distribution import DISTRIBUTION
from medusa.framework.errors import ConfigurationError

TEMPLATE = Path(__file__).parents[1] / "templates" / "plugin"
_NAME, _PACKAGE = "my-medusa-plugin", "my_medusa_plugin"


def create(target: Path, name: str, *, install: bool) -> None:
    """The plug-in's folder, with a virtual environment.

    Raises:
        ConfigurationError: The name or the folder is taken, or a step failed.
    """
    check_name(name)
    if target.exists():
        raise ConfigurationError(f"{target} exists already: choose another name, or remove it first.")
    with working(f"Creating {name}", f"Created {name}"):
        write_files(target, name)
    if install:
        with working("Installing the virtual environment", "Installed the virtual environment"):
            _install(target)


def check_name(name: str) -> None:
    """A name that a package, a module of Python and a part of a path can have.

    Raises:
        ConfigurationError: It cannot, or it is taken.
    """
    package = name.replace("-", "_")
    good = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789") or "gift-wrap"
    hint = f'for example "{good if good.startswith("medusa-") else f"medusa-{good}"}"'
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or keyword.iskeyword(package):
        raise ConfigurationError(
            f'"{name}" cannot be the name of a plug-in: use lower-case letters, digits and dashes, a letter first; {hint}.'
        )
    reserved = package in sys.stdlib_module_names or package in {"src", "tests"}
    if reserved or importlib.util.find_spec(package) is not None:
        raise ConfigurationError(f'There is a package "{package}" already: choose another name, {hint}.')


def write_files(target: Path, name: str) -> None:
    """The template, with the plug-in's name and the versions of Medusa that it is for."""
    shutil.copytree(TEMPLATE, target, ignore=CACHES)
    (target / "gitignore").rename(target / ".gitignore")
    package = name.replace("-", "_")
    (target / _PACKAGE).rename(target / package)
    for path in target.rglob("*"):
        if path.suffix in {".md", ".toml", ".py"}:
            text = path.read_text(encoding="utf-8").replace(_NAME, name).replace(_PACKAGE, package)
            path.write_text(text, encoding="utf-8")
    project = target / "pyproject.toml"
    text = project.read_text(encoding="utf-8").replace(f'"{DISTRIBUTION}"', f'"{DISTRIBUTION}{fitting_versions()}"')
    if checkout := source_checkout():
        text += f'\n[tool.uv.sources]\n{DISTRIBUTION} = {{ path = "{checkout.as_posix()}", editable = true }}\n'
    project.write_text(text, encoding="utf-8")


def fitting_versions() -> str:
    """From this version on, up to the next one that may break things."""
    major, minor, *_ = (int(part) for part in re.findall(r"\d+", version()))
    return f">={major}.{minor},<{major + 1}" if major else f">=0.{minor},<0.{minor + 1}"


def _install(target: Path) -> None:
    interpreter = getattr(sys, "_base_executable", sys.executable)
    if uv := find_uv():
        run_quietly([uv, "sync", "--quiet", "--python", interpreter], target)
        return
    run_quietly([interpreter, "-m", "venv", ".venv"], target)
    checkout = source_checkout()
    medusa = ["-e", str(checkout)] if checkout else []
    tools = ["httpx", "pytest", "pytest-asyncio", "pytest-xdist"]
    python = str(target / ".venv" / "bin" / "python")
    run_quietly([python, "-m", "pip", "install", "--quiet", *medusa, "-e", ".", *tools], target)
