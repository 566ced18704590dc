"""Places in the category tree."""

from __future__ import annotations

import pytest

from medusa.framework.errors import InvalidData, MedusaError, NotAllowed, NotFound
from medusa.modules.product.category_ranks import Node, Tree


def make_tree() -> Tree:
    """root with a, b, c; a with d."""
    return Tree.of(
        [
            Node("root", None, 0, "root"),
            Node("a", "root", 0, "root.a"),
            Node("b", "root", 1, "root.b"),
            Node("c", "root", 2, "root.c"),
            Node("d", "a", 0, "root.a.d"),
        ]
    )


def order(tree: Tree, parent: str | None) -> list[tuple[str, int]]:
    return [(node.id, node.rank) for node in tree.children(parent)]


def test_a_new_category_comes_last() -> None:
    tree = make_tree()
    assert tree.insert("x", "root", None).rank == 3
    assert tree.nodes["x"].mpath == "root.x"
    assert set(tree.changed) == {"x"}


def test_a_new_category_with_a_rank_moves_those_behind_it() -> None:
    tree = make_tree()
    tree.insert("x", "root", 1)
    assert order(tree, "root") == [("a", 0), ("x", 1), ("b", 2), ("c", 3)]
    assert set(tree.changed) == {"x", "b", "c"}


def test_a_rank_beyond_the_end_is_the_end() -> None:
    tree = make_tree()
    assert tree.insert("x", "root", 99).rank == 3


def test_a_change_of_rank_leaves_no_gap() -> None:
    tree = make_tree()
    tree.move("c", {"rank": 0})
    assert order(tree, "root") == [("c", 0), ("a", 1), ("b", 2)]
    tree.move("c", {"rank": 50})
    assert order(tree, "root") == [("a", 0), ("b", 1), ("c", 2)]


def test_a_move_takes_the_whole_branch_along() -> None:
    tree = make_tree()
    tree.move("a", {"parent_category_id": "c"})
    assert order(tree, "root") == [("b", 0), ("c", 1)]
    assert tree.nodes["a"].mpath == "root.c.a"
    assert tree.nodes["d"].mpath == "root.c.a.d"


def test_a_move_to_the_root_with_a_rank() -> None:
    tree = make_tree()
    tree.move("d", {"parent_category_id": None, "rank": 0})
    assert order(tree, None) == [("d", 0), ("root", 1)]
    assert tree.nodes["d"].mpath == "d"


@pytest.mark.parametrize("parent", ["a", "d"])
def test_a_category_cannot_come_below_itself(parent: str) -> None:
    with pytest.raises(InvalidData, match="cannot come below itself"):
        make_tree().move("a", {"parent_category_id": parent})


def test_an_unknown_parent_is_refused() -> None:
    with pytest.raises(MedusaError, match="Parent category with id: 'none' does not exist"):
        make_tree().insert("x", "none", None)


def test_removing_closes_the_gap() -> None:
    tree = make_tree()
    tree.remove("b")
    assert order(tree, "root") == [("a", 0), ("c", 1)]
    assert set(tree.changed) == {"c"}


def test_a_category_with_children_stays() -> None:
    with pytest.raises(NotAllowed, match=r"Deleting ProductCategory \(a\) with category children is not allowed"):
        make_tree().remove("a")


def test_removing_an_unknown_category() -> None:
    with pytest.raises(NotFound):
        make_tree().remove("none")
