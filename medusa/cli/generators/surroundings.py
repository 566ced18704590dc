"""What there is already: models, workflows, steps, routes and providers, shipped, of plug-ins and of the application."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Mapper

from medusa.cli.generators.names import suggestion
from medusa.cli.mistakes import mistakes_in_code_explained
from medusa.framework.app import load
from medusa.framework.config import load_environment
from medusa.framework.db.branches import branches
from medusa.framework.db.models import Base
from medusa.framework.errors import ConfigurationError
from medusa.framework.http.discovery import discover
from medusa.framework.http.routes import Route
from medusa.framework.links import LINKS
from medusa.framework.modules.providers import Provider, all_provider_classes
from medusa.framework.naming import plural, snake_case
from medusa.framework.workflows.step import registry as steps
from medusa.framework.workflows.workflow import registry as workflows

SHIPPED = Path(__file__).parents[2]


@dataclass(frozen=True)
class KnownModel:
    """A model, by its name in queries."""

    name: str
    model: type[Base]

    @property
    def module(self) -> str:
        """Where it is imported from: the package of models where that has it, else its file."""
        file = self.model.__module__
        return ".".join(file.split(".")[: file.split(".").index("models") + 1]) if ".models." in file else file

    @property
    def key(self) -> str:
        """The name of its column in a link's table."""
        table: Table = self.model.__table__
        return f"{snake_case(self.model.__name__)}_{next(iter(table.primary_key.columns)).name}"


@dataclass(frozen=True)
class Surroundings:
    """The application as it is, imported."""

    root: Path

    @classmethod
    def of(cls, root: Path) -> Surroundings:
        """Import everything that the application consists of.

        Raises:
            ConfigurationError: Its code cannot be loaded.
        """
        load_environment(root)
        with mistakes_in_code_explained(root):
            load(root)
        return cls(root)

    def model(self, name: str) -> KnownModel:
        """The model with this name.

        Raises:
            ConfigurationError: There is none; names the ones that look like it.
        """
        known = {snake_case(model.__name__): model for model in _models()}
        asked = snake_case(name).replace("-", "_")
        one = next((each for each in known if asked in (each, plural(each))), None)
        if one is not None:
            return KnownModel(one, known[one])
        close = get_close_matches(asked, list(known), n=3) or [each for each in known if asked in plural(each)]
        hint = f"did you mean {' or '.join(close)}?" if close else f"make it with `medusa new module {asked}`."
        raise ConfigurationError(f'There is no model "{name}": {hint}')

    def refuse_module(self, name: str) -> None:
        """Raise ConfigurationError for a module whose name, table or model is taken."""
        modules = {branch.name: branch.models for branch in branches(self.root)}
        tables = {table: "a table" for table in Base.metadata.tables}
        models = {snake_case(model.__name__): f"the model {model.__module__}.{model.__name__}" for model in _models()}
        folders = {path.name: f"the folder medusa/{path.parent.name}/{path.name}" for path in _shipped_folders()}
        taken = {**tables, **models, **folders, **{module: f"the module {where}" for module, where in modules.items()}}
        if name in taken:
            raise ConfigurationError(
                f'"{name}" is taken by {taken[name]}: choose another name, for example "{suggestion(name, taken)}".'
            )

    def refuse_workflow(self, id: str) -> None:
        """Raise ConfigurationError for a workflow's id that is taken."""
        if id in workflows:
            raise _taken("workflow", id, workflows[id].function.__module__, workflows)

    def refuse_step(self, name: str) -> None:
        """Raise ConfigurationError for a step's name that is taken."""
        if name in steps:
            raise _taken("step", name, steps[name].run.__module__, steps)

    def refuse_link(self, left: KnownModel, right: KnownModel) -> None:
        """Raise ConfigurationError for two models that are linked already."""
        for table, link in LINKS.links.items():
            if {link.left.model, link.right.model} == {left.model, right.model}:
                raise ConfigurationError(
                    f"{left.name} and {right.name} are linked already, by the table {table}: use that link, or write a second "
                    "one by hand, with define_link(..., table=...)."
                )

    def routes(self) -> list[Route]:
        """All routes."""
        return discover(self.root).routes

    def interface(self, module: str) -> type[Provider]:
        """What providers of a module derive from.

        Raises:
            ConfigurationError: The module takes none.
        """
        known = {cls.module: cls for cls in Provider.__subclasses__() if "module" in vars(cls)}
        if module in known:
            return known[module]
        close = get_close_matches(module, list(known), n=1)
        hint = f'did you mean "{close[0]}"?' if close else f"give one of {', '.join(sorted(known))}."
        raise ConfigurationError(f'The module "{module}" takes no providers: {hint}')

    def refuse_provider(self, module: str, identifier: str) -> None:
        """Raise ConfigurationError for a provider's identifier that is taken."""
        for cls in all_provider_classes():
            if getattr(cls, "module", None) == module and vars(cls).get("identifier") == identifier:
                raise ConfigurationError(
                    f'"{identifier}" is taken by {cls.__module__}.{cls.__name__}: choose another name, for example '
                    f'"{suggestion(identifier, {identifier})}".'
                )


def _models() -> list[type[Base]]:
    mappers: Iterable[Mapper[Any]] = Base.registry.mappers
    return sorted((mapper.class_ for mapper in mappers), key=lambda model: model.__name__)


def _shipped_folders() -> Iterable[Path]:
    for kind in ("modules", "infrastructure"):
        yield from (path for path in (SHIPPED / kind).iterdir() if path.is_dir() and not path.name.startswith("_"))


def _taken(kind: str, id: str, where: str, known: Iterable[str]) -> ConfigurationError:
    other = suggestion(id, {each.replace("-", "_") for each in known} | {id.replace("-", "_")})
    return ConfigurationError(
        f'There is a {kind} "{id}" in {where} already: choose another name, for example "{other.replace("_", "-")}".'
    )
