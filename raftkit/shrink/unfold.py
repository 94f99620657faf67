"""Cuts that put the steps inside a step in its place."""

from collections.abc import Iterator

from raftkit.shrink.failing import Failing
from raftkit.shrink.search import chunks
from raftkit.shrink.size import constant, highest, servers_of
from raftkit.shrink.tree import Path, Tree, at, put, step_lists

MOST_ROUNDS = 4
MOST_STEPS = 24
"""What a repetition that is written out may come to."""


def steps_inside(failing: Failing) -> Iterator[Tree]:
    """One round of a repetition, one way of a choice, shared steps: without the step around them."""
    for path, steps in step_lists(failing.tree):
        for place, step in enumerate(steps):
            for inner in _inside(step, failing.tree):
                yield _spliced(failing.tree, path, steps, place, inner)


def rounds(failing: Failing) -> Iterator[Tree]:
    """A repetition of few rounds, written out with something left out."""
    for path, steps in step_lists(failing.tree):
        for place, step in enumerate(steps):
            if not (isinstance(step, dict) and "repeat" in step):
                continue
            body = list(at(step, ("steps",)))
            times = highest(constant(step["repeat"], servers_of(failing.tree)))
            if times > MOST_ROUNDS or times * len(body) > MOST_STEPS:
                continue
            every = [each for number in range(times) for each in (*_counted(step, number), *body)]
            for part in chunks(len(every)):
                yield _spliced(failing.tree, path, steps, place, every[: part.start] + every[part.stop :])


def _inside(step: Tree, tree: Tree) -> Iterator[list[Tree]]:
    if not isinstance(step, dict):
        return
    if "use" in step:
        given: list[Tree] = [{"let": step["with"]}] if "with" in step else []
        yield given + list(at(tree, ("shared", str(step["use"]), "steps")))
    if isinstance(step.get("choose"), list):
        yield from (list(at(way, ("steps",))) for way in step["choose"])
    for key in ("steps", "else"):
        if key in step:
            yield [*_counted(step, 0), *at(step, (key,))]


def _counted(step: dict[str, Tree], number: int) -> list[Tree]:
    """The variable that counts rounds, where there is one."""
    first = str(step.get("from", "0"))
    if "as" not in step or not first.isdigit():
        return []
    return [{"let": {str(step["as"]): str(int(first) + number)}}]


def _spliced(tree: Tree, path: Path, steps: list[Tree], place: int, instead: list[Tree]) -> Tree:
    rest = steps[:place] + instead + steps[place + 1 :]
    return put(tree, path, rest) if rest else tree
