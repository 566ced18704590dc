"""What the ``medusa plugin:…`` commands do."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from medusa.cli.console import err, working
from medusa.cli.scaffold import find_uv, run_quietly
from medusa.framework.config import FILE_NAME, load_environment, read_config
from medusa.framework.db.branches import branches_below
from medusa.framework.distribution import DISTRIBUTION
from medusa.framework.errors import ConfigurationError
from medusa.framework.plugins import GROUP, Found, InstalledPlugin, active_plugins, found_in, plugin_packages


def here() -> tuple[Path, Found]:
    """The plug-in whose folder this is.

    Raises:
        ConfigurationError: It is none.
    """
    root = Path.cwd()
    found = found_in(root)
    if found is None:
        raise ConfigurationError(
            f'There is no plug-in in {root}: go to the folder whose pyproject.toml has [project.entry-points."{GROUP}"], or '
            "make one with `medusa plugin:new NAME`."
        )
    return root, found


def prepare_here() -> None:
    """Check that the plug-in can be served, and bring the database of its own application up to date."""
    root, _ = here()
    if not (root / FILE_NAME).exists():
        raise ConfigurationError(
            f"There is no {FILE_NAME} in {root}, the application to try the plug-in in: add one that says "
            "`from medusa.framework.config import Config` and `config = Config()`."
        )
    run_visibly([sys.executable, "-m", "medusa.cli.main", "db:setup"], root)


def develop_in(application: Path, host: str | None, port: int | None) -> None:
    """Install the plug-in of this folder into an application, editable, and serve that application."""
    root, found = here()
    python = python_of(application)
    with working(f"Installing {found.name} into {application}", f"Installed {found.name} into {application}"):
        if uv := find_uv():
            _quietly([uv, "pip", "install", "--quiet", "--python", python, "--editable", str(root)], application)
        else:
            _quietly([python, "-m", "pip", "install", "--quiet", "--editable", str(root)], application)
    run_visibly([python, "-m", "medusa.cli.main", "db:migrate"], application)
    options = [*(["--host", host] if host else []), *(["--port", str(port)] if port else [])]
    os.chdir(application)
    os.execv(python, [python, "-m", "medusa.cli.main", "develop", *options])


def python_of(application: Path) -> str:
    """The interpreter of an application's environment.

    Raises:
        ConfigurationError: There is no application, or it has no environment.
    """
    if not (application / FILE_NAME).exists():
        raise ConfigurationError(f"There is no {FILE_NAME} in {application}: give the folder of an application.")
    python = application / ".venv" / "bin" / "python"
    if python.exists():
        return str(python)
    if Path.cwd() == application:
        return sys.executable
    raise ConfigurationError(f"{application} has no virtual environment: run `uv sync` there first.")


def _quietly(command: list[str], where: Path) -> None:
    run_quietly(command, where, remedy="Correct this, and run the command again.")


def run_visibly(command: list[str], where: Path) -> None:
    """Run a command that speaks for itself; ends with its exit code where that is not 0."""
    if code := subprocess.run(command, cwd=where, check=False).returncode:
        raise SystemExit(code)


def build_here() -> list[Path]:
    """Build the wheel and the source archive, and look into them.

    Raises:
        ConfigurationError: Something is missing; the message says what.
    """
    root, found = here()
    package = root / found.entry.module.partition(".")[0]
    check_project(found, package)
    dist = root / "dist"
    before = {path: path.stat().st_mtime_ns for path in dist.glob("*")}
    with working(f"Building {found.package} {found.version}", f"Built {found.package} {found.version}"):
        if uv := find_uv():
            _quietly([uv, "build", "--quiet", "--out-dir", "dist", "."], root)
        else:
            _quietly([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", "dist", "."], root)
            err.print("[yellow]![/yellow] Without uv only the wheel is built.")
    made = [path for path in sorted(dist.glob("*")) if before.get(path) != path.stat().st_mtime_ns]
    built = [path for path in made if path.name.endswith((".whl", ".tar.gz"))]
    for path in built:
        check_archive(path, package)
    return [path.relative_to(root) for path in built]


def check_project(found: Found, package: Path) -> None:
    """Refuse what would not work in an application.

    Raises:
        ConfigurationError: No range of versions, no package, or a module without migrations.
    """
    ranges = [Requirement(line) for line in found.requires]
    if not any(canonicalize_name(each.name) == DISTRIBUTION and each.specifier for each in ranges):
        raise ConfigurationError(
            f"pyproject.toml does not say which versions of Medusa the plug-in is for: add it to dependencies, for example "
            f'"{DISTRIBUTION}>=0.1,<0.2".'
        )
    if not package.is_dir():
        raise ConfigurationError(f"The entry point names the package {package.name}, which is not in {package.parent}.")
    for branch in branches_below(package / "modules", package.name):
        if not list(branch.folder.glob("r*.py")):
            where = branch.folder.parent.relative_to(package.parent)
            raise ConfigurationError(f"{where} has models and no migrations: run `medusa db:generate {branch.name}`.")


def check_archive(path: Path, package: Path) -> None:
    """Refuse an archive that lacks a file of the package.

    Raises:
        ConfigurationError: It does; names the files.
    """
    names = set(_names(path))
    missing = [name for name in _files(package) if name not in names]
    if path.suffix == ".whl" and not any(name.endswith(".dist-info/entry_points.txt") for name in names):
        missing.append("entry_points.txt")
    if missing:
        raise ConfigurationError(
            f"{path.name} lacks {', '.join(missing[:5])}{' ...' if len(missing) > 5 else ''}: correct what the build system "
            "includes (with hatchling: packages of [tool.hatch.build.targets.wheel]), and files that .gitignore leaves out."
        )


def _files(package: Path) -> list[str]:
    return sorted(
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    )


def _names(path: Path) -> Iterator[str]:
    """What is in an archive, without the first folder of a source archive."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            yield from wheel.namelist()
    else:
        with tarfile.open(path) as archive:
            yield from (str(PurePosixPath(*PurePosixPath(name).parts[1:])) for name in archive.getnames())


