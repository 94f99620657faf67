"""A suite as plain data, to be cut and written anew.

A tree knows no places and no comments, and nothing of what may be written: whatever is made of it is read
by the ordinary loader before it runs. Trees are never changed; every cut gives a new one.
"""

from collections.abc import Iterator
from typing import TypeAlias, cast

from raftkit.suite.document import Scalar, Sequence, YamlNode


class Quoted(str):
    """A text that stands in quotation marks: ``"3"`` is no number."""

    __slots__ = ()


Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str"
Path: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the root to a node."""

STEP_LISTS = ("steps", "else")
"""Keys behind which steps stand, wherever they are."""


def tree_of(node: YamlNode) -> Tree:
    """Take a document's nodes as plain data."""
    if isinstance(node, Scalar):
        return Quoted(node.text) if node.quoted else node.text
    if isinstance(node, Sequence):
        return [tree_of(item) for item in node.items]
    return {key: tree_of(item) for key, (_, item) in node.entries.items()}


def at(tree: Tree, path: Path) -> Tree:
    """Return the node at a path."""
    for key in path:
        tree = tree[key]  # type: ignore[index]
    return tree


def put(tree: Tree, path: Path, value: Tree) -> Tree:
    """Return the tree with another node at a path, or with a new key at its end."""
    if not path:
        return value
    key, *rest = path
    inner = put(at(tree, (key,)), tuple(rest), value) if rest else value
    if isinstance(tree, dict):
        return {**tree, str(key): inner}
    assert isinstance(tree, list)
    return [inner if index == key else item for index, item in enumerate(tree)]


def without(tree: Tree, path: Path) -> Tree:
    """Return the tree without the entry or item at a path."""
    owner = at(tree, path[:-1])
    return put(tree, path[:-1], less(owner, path[-1]))


def less(owner: Tree, key: str | int) -> Tree:
    """Return a mapping without one of its keys, or a list without one of its items."""
    if isinstance(owner, dict):
        return {name: item for name, item in owner.items() if name != key}
    return [item for index, item in enumerate(owner) if index != key]


def nodes(tree: Tree, path: Path = ()) -> Iterator[tuple[Path, Tree]]:
    """Yield every node with its path: a node before what is in it, in the order of the file."""
    yield path, tree
    if not isinstance(tree, str):
        for key, item in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from nodes(item, (*path, key))


def step_lists(tree: Tree) -> Iterator[tuple[Path, list[Tree]]]:
    """Yield every list of steps, the outermost first."""
    found = [
        (path, node)
        for path, node in nodes(tree)
        if isinstance(node, list) and path[-1:] and path[-1] in STEP_LISTS
    ]
    yield from sorted(found, key=lambda each: len(each[0]))


def test_path(tree: Tree) -> Path:
    """Point at the one test of a tree."""
    (name,) = cast("dict[str, Tree]", at(tree, ("tests",)))
    return "tests", name


def the_test(tree: Tree) -> dict[str, Tree]:
    """Return the one test of a tree."""
    return cast("dict[str, Tree]", at(tree, test_path(tree)))
