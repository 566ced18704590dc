"""The code of a route, and its test."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from medusa.cli.generators.names import Name, parse
from medusa.cli.generators.place import import_lines
from medusa.framework.errors import ConfigurationError
from medusa.framework.http.routes import Route, scope_of
from medusa.framework.naming import plural

_CONTEXTS = {"store": "StoreContext", "admin": "AdminContext"}
_BODIES = {"POST": "Create", "PUT": "Replace", "PATCH": "Change"}


@dataclass(frozen=True)
class Path:
    """A path such as ``/store/brands/{id}``."""

    text: str

    @classmethod
    def parse(cls, given: str) -> Path:
        """The path as it was typed, with or without its first slash.

        Raises:
            ConfigurationError: A part of it cannot be one.
        """
        text = "/" + given.strip("/")
        for part in text[1:].split("/"):
            if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*|\{[a-z_]\w*\}", part):
                raise ConfigurationError(
                    f'"{part}" in "{given}" cannot be a part of a path: use lower-case letters, digits and dashes, or a '
                    "parameter such as {id}; for example store/brands/{id}."
                )
        if text[1] == "{":
            raise ConfigurationError(f'"{given}" begins with a parameter: begin with store, admin or a word.')
        return cls(text)

    @property
    def parts(self) -> list[str]:
        return self.text[1:].split("/")

    @property
    def words(self) -> list[str]:
        """The parts that are no parameters, without the scope."""
        words = [part for part in self.parts if not part.startswith("{")]
        return words[1:] if self.scope in _CONTEXTS and len(words) > 1 else words

    @property
    def parameters(self) -> list[str]:
        return [part[1:-1] for part in self.parts if part.startswith("{")]

    @property
    def scope(self) -> str:
        return scope_of(self.text)

    @property
    def file(self) -> str:
        """Below ``api``: ``store/brands.py``, ``store/brands_by_id.py``."""
        name = "_".join(self.words).replace("-", "_") + "".join(f"_by_{name}" for name in self.parameters)
        return f"{self.scope}/{name}" if self.scope in _CONTEXTS else name

    @property
    def noun(self) -> Name:
        """The last word, as one of many."""
        word = self.words[-1].replace("-", "_")
        for singular in (f"{word[:-3]}y" if word.endswith("ies") else "", word[:-2], word[:-1]):
            if singular and plural(singular) == word:
                return parse(singular, "route")
        return Name(word)

    @property
    def is_of_one(self) -> bool:
        return self.parts[-1].startswith("{")

    @property
    def example(self) -> str:
        """The path as the test's client takes it: without the scope, with values."""
        path = re.sub(r"\{\w+\}", "one", self.text)
        return path.removeprefix(f"/{self.scope}") if self.scope in _CONTEXTS else path


