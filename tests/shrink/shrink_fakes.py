"""Suites as trees, and a search that runs nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

from raftkit.model import Failure, Result, Verdict, Where
from raftkit.shrink.cuts import CUTS, is_smaller
from raftkit.shrink.failing import Failing
from raftkit.shrink.search import minimise
from raftkit.shrink.start import alone
from raftkit.shrink.tree import Tree, tree_of
from raftkit.suite import load_suite
from raftkit.suite.document import parse_document

ROOT = Path(__file__).parents[2]
SUITES = sorted([*(ROOT / "suites").rglob("*.yaml"), *(ROOT / "tests").glob("broken/*.yaml")])


def every_test() -> Iterator[tuple[Path, str]]:
    """Each test of each suite of ours."""
    for suite in SUITES:
        for test in load_suite(suite).tests:
            yield suite, test.id


def tree(text: str) -> Tree:
    """A tree from its text."""
    return tree_of(parse_document(text.encode(), "x.yaml"))


def failing(tree: Tree, *, step: str = "") -> Failing:
    """A tree with a result, as if it had failed at a step."""
    where = Where(suite="x.yaml", line=1, test="T", step=step, at_ns=0) if step else None
    failure = Failure(kind="Broke", summary="it broke", where=where)
    result = Result(id="T", part="X", title="", verdict=Verdict.FAILED, seed=1, failure=failure)
    return Failing(tree=tree, seed=1, result=result)


def shrunk(start: Tree, fails: Callable[[Tree], bool]) -> Tree:
    """What is left of a tree when a fake says what fails."""

    def trial(candidates: Iterator[tuple[int, Tree]]) -> tuple[int, Failing] | None:
        return next(((number, failing(each)) for number, each in candidates if fails(each)), None)

    best = failing(start)
    for _, best in minimise(failing(start), CUTS, trial, is_smaller=is_smaller):
        assert fails(best.tree)
    return best.tree


__all__ = ["ROOT", "SUITES", "alone", "every_test", "failing", "shrunk", "tree"]
