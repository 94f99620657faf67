"""Implementations that are wrong on purpose, and know it: none gains a pass, none harms the judge or the next test.

Each file in ``hostile/`` says in its head how it must end (``# expect: verdict Kind``), what it must have said
(``# says:``), what its evidence must show (``# shows:``), in which test (``# test:``), how it must end apart where that
is something else (``# apart:``), and what it says in one process but not apart (``# shared:``; how it must end holds
apart, then). They run one after another in one runner child, each in a folder of its own, as submissions do.
"""

import contextlib
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_table import FILES, HOSTILE, said, table

from raftkit.model import Limits, Mode, Result
from raftkit.report.clean import clean_lines
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild
from raftkit.suite import suites_dir
from raftkit.worlds.process import Level, isolation_here

REFERENCE = Path(__file__).parents[2] / "impls/reference/raft.py"
USUAL_TEST = "TestInitialElection2A"
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


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each, with what they import."""
    folder = tmp_path_factory.mktemp("submissions")
    for path in FILES:
        own = folder / path.stem
        own.mkdir()
        shutil.copy(path, own)
        shutil.copy(HOSTILE / "base.py", own)
        shutil.copy(REFERENCE, own / "reference.py")
    return folder


def run(
    child: RunnerChild, implementation: Path, trace: Path, *, test: str = USUAL_TEST, apart: bool = False
) -> Result:
    request = RunRequest(
        suite=str(suites_dir() / f"{test[-2:]}.yaml"),
        test=test,
        implementation=str(implementation),
        seed=1,
        limits=LIMITS,
        trace_file=str(trace),
        mode=Mode(isolate=True, apart=apart),
    )
    return child.run(request, About(part=test[-2:], title=test, servers=3))


@pytest.mark.parametrize("apart", [False, True], ids=["together", "apart"])
@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_it_ends_as_it_deserves_and_the_next_test_is_unharmed(
    path: Path, apart: bool, child: RunnerChild, submissions: Path, tmp_path: Path
) -> None:
    """The verdict, what got out (nothing), and the reference's trace right afterwards."""
    (test,) = said(path, "test") or [USUAL_TEST]
    (expected,) = (apart and said(path, "apart")) or said(path, "expect")
    result = run(child, submissions / path.stem / path.name, tmp_path / "trace.jsonl", test=test, apart=apart)
    trace = (tmp_path / "trace.jsonl").read_text()
    shared = said(path, "shared")
    for text in shared:
        assert (text in trace) is not apart
    if apart or not shared:
        kind = result.failure.kind if result.failure else ""
        assert f"{result.verdict.value} {kind}".strip() in expected.split(" | "), (
            result.reason,
            result.failure,
        )
    assert "ESCAPED" not in trace
    for text in said(path, "says"):
        assert text in trace
    for text in said(path, "shows"):
        assert result.failure is not None
        assert text in result.failure.details
    assert left_over(child) == set()
    after = run(child, REFERENCE, tmp_path / "after.jsonl")
    assert (after.verdict, after.trace_digest) == ("passed", undisturbed_digest(tmp_path))


_digest: list[str] = []


def undisturbed_digest(folder: Path) -> str:
    """The reference's trace in a child of its own, that saw nobody else."""
    if not _digest:
        fresh = RunnerChild()
        _digest.append(run(fresh, REFERENCE, folder / "fresh.jsonl").trace_digest)
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
    with contextlib.suppress(OSError):  # it has just left
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in task.read_text().split():
                found |= {int(child)} | children(int(child))
    return found


def test_the_page_tells_them_all() -> None:
    """``python tests/worlds_process/hostile_table.py`` writes the table of docs/isolation.md anew."""
    assert table(FILES) in (Path(__file__).parents[2] / "docs/isolation.md").read_text()


def test_nothing_that_it_says_can_command_a_terminal(child: RunnerChild, tmp_path: Path) -> None:
    """Whatever reaches people passes ``clean``; here is that it has something to do."""
    result = run(child, HOSTILE / "draws_on_the_terminal.py", tmp_path / "trace.jsonl")
    assert result.failure is not None
    text = result.failure.summary + result.failure.details
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", clean_lines(text))
