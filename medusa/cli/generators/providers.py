"""The code of a provider, read off the interface it implements."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from medusa.cli.generators.place import LINE_LENGTH, import_lines
from medusa.framework.modules.providers import Provider


@dataclass(frozen=True)
class Interface:
    """What a class that implements it has to say and to do."""

    kind: type[Provider]

    @property
    def methods(self) -> list[str]:
        """The names of the methods without which it is no provider."""
        return [
            name
            for name in dir(self.kind)
            if getattr(inspect.getattr_static(self.kind, name), "__isabstractmethod__", 0)
        ]

    @property
    def optional(self) -> list[str]:
        """Methods of the interface that do something already."""
        inherited = {*self.methods, *dir(Provider)}
        return [
            name
            for name, value in vars(self.kind).items()
            if inspect.iscoroutinefunction(value) and name not in inherited and not name.startswith("_")
        ]

    def attributes(self, title: str) -> list[str]:
        """Lines of the class: what the interface leaves it to say about itself."""
        values = {"str": f'"{title}"', "bool": "False", "int": "0"}
        lines: list[str] = []
        for cls in self.kind.__mro__[:-1]:
            for name, annotation in inspect.get_annotations(cls).items():
                if name in {"module", "identifier", "options"} or hasattr(self.kind, name):
                    continue
                kind = str(annotation).removeprefix("ClassVar[").removesuffix("]")
                if kind in values:
                    lines.append(f"{name} = {values[kind]}")
        return lines

    def code(self) -> str:
        """The methods, with the interface's own signatures; each says that it is not written yet."""
        return "\n\n".join(_method(getattr(self.kind, name)) for name in sorted(self.methods, key=self._line))

    def imports(self, *, ours: bool) -> str:
        """What the signatures need: of Medusa, or of Python."""
        found = {(_home(self.kind), self.kind.__name__)}
        found |= {needed for name in self.methods for needed in _names(getattr(self.kind, name))}
        return import_lines(*(each for each in found if each[0].startswith("medusa") == ours))

    def _line(self, name: str) -> int:
        return int(inspect.unwrap(getattr(self.kind, name)).__code__.co_firstlineno)


def _tree(method: Any) -> ast.AsyncFunctionDef | ast.FunctionDef:
    [node] = ast.parse(textwrap.dedent(inspect.getsource(method))).body
    assert isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
    return node


def _method(method: Any) -> str:
    node, lines = _tree(method), textwrap.dedent(inspect.getsource(method)).splitlines()
    signature = lines[node.lineno - 1 : node.body[0].lineno - 1]  # as its author, or a formatter, has laid it out
    doc = (inspect.getdoc(method) or "").split("\n", 1)[0]
    body = [*_docstring(doc), f'raise NotImplementedError("{node.name} is not written yet")']
    return textwrap.indent("\n".join([*signature, *(f"    {line}" for line in body)]), "    ")


def _docstring(doc: str) -> list[str]:
    line = f'"""{doc}"""'
    if not doc or len(line) <= LINE_LENGTH - 8:
        return [line] if doc else []
    return [*textwrap.wrap(f'"""{doc}', LINE_LENGTH - 20), '"""']


def _names(method: Any) -> Iterator[tuple[str, str]]:
    """The names of a signature, each after where it is imported from."""
    node = _tree(method)
    names = vars(sys.modules[method.__module__])
    used = [*(argument.annotation for argument in ast.walk(node.args) if isinstance(argument, ast.arg)), node.returns]
    for annotation in used:
        for part in ast.walk(annotation) if annotation else ():
            if isinstance(part, ast.Name) and not hasattr(builtins, part.id):
                thing = names.get(part.id)
                yield _home(thing, part.id, method.__module__) if thing else _for_types(method)[part.id], part.id


def _for_types(method: Any) -> dict[str, str]:
    """Where the names come from that the method's module imports for type checkers only."""
    tree = ast.parse(inspect.getsource(sys.modules[method.__module__]))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.asname or name.name: node.module or "" for node in imports for name in node.names}


def _home(thing: Any, name: str = "", used_in: str = "") -> str:
    """Where something is imported from: the shortest package that has it in its ``__all__``."""
    name, module = name or thing.__name__, str(getattr(thing, "__module__", "") or used_in)
    if module in {"typing", "collections.abc"} or not module.startswith("medusa"):
        return module if hasattr(importlib.import_module(module), name) else used_in
    if not hasattr(importlib.import_module(module), name):  # an alias of a type: known where it is used
        module = used_in
    parts = module.split(".")
    for length in range(2, len(parts)):
        package = importlib.import_module(".".join(parts[:length]))
        if name in getattr(package, "__all__", ()):
            return package.__name__
    return module
