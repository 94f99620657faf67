"""Implementations that are wrong on purpose: each ends as its file says, and harms nobody else.

``reference.py`` is a link to the reference implementation: each file changes the one thing that is wrong.
What a header says is told in ``expectations.py``. The runs of this file follow each other in *one* runner
child, as far as they let it live, so that the last tests see what all of them have left.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from expectations import (
    HERE,
    REFUSED,
    SOUND,
    Expectation,
    attempt,
    broken,
    expectations,
    expectations_of,
    run,
    story_of,
)
from table import PAGE, missing_from

from raftkit.model import Limits, Verdict
from raftkit.runner import endings
from raftkit.runner.parent import RunnerChild

LIMITS = Limits(idle_seconds=1.0, memory_bytes=256 * 2**20)
"""A call that never returns need not cost five seconds here, nor memory that grows a whole gibibyte."""
CHECK_LIMITS = Limits(idle_seconds=1.0, cpu_seconds=20.0)
LONGEST_SECONDS = 20.0
"""What any end may cost, the test included; the longest takes four on a machine that does nothing else."""
KEPT_BYTES = 30 * 2**20
DEEDS = [pytest.param(e, seed, id=f"{e.id}-{e.test}-{seed}") for e in expectations() for seed in e.seeds]


@pytest.fixture(scope="module")
def others() -> set[int]:
    """Runner children of other tests that ran in this process before."""
    return runner_children()


@pytest.fixture(scope="module")
def child(others: set[int]) -> Iterator[RunnerChild]:
    """A runner child, as users have it: some of these take their process with them."""
    runner = RunnerChild()
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def memory_at_first(child: RunnerChild) -> int:
    """What the child has before anything is wrong."""
    run(child, SOUND, "TestInitialElection2A", 1, LIMITS)
    return resident_bytes(child)


def resident_bytes(child: RunnerChild) -> int:
    sample = child.start().sample()
    assert sample is not None
    return sample.resident_bytes


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in broken()])
def test_every_file_says_what_is_wrong_and_who_writes_it(path: Path) -> None:
    """A docstring for people, a header for us."""
    wrong, who = story_of(path)
    assert wrong.endswith(".")
    assert who.startswith("Written by ")
    assert expectations_of(path)
    assert "TODO" not in path.read_text()


@pytest.mark.parametrize(("expectation", "seed"), DEEDS)
@pytest.mark.usefixtures("memory_at_first")
def test_it_ends_as_its_file_says(
    child: RunnerChild, monkeypatch: pytest.MonkeyPatch, expectation: Expectation, seed: int
) -> None:
    """With this verdict, for this reason, before anybody loses patience."""
    monkeypatch.setattr(endings, "CHECK_LIMITS", CHECK_LIMITS)
    began = time.monotonic()
    seen = attempt(child, expectation, seed, LIMITS)
    assert seen.verdict == expectation.verdict, seen.shown
    assert expectation.phrase in seen.shown
    assert time.monotonic() - began < LONGEST_SECONDS


@pytest.mark.parametrize("test", sorted({e.test for e in expectations() if e.verdict != REFUSED}))
def test_the_reference_is_acquitted_in_the_same_child(child: RunnerChild, test: str) -> None:
    """What convicts must not convict everybody, and nothing that was wrong before may reach it."""
    assert run(child, SOUND, test, 1, LIMITS).verdict is Verdict.PASSED


def test_the_reference_has_the_same_trace_as_in_a_fresh_child(child: RunnerChild) -> None:
    """Byte for byte: nothing that was wrong before has left a mark."""
    fresh = RunnerChild()
    try:
        first, second = (run(each, SOUND, "TestPersist12C", 1, LIMITS) for each in (child, fresh))
    finally:
        fresh.close()
    assert first.trace_digest == second.trace_digest


def test_no_memory_is_kept(child: RunnerChild, memory_at_first: int) -> None:
    """After all of them, in the child that is left."""
    run(child, SOUND, "TestInitialElection2A", 1, LIMITS)
    assert resident_bytes(child) - memory_at_first < KEPT_BYTES


def test_nothing_is_left_running(child: RunnerChild, others: set[int]) -> None:
    """Of all children that there were, the last one lives."""
    assert runner_children() - others == {child.start().pid}


def runner_children() -> set[int]:
    """The runner children of this process."""
    lines = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    processes = [line.split() for line in lines.splitlines()]
    ours = {int(pid) for pid, parent in processes if parent == str(os.getpid())}
    return {pid for pid in ours if "raftkit.runner.child" in _command_line(pid)}


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:  # ps itself has ended by now
        return ""


@pytest.mark.parametrize("name", ["spins_at_import", "raises_at_import", "opens_a_socket"])
def test_what_cannot_be_imported_ends_the_command_before_any_test(tmp_path: Path, name: str) -> None:
    """With exit code 4, and a message that names the place."""
    command = [sys.executable, "-m", "raftkit", "test", "2A", "--impl", str(HERE / f"{name}.py"), "-j1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "ContractError: " in done.stdout + done.stderr
    assert f"{name}.py" in done.stdout + done.stderr


def test_the_page_shows_every_file() -> None:
    """docs/broken.md is made by table.py; a new file needs a new run of it."""
    assert missing_from(PAGE.read_text()) == []
