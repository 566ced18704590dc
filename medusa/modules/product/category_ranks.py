"""Places in the category tree: ranks among siblings and paths from the root; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from medusa.framework.errors import ErrorType, InvalidData, MedusaError, NotAllowed, NotFound


@dataclass(slots=True)
class Node:
    """A category's place."""

    id: str
    parent_id: str | None
    rank: int
    mpath: str


@dataclass(slots=True)
class Tree:
    """The places of all categories, and which of them changed."""

    nodes: dict[str, Node]
    changed: dict[str, Node] = field(default_factory=dict[str, Node])

    @classmethod
    def of(cls, nodes: Iterable[Node]) -> Tree:
        """A tree without changes."""
        return cls({node.id: node for node in nodes})

    def children(self, parent_id: str | None) -> list[Node]:
        """The categories below a parent (None: the roots), by rank."""
        found = [node for node in self.nodes.values() if node.parent_id == parent_id]
        return sorted(found, key=lambda node: (node.rank, node.id))

    def insert(self, id: str, parent_id: str | None, rank: int | None) -> Node:
        """Put a new category below a parent: at a rank, or last.

        Raises:
            MedusaError: The parent does not exist.
        """
        self._parent(parent_id)
        node = self.nodes[id] = Node(id, parent_id, -1, "")
        self._place(node, rank)
        return node

    def move(self, id: str, changes: Mapping[str, object]) -> None:
        """Give a category another ``rank`` or ``parent_category_id``, where these are named.

        Raises:
            InvalidData: It would come below itself.
            MedusaError: The parent does not exist.
        """
        node = self.nodes[id]
        rank = changes.get("rank")
        wanted = rank if isinstance(rank, int) else None
        if "parent_category_id" in changes and changes["parent_category_id"] != node.parent_id:
            parent_id = changes["parent_category_id"]
            assert parent_id is None or isinstance(parent_id, str)
            self._refuse_cycle(node, self._parent(parent_id))
            before, node.parent_id = node.parent_id, parent_id
            self._place(node, wanted)
            self._number(self.children(before))
        elif wanted is not None:
            self._place(node, wanted)

    def remove(self, id: str) -> None:
        """Take a category without children out.

        Raises:
            NotFound: There is none.
            NotAllowed: It has children.
        """
        if id not in self.nodes:
            raise NotFound(f"ProductCategory with id: {id} was not found")
        if self.children(id):
            raise NotAllowed(f"Deleting ProductCategory ({id}) with category children is not allowed")
        node = self.nodes.pop(id)
        self.changed.pop(id, None)
        self._number(self.children(node.parent_id))

    def _parent(self, parent_id: str | None) -> Node | None:
        if parent_id is None:
            return None
        if parent_id not in self.nodes:
            raise MedusaError(f"Parent category with id: '{parent_id}' does not exist", type=ErrorType.INVALID_ARGUMENT)
        return self.nodes[parent_id]

    def _refuse_cycle(self, node: Node, parent: Node | None) -> None:
        while parent is not None:
            if parent.id == node.id:
                raise InvalidData(f"The category {node.id} cannot come below itself: choose another parent")
            parent = self.nodes.get(parent.parent_id or "")

    def _place(self, node: Node, rank: int | None) -> None:
        siblings = [other for other in self.children(node.parent_id) if other is not node]
        position = len(siblings) if rank is None else min(max(rank, 0), len(siblings))
        siblings.insert(position, node)
        self._number(siblings)
        self._path(node)

    def _number(self, siblings: Iterable[Node]) -> None:
        for rank, node in enumerate(siblings):
            if node.rank != rank:
                node.rank = rank
                self.changed[node.id] = node

    def _path(self, node: Node) -> None:
        parent = self.nodes.get(node.parent_id or "")
        node.mpath = f"{parent.mpath}.{node.id}" if parent else node.id
        self.changed[node.id] = node
        for child in self.children(node.id):
            self._path(child)
