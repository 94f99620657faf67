"""Cuts that make something less: counts, times, servers, weather, chance."""

from collections.abc import Iterator

from raftkit.model import MS
from raftkit.shrink.failing import Failing
from raftkit.shrink.size import (
    COUNTS,
    NETWORKS,
    SERVICES,
    UNBOUND,
    USUAL,
    constant,
    deviations_of,
    duration_text,
    highest,
    servers_of,
    word_of,
)
from raftkit.shrink.tree import Path, Tree, nodes, put, test_path, the_test, without
from raftkit.suite.expressions import Duration, Range

ALLOWED = ("index", "expect", "that", "within", "at_least", "at_most", "bytes_below")
"""Fields that say what is right: no cut changes these."""
FIRST = ("title", "source", "servers", "network", "service", "deviations")
"""Fields of a test that stand above what happens, in this order."""
FIRST_BOUNDS = (0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)
"""Deviations that are tried of a test in which every choice is the seed's."""


def counts(failing: Failing) -> Iterator[Tree]:
    """How often, how many: once, half as often, once less."""
    for path, node in _scalars(failing.tree):
        value = constant(node, servers_of(failing.tree))
        if path[-1] in COUNTS and (type(value) is int or isinstance(value, Range)):
            for less in _less(highest(value)):
                yield put(failing.tree, path, str(less))


def servers(failing: Failing) -> Iterator[Tree]:
    """A smaller cluster."""
    for fewer in range(1, servers_of(failing.tree)):
        yield _with(failing.tree, "servers", str(fewer))


def weather(failing: Failing) -> Iterator[Tree]:
    """A network that loses nothing, or delays nothing; a service that snapshots at the same indexes, or not at all."""
    for field, known in (("network", NETWORKS), ("service", SERVICES)):
        for simpler in known[: known.index(word_of(failing.tree, field)) + 1]:
            if simpler != USUAL[field]:
                yield _with(failing.tree, field, simpler)
            elif field in the_test(failing.tree):
                yield without(failing.tree, (*test_path(failing.tree), field))


def ranges(failing: Failing) -> Iterator[Tree]:
    """One value in place of one that is drawn: the lowest, or the highest."""
    for path, node in _scalars(failing.tree):
        value = constant(node, servers_of(failing.tree))
        if isinstance(value, Range):
            for end in (value.low, value.high):
                yield put(failing.tree, path, _text(end))


def sleeps(failing: Failing) -> Iterator[Tree]:
    """Shorter sleeps: what is cut later is then tried faster."""
    return (tree for path, tree in _shorter(failing.tree) if path[-1] == "sleep")


def times(failing: Failing) -> Iterator[Tree]:
    """Shorter sleeps, faults and delays: a tenth, a half, three quarters; a pause between faults is calm, and stays."""
    return (tree for path, tree in _shorter(failing.tree) if path[-1] != "pause")


def deviations(failing: Failing) -> Iterator[Tree]:
    """Fewer choices that are the seed's: none, or as few as will do."""
    now = deviations_of(failing.tree)
    for fewer in FIRST_BOUNDS if now == UNBOUND else (0, *_less(now)):
        yield _with(failing.tree, "deviations", str(fewer))


def _shorter(tree: Tree) -> Iterator[tuple[Path, Tree]]:
    for path, node in _scalars(tree):
        value = constant(node, servers_of(tree))
        if isinstance(value, Duration):
            for shorter in (value.ns // 10, value.ns // 2, value.ns * 3 // 4):
                if shorter >= MS:
                    yield path, put(tree, path, duration_text(shorter))


def _less(number: int) -> list[int]:
    found = (1, number // 4, number // 2, number - number // 4, number - 1)
    return sorted({each for each in found if 1 <= each < number})


def _scalars(tree: Tree) -> Iterator[tuple[Path, str]]:
    """Fields of steps and faults that a cut may change."""
    for path, node in nodes(tree):
        is_inside = path[:1] == ("shared",) or (path[:1] == ("tests",) and len(path) > 3)
        if isinstance(node, str) and is_inside and not any(key in ALLOWED for key in path):
            yield path, node


def _text(end: int | Duration) -> str:
    return str(end) if isinstance(end, int) else str(end).replace(" ", "")


def _with(tree: Tree, field: str, text: str) -> Tree:
    """Give a field of the test a value; those about the cluster stand first."""
    test = {**the_test(tree), field: text}
    return put(tree, test_path(tree), {name: test[name] for name in sorted(test, key=_place)})


def _place(field: str) -> int:
    return FIRST.index(field) if field in FIRST else len(FIRST)
