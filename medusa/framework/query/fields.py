"""The ``fields`` parameter: what a request wants to see of an entity and of its relations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

MAX_LENGTH = 16_384
MAX_DEPTH = 12

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Tree:
    """What is asked of one entity: all its columns or not, single names, and its relations.

    ``shape`` is the canonical form, by which trees compare.
    """

    star: bool = False
    names: tuple[str, ...] = ()
    children: Mapping[str, Tree] = field(default_factory=lambda: MappingProxyType({}))
    shape: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tree) and other.shape == self.shape

    def __hash__(self) -> int:
        return hash(self.shape)

    def asks(self, path: Path) -> bool:
        """Whether this name is asked for by itself, or is starred."""
        if len(path) == 1:
            return path[0] in self.names or path[0] in self.children
        child = self.children.get(path[0])
        return child is not None and child.asks(path[1:])

    def merged(self, other: Tree) -> Tree:
        """What either of the two asks for."""
        if other.shape == self.shape or not other.shape:
            return self
        children = dict(self.children)
        for name, child in other.children.items():
            children[name] = children[name].merged(child) if name in children else child
        return make_tree(self.star or other.star, dict.fromkeys((*self.names, *other.names)), children)


def make_tree(star: bool, names: Iterable[str], children: Mapping[str, Tree]) -> Tree:
    """A tree with its canonical shape."""
    listed = tuple(names)
    parts = ["*"] if star else []
    parts += sorted(listed)
    parts += [f"{name}({children[name].shape})" for name in sorted(children)]
    return Tree(star, listed, MappingProxyType(dict(children)), ",".join(parts))


class _Draft:
    """A tree while it is put together."""

    def __init__(self) -> None:
        self.star = False
        self.names: dict[str, None] = {}
        self.children: dict[str, _Draft] = {}

    def at(self, path: Path) -> _Draft:
        """The draft of the relation at this path, made where it is missing."""
        draft = self
        for name in path:
            draft = draft.children.setdefault(name, _Draft())
        return draft

    def find(self, path: Path) -> _Draft | None:
        draft: _Draft | None = self
        for name in path:
            draft = draft.children.get(name) if draft else None
        return draft

    def drop(self, path: Path) -> None:
        """Forget a name or a relation with all that is below it; what a star gives stays."""
        if parent := self.find(path[:-1]):
            parent.names.pop(path[-1], None)
            parent.children.pop(path[-1], None)

    def frozen(self) -> Tree:
        return make_tree(self.star, self.names, {name: child.frozen() for name, child in self.children.items()})


@dataclass(frozen=True, slots=True)
class Token:
    """One entry of a list of fields: ``+metadata``, ``*variants``, ``-description``, ``variants.prices.amount``."""

    path: Path
    star: bool = False
    plus: bool = False
    minus: bool = False

    @property
    def replaces(self) -> bool:
        """A plain name: the defaults no longer count."""
        return not (self.star or self.plus or self.minus)


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    for part in text.split(","):
        # A plus arrives as a blank where the client did not escape it.
        sign = part[:1]
        name = part.strip().lstrip("+-")
        star = name.startswith("*") or name.endswith(".*") or name == "*"
        path = tuple(piece for piece in name.strip("*").strip().split(".") if piece)
        if len(path) <= MAX_DEPTH and (path or star):
            found.append(Token(path, star, sign in ("+", " "), sign == "-"))
    return found


class Fields:
    """A parsed list of fields: immutable, hashable, and one object for one text."""

    __slots__ = ("hash", "tree")

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.hash = hash(tree.shape)

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Fields) and other.tree == self.tree)

    def __repr__(self) -> str:
        return f"Fields({self.tree.shape})"

    @staticmethod
    def parse(requested: str | None, defaults: str, allowed: str | None = None) -> Fields:
        """What a request sees.

        Plain names replace the defaults (``id,title``); ``+name``, ``*relation``, ``relation.*`` and ``-name`` change
        them. Unknown names are left out later, without an error, as clients of the API expect it.

        Args:
            requested: The ``fields`` parameter; None or empty for the defaults.
            defaults: The route's own list, in the same syntax.
            allowed: What may be asked for, in the same syntax (``*rel`` allows all columns of ``rel``); None for
                everything. What is not allowed is left out.
        """
        if requested is not None and len(requested) > MAX_LENGTH:
            requested = None
        return _parse(requested or None, defaults, allowed)

    @staticmethod
    def of(text: str) -> Fields:
        """Exactly these fields."""
        return _parse(None, text, None)

    def plus(self, text: str) -> Fields:
        """These fields and some more."""
        return _plus(self, text)

    def joined(self, other: Fields) -> Fields:
        """What either of the two asks for."""
        return Fields(self.tree.merged(other.tree)) if other.tree.shape else self

    def asks(self, name: str) -> bool:
        """Whether a dotted name is asked for by itself, or is starred."""
        return self.tree.asks(tuple(name.split(".")))


@lru_cache(maxsize=4096)
def _parse(requested: str | None, defaults: str, allowed: str | None) -> Fields:
    tokens = _tokens(requested) if requested else []
    # Beside plain names there is nothing to take away: the contract then reads "-name" as "name".
    replaced = any(token.replaces for token in tokens)
    if allowed is not None:
        permitted = _parse(None, allowed, None).tree
        tokens = [token for token in tokens if (token.minus and not replaced) or _permitted(permitted, token)]
    draft = _Draft()
    for token in [] if replaced else _tokens(defaults):
        _add(draft, token)
    for token in tokens:
        if replaced or not token.minus:
            _add(draft, token)
    for token in tokens:
        if token.minus and token.path and not replaced:
            draft.drop(token.path)
    return Fields(draft.frozen())


@lru_cache(maxsize=1024)
def _plus(fields: Fields, text: str) -> Fields:
    return Fields(fields.tree.merged(_parse(None, text, None).tree))


def _add(draft: _Draft, token: Token) -> None:
    if token.star:
        draft.at(token.path).star = True
    else:
        draft.at(token.path[:-1]).names[token.path[-1]] = None


def _permitted(allowed: Tree, token: Token) -> bool:
    tree = allowed
    for name in token.path[:-1]:
        if name not in tree.children:
            return False
        tree = tree.children[name]
    if not token.path:
        return allowed.star
    last = token.path[-1]
    if token.star:
        return last in tree.names or (last in tree.children and tree.children[last].star)
    return tree.star or last in tree.names