@dataclass(frozen=True)
class RouteCode:
    """A path with its methods; ``entity`` where its noun is a model."""

    path: Path
    methods: Sequence[str]
    entity: str | None

    def refuse_taken(self, known: Sequence[Route]) -> None:
        """Raise ConfigurationError where a route has this path and one of the methods."""
        template = re.sub(r"\{\w+\}", "{}", self.path.text)
        for route in known:
            if route.method in self.methods and re.sub(r"\{\w+\}", "{}", route.path) == template:
                raise ConfigurationError(
                    f"{route.method} {route.path} is there already, in {route.module}: choose another path. To change a shipped "
                    "route use a middleware or a hook; one that you write by hand with the same path replaces it."
                )

    @property
    def context(self) -> str:
        return _CONTEXTS.get(self.path.scope, "AuthContext")

    def code(self) -> dict[str, str]:
        """What the template of the file takes."""
        bodies = [self._body(method) for method in self.methods if method in _BODIES]
        reads_entity = self.entity is not None and "GET" in self.methods
        http = {self.context, "Response", *(method.lower() for method in self.methods)}
        if reads_entity:
            http |= {"RouteFields", "FieldsQuery" if self.path.is_of_one else "ListQuery"}
        lines = [import_lines(*(("medusa.framework.http", name) for name in http))]
        if bodies:
            lines = ["from typing import Annotated\n", "from msgspec import Meta, Struct\n", *lines]
        fields = (
            f'\n{self._constant} = RouteFields("{self.entity}", "id,created_at,updated_at")\n' if reads_entity else ""
        )
        blocks = [*bodies, *(self._handler(method) for method in self.methods)]
        return {
            "path": self.path.text,
            "imports": "\n".join(lines),
            "code": fields + "".join(f"\n\n{block}\n" for block in blocks),
        }

    @property
    def _constant(self) -> str:
        return (self.entity or "").upper()

    def _body(self, method: str) -> str:
        return (
            f"class {_BODIES[method]}{self.path.noun.pascal}(Struct, kw_only=True, forbid_unknown_fields=True):\n"
            f'    """What a client sends."""\n\n    name: Annotated[str, Meta(min_length=1, max_length=80)]'
        )

    def _handler(self, method: str) -> str:
        noun = self.path.noun
        arguments = [f"ctx: {self.context}", *(f"{name}: str" for name in self.path.parameters)]
        shown = "".join(f', "{name}": {name}' for name in self.path.parameters)
        verb, doc, answer = {"POST": "create", "PUT": "replace", "PATCH": "change"}.get(method, ""), "", ""
        if method in _BODIES:
            arguments.append(f"body: {_BODIES[method]}{noun.pascal}")
            doc = f"{verb.capitalize()} a {noun.words}: run your workflow here, with ``await ctx.run(...)``."
            answer = f'ctx.json({{"{noun.snake}": {{"name": body.name{shown}}}}})'
        elif method == "DELETE":
            verb, doc = "delete", f"Delete a {noun.words}: run your workflow here, with ``await ctx.run(...)``."
            id = self.path.parameters[-1] if self.path.parameters else f'"{noun.snake}"'
            answer = f'ctx.deleted({id}, "{noun.snake}")'
        elif self.entity and self.path.is_of_one:
            verb, doc = "retrieve", f"Retrieve a {noun.words}."
            arguments.append("query: FieldsQuery")
            answer = f'await ctx.detail("{noun.snake}", {self._constant}, {self.path.parameters[-1]}, query)'
        elif self.entity:
            verb, doc = "list", f"List {noun.plural.replace('_', ' ')}."
            arguments.append("query: ListQuery")
            answer = f'await ctx.list("{noun.plural}", {self._constant}, query)'
        else:
            verb, doc = "retrieve", f"Answer with a {noun.words}."
            answer = f'ctx.json({{"{noun.snake}": {{"name": "First"{shown}}}}})'
        name = f"{verb}_{noun.plural if verb == 'list' else noun.snake}"
        return (
            f'@{method.lower()}("{self.path.text}")\nasync def {name}({", ".join(arguments)}) -> Response:\n'
            f'    """{doc}"""\n    return {answer}'
        )

    def test(self) -> dict[str, str]:
        """What the template of the test takes."""
        client = self.path.scope if self.path.scope in _CONTEXTS else "visitor"
        return {
            "path": self.path.text,
            "client": client,
            "test": re.sub(r"\W+", "_", self.path.text).strip("_"),
            "lines": "\n".join(f"    {line}" for method in self.methods for line in self._asks(client, method)),
        }

    def _asks(self, client: str, method: str) -> list[str]:
        noun, path = self.path.noun.snake, self.path.example
        send = f'{client}.{method.lower()}("{path}"' if method in {"GET", "POST", "DELETE"} else ""
        if method == "DELETE":
            return [f'assert (await {send}))["deleted"] is True']
        if method == "GET" and self.entity and self.path.is_of_one:
            return [f"await {send}, expect=404)"]
        if method == "GET" and self.entity:
            return [f'assert (await {send}, {{"limit": 1}}))["limit"] == 1']
        if method == "GET":
            return [f'assert (await {send}))["{noun}"]["name"] == "First"']
        given, bad = '{"name": "First"}', '{"name": "First", "color": "red"}'
        if method == "POST":
            return [
                f'assert (await {send}, {given}))["{noun}"]["name"] == "First"',
                f"await {send}, {bad}, expect=400)",
            ]
        send = f'{client}.request("{method}", "{path}"'
        return [
            f'assert (await {send}, body={given}))["{noun}"]["name"] == "First"',
            f"await {send}, body={bad}, expect=400)",
        ]