def add_here(plugin: str) -> None:
    """Install a plug-in into the application in this folder, and show what it has then.

    Raises:
        ConfigurationError: It cannot be installed, or is no plug-in.
    """
    root = Path.cwd()
    python = python_of(root)
    source = Path(plugin).resolve()
    is_path = source.exists() and (plugin.startswith((".", "/")) or os.sep in plugin or source.is_file())
    if is_path and source.is_dir() and found_in(source) is None:
        raise ConfigurationError(f'{source} is no plug-in: its pyproject.toml has no [project.entry-points."{GROUP}"].')
    what = str(source) if is_path else plugin
    editable = ["--editable"] if is_path and source.is_dir() else []
    uv, project = find_uv(), root / "pyproject.toml"
    with working(f"Installing {plugin}", f"Installed {plugin}"):
        if uv and project.exists():
            _quietly([uv, "add", "--quiet", *editable, what], root)
        else:
            _quietly([python, "-m", "pip", "install", "--quiet", *editable, what], root)
    if not uv:
        needed = requirement_of(source) if is_path else plugin
        err.print(f'Add it to dependencies in pyproject.toml, for the next installation: "{needed}".', markup=False)
    # uv may have made the environment just now. Options that are missing are told, and are no failure of ours.
    subprocess.run([python_of(root), "-m", "medusa.cli.main", "plugin:list"], cwd=root, check=False)


def requirement_of(source: Path) -> str:
    """How a folder or a wheel is written among dependencies, where a path alone is none."""
    found = found_in(source) if source.is_dir() else None
    name = found.package if found else source.name.partition("-")[0]
    return f"{canonicalize_name(name)} @ {source.as_uri()}"


def describe_here() -> list[str]:
    """A line for each plug-in: name, version, options with their values; those that are switched off come last."""
    root = Path.cwd()
    if not (root / FILE_NAME).exists():
        raise ConfigurationError(f"There is no {FILE_NAME} in {root}: go to your application's directory.")
    load_environment(root)
    active = [_describe(root, plugin) for plugin in active_plugins(root)]
    off = [f"{plugin.name} (switched off)" for plugin in plugin_packages(root) if not plugin.is_active]
    return [*active, *off] or ["No plug-ins."]


def _describe(root: Path, plugin: InstalledPlugin) -> str:
    options = msgspec.structs.asdict(plugin.plugin.read(read_config(root).plugins))
    shown = ", ".join(f"{name}={value!r}" for name, value in options.items())
    return f"{plugin.name} {plugin.version}" + (f" ({shown})" if shown else "")
