"""Failures that were shrunk, and kept: each still fails its wrong Raft in the same way, and the reference passes it.

Most were drawn by ``raftkit chaos``, some are tests of ``tests/broken/2N.yaml``. What a file's comment says is what
``raftkit shrink`` wrote there: the failure's kind, and the command with implementation and seed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from raftkit.model import Limits, Result, Verdict
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild
from raftkit.runner.request import RunRequest
from raftkit.shrink.size import servers_of, steps_of
from raftkit.shrink.tree import tree_of
from raftkit.shrink.write import suite_text
from raftkit.suite import load_suite
from raftkit.suite.document import parse_document

ROOT = Path(__file__).parents[2]
KEPT = sorted((Path(__file__).parent / "kept").glob("*.yaml"))
_KIND = re.compile(r"\A# (\w+): ")
_COMMAND = re.compile(
    r"^#   raftkit test tests/shrink/kept/(\w+)\.yaml --impl (\S+) --seed (\d+)$", re.MULTILINE
)


@dataclass(frozen=True)
class Kept:
    """What the comment of a file says."""

    path: Path
    kind: str
    implementation: Path
    seed: int

    def run(self, child: RunnerChild, implementation: Path) -> Result:
        """Run it."""
        (test,) = load_suite(self.path).tests
        request = RunRequest(
            suite=str(self.path),
            test=test.id,
            implementation=str(implementation),
            seed=self.seed,
            limits=Limits(),
        )
        return child.run(request, About(part=test.part, title=test.title, servers=test.servers))


def read(path: Path) -> Kept:
    """Read a comment."""
    text = path.read_text()
    kind, command = _KIND.search(text), _COMMAND.search(text)
    assert kind is not None
    assert command is not None
    assert command[1] == path.stem
    return Kept(path, kind[1], ROOT / command[2], int(command[3]))


@pytest.fixture(scope="module")
def child() -> Iterator[RunnerChild]:
    """One for all of them."""
    runner = RunnerChild()
    yield runner
    runner.close()


def test_there_are_ten_of_ten_wrong_implementations() -> None:
    """Of at least eight kinds."""
    kept = [read(path) for path in KEPT]
    assert len({each.implementation for each in kept}) == len(kept) >= 10
    assert len({each.kind for each in kept}) >= 8


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in KEPT])
def test_it_fails_in_the_same_way_and_the_reference_passes(child: RunnerChild, path: Path) -> None:
    """A regression suite of its own: small, quick, and fair."""
    kept = read(path)
    wrong = kept.run(child, kept.implementation)
    assert wrong.failure is not None, wrong.verdict
    assert wrong.failure.kind == kept.kind
    assert not wrong.verdict.is_inconclusive
    sound = kept.run(child, ROOT / "impls" / "reference")
    assert sound.verdict is Verdict.PASSED, sound.reason


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in KEPT])
def test_it_is_small_and_set_as_ours_are(path: Path) -> None:
    """A person can read it at a glance; below the comment it is what the writer makes of it."""
    comment, _, text = path.read_text().partition("\n\n")
    tree = tree_of(parse_document(text.encode(), path.name))
    assert suite_text(tree) == text
    assert steps_of(tree) <= 60
    assert servers_of(tree) <= 5
    assert len(text.splitlines()) < 24
    assert all(line.startswith("#") for line in comment.splitlines())
