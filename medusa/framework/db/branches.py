"""Alembic branches: one for each module, labelled with its name, with its files in the module's own folder."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from medusa.framework.errors import ConfigurationError, Conflict, NotFound
from medusa.framework.plugins import plugin_packages

SHIPPED = Path(__file__).parents[2]


@dataclass(frozen=True)
class Branch:
    """The migrations of one module: their folder, and where to import the models they follow."""

    name: str
    folder: Path
    models: str


def branches(project: Path | None = None) -> list[Branch]:
    """The modules that have tables: shipped ones, then those of plug-ins, then those of the application at ``project``.

    Plug-ins that are switched off keep theirs.

    Raises:
        ConfigurationError: Two modules have the same name.
    """
    found = {
        branch.name: branch
        for folder in ("modules", "infrastructure")
        for branch in branches_below(SHIPPED / folder, f"medusa.{folder}")
    }
    shipped = set(found)
    for plugin in plugin_packages(project):
        for branch in branches_below(plugin.folder / "modules", f"{plugin.package}.modules"):
            if branch.name not in found:
                found[branch.name] = branch
            elif plugin.is_active:
                raise ConfigurationError(
                    f"The plug-in {plugin.name} has a module {branch.name!r}, and so {_has(found[branch.name], shipped)}: "
                    f'switch one off with plugins={{"{plugin.name}": PluginConfig(enabled=False)}} in medusa_config.py.'
                )
    for branch in branches_below(project / "src" / "modules", "src.modules") if project else ():
        if branch.name in found:
            whose = (
                "a shipped module" if branch.name in shipped else f"the module {found[branch.name].models} of a plug-in"
            )
            raise ConfigurationError(f"src/modules/{branch.name} has the name of {whose}: rename the folder.")
        found[branch.name] = branch
    return list(found.values())


def _has(branch: Branch, shipped: set[str]) -> str:
    return "has Medusa" if branch.name in shipped else f"has {branch.models.partition('.')[0]}"


def branch_of(module: str, project: Path | None = None) -> Branch:
    """The branch of one module.

    Raises:
        NotFound: There is no such module, or it has no tables.
    """
    known = {branch.name: branch for branch in branches(project)}
    if module not in known:
        raise NotFound(f"There is no module {module!r} with models. Modules: {', '.join(sorted(known))}")
    return known[module]


def script_directory(known: Sequence[Branch]) -> ScriptDirectory:
    """Alembic's view of the migration files of these modules."""
    folders = [str(branch.folder) for branch in known if branch.folder.is_dir()]
    return ScriptDirectory(str(Path(__file__).parent), version_locations=folders)


def applied_revisions(connection: Connection, script: ScriptDirectory) -> list[str]:
    """The revisions the database has, newest first.

    Raises:
        Conflict: It has one that no file explains.
    """
    current = MigrationContext.configure(connection).get_current_heads()
    with known_revisions():
        return [revision.revision for revision in script.iterate_revisions(current, "base")] if current else []


def missing_revisions(connection: Connection, script: ScriptDirectory) -> list[str]:
    """The revisions the database lacks, oldest first. A module of which it has a newer one than we know lacks none."""
    known = {revision.revision: revision for revision in script.walk_revisions()}
    current = MigrationContext.configure(connection).get_current_heads()
    newer = {module_of(revision) for revision in current if revision not in known}
    here = tuple(revision for revision in current if revision in known)
    applied = {revision.revision for revision in script.iterate_revisions(here, "base")} if here else set[str]()
    return [name for name in reversed(known) if name not in applied and module_of(name) not in newer]


def unknown_revisions(connection: Connection, script: ScriptDirectory) -> list[str]:
    """What the database has and no file explains: a newer version has migrated it, or a module is not installed here."""
    known = {revision.revision for revision in script.walk_revisions()}
    return [
        revision for revision in MigrationContext.configure(connection).get_current_heads() if revision not in known
    ]


def module_of(revision: str) -> str:
    """The module that a revision belongs to, by its name: ``store_0001``."""
    return revision.rpartition("_")[0]


@contextmanager
def known_revisions() -> Generator[None]:
    """Turns a revision that no file explains into an error with a remedy."""
    try:
        yield
    except (CommandError, ResolutionError) as error:
        raise Conflict(
            f"{error}. The database was migrated by a newer version, or a module or plug-in is missing: update the application, "
            "or install what is missing."
        ) from error


def branches_below(root: Path, package: str) -> Iterator[Branch]:
    """The modules with models in a folder."""
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if (folder / "models.py").exists() or (folder / "models").is_dir():
            yield Branch(folder.name, folder / "migrations", f"{package}.{folder.name}.models")
