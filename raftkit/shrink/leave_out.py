"""Cuts that leave something out."""

from collections.abc import Iterator

from raftkit.shrink.failing import Failing
from raftkit.shrink.search import chunks
from raftkit.shrink.tree import Path, Tree, at, less, nodes, put, step_lists, test_path, the_test, without

DEMANDS = ("must_happen", "not_judged_by", "cost", "source")
"""Fields of a test without which it runs as it did."""

CALMING = ("pause", "clients", "keys")
"""Fields without which more happens, and not less."""


def demands(failing: Failing) -> Iterator[Tree]:
    """What a pass would have had to show, and what is for people."""
    path = test_path(failing.tree)
    for name in DEMANDS:
        if name in the_test(failing.tree):
            yield without(failing.tree, (*path, name))


def after_the_failure(failing: Failing) -> Iterator[Tree]:
    """All steps behind the one at which it failed."""
    where = failing.result.failure.where if failing.result.failure else None
    number = where.step.partition(" ")[0].partition(".")[0] if where else ""
    path = (*test_path(failing.tree), "steps")
    steps = at(failing.tree, path)
    if number.isdigit() and int(number) < len(steps):
        yield put(failing.tree, path, list(steps)[: int(number)])


def faults(failing: Failing) -> Iterator[Tree]:
    """Faults beside the steps: all, halves, one by one."""
    path = (*test_path(failing.tree), "background")
    if "background" in the_test(failing.tree):
        yield without(failing.tree, path)
        yield from _shorter(failing.tree, path)


def steps(failing: Failing) -> Iterator[Tree]:
    """Steps, the outermost first: halves, quarters, one by one."""
    for path, _ in step_lists(failing.tree):
        yield from _shorter(failing.tree, path)


def fields(failing: Failing) -> Iterator[Tree]:
    """Fields of steps and of faults, items of lists, shared steps that nobody uses."""
    calming = _calming(failing.tree)
    return (tree for tree in _without_a_field(failing.tree) if _calming(tree) == calming)


def _without_a_field(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, dict) and "shared" in tree:
        yield without(tree, ("shared",))
    for path, node in nodes(tree):
        if path == ("shared",) or (path[:1] == ("tests",) and len(path) > 2):
            yield from _lighter(tree, path, node)


def _calming(tree: Tree) -> int:
    return sum(path[-1:] != () and path[-1] in CALMING for path, _ in nodes(tree))


def _shorter(tree: Tree, path: Path) -> Iterator[Tree]:
    items = at(tree, path)
    assert isinstance(items, list)
    for part in chunks(len(items)):
        rest = items[: part.start] + items[part.stop :]
        if rest:
            yield put(tree, path, rest)


def _lighter(tree: Tree, path: Path, node: Tree) -> Iterator[Tree]:
    """Without one of its fields or items; of a step without any, its name, and of a single one, its value."""
    if isinstance(node, str):
        return
    if isinstance(node, dict) and len(node) == 1 and isinstance(path[-1], int):
        yield put(tree, path, next(iter(node)))
    if len(node) == 1:
        yield put(tree, path, next(iter(node.values() if isinstance(node, dict) else node)))
    else:
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            yield put(tree, path, less(node, key))
