"""Implementations that are wrong on purpose, and know it: none gains a pass, none harms the judge or the next test.

Each file in ``hostile/`` says in its head how it must end (``# expect: verdict Kind``), what it must have said
(``# says:``) and what its evidence must show (``# shows:``). They run one after another in one runner child.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from raftkit.model import Limits, Result
from raftkit.report.clean import clean_lines
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild
from raftkit.suite import suites_dir
from raftkit.worlds.process import Level, isolation_here

HOSTILE = Path(__file__).parent / "hostile"
FILES = sorted(path for path in HOSTILE.glob("*.py") if path.name != "base.py")
ROOT = Path(__file__).parents[2]
TEST = "TestInitialElection2A"
LIMITS = Limits(idle_seconds=1.0, memory_bytes=256 * 2**20)

pytestmark = pytest.mark.skipif(
    isolation_here().level is not Level.SEALED, reason="this machine seals nothing"
)


@pytest.fixture(scope="module")
def child() -> Iterator[RunnerChild]:
    """One runner child for all: what one of them left would show in the next."""
    child = RunnerChild()
    yield child
    child.close()


def run(child: RunnerChild, implementation: Path, trace: Path, seed: int = 1) -> Result:
    request = RunRequest(
        suite=str(suites_dir() / "2A.yaml"),
        test=TEST,
        implementation=str(implementation),
        seed=seed,
        limits=LIMITS,
        trace_file=str(trace),
        isolate=True,
    )
    return child.run(request, About(part="2A", title="initial election", servers=3))


def said(path: Path, word: str) -> list[str]:
    return re.findall(rf"^# {word}: (.+)$", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_it_ends_as_it_deserves_and_the_next_test_is_unharmed(
    path: Path, child: RunnerChild, tmp_path: Path
) -> None:
    """The verdict, what got out (nothing), and the reference's trace right afterwards."""
    result = run(child, path, tmp_path / "trace.jsonl")
    trace = (tmp_path / "trace.jsonl").read_text()
    (expected,) = said(path, "expect")
    kind = result.failure.kind if result.failure else ""
    assert f"{result.verdict.value} {kind}".strip() in expected.split(" | "), (result.reason, result.failure)
    assert "ESCAPED" not in trace
    for text in said(path, "says"):
        assert text in trace
    for text in said(path, "shows"):
        assert result.failure is not None
        assert text in result.failure.details
    assert left_over(child) == set()
    after = run(child, ROOT / "impls/reference", tmp_path / "after.jsonl")
    assert (after.verdict, after.trace_digest) == ("passed", undisturbed_digest(tmp_path))


_digest: list[str] = []


def undisturbed_digest(folder: Path) -> str:
    """The reference's trace in a child of its own, that saw nobody else."""
    if not _digest:
        fresh = RunnerChild()
        _digest.append(run(fresh, ROOT / "impls/reference", folder / "fresh.jsonl").trace_digest)
        fresh.close()
    return _digest[0]


def left_over(child: RunnerChild) -> set[int]:
    """Who still runs below the runner child but its zygote; a keeper may take a moment to leave."""
    runner = child.start().pid
    deadline = time.monotonic() + 5.0
    while len(found := children(runner)) > 1 and time.monotonic() < deadline:
        time.sleep(0.01)
    return found if len(found) > 1 else set()


def children(pid: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found |= {int(child)} | children(int(child))
    return found


def test_nothing_that_it_says_can_command_a_terminal(child: RunnerChild, tmp_path: Path) -> None:
    """Whatever reaches people passes ``clean``; here is that it has something to do."""
    result = run(child, HOSTILE / "draws_on_the_terminal.py", tmp_path / "trace.jsonl")
    assert result.failure is not None
    text = result.failure.summary + result.failure.details
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", clean_lines(text))
