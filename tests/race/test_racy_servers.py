"""Servers that a missing lock breaks: ordinary runs do not show it, and ``--race`` does.

Each file here changes one thing of the reference implementation; its docstring says what, and what its author thought.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from raftkit.model import Failure, Mode, Result, Verdict

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
Run = Callable[..., Result]
MUTANTS = ROOT / "impls" / "mutants"
PREEMPT, RACE, USUAL = Mode(preempt=True), Mode(race=True), Mode()
SEEDS = range(1, 21)
"""Within so many a race must be found."""

RACES = {
    "answers_get_state_without_a_lock": ("TestReElection2A", "Raft.current_term", "get_state"),
    "builds_its_quorum_when_it_is_needed": ("TestReElection2A", "Raft.quorum", "needed"),
    "counts_calls_without_a_lock": ("TestReElection2A", "Raft.calls", "_run_call"),
    "looks_at_its_role_before_it_locks": ("TestBasicAgree2B", "Raft.role", "start"),
    "starts_without_a_lock": ("TestBasicAgree2B", "Raft.current_term", "start"),
    "takes_in_a_match_without_a_lock": ("TestBasicAgree2B", "the list self.match_index", "_run_call"),
}
"""By file: a test that comes by, what is shared, and the function that goes without a lock."""
LOST = ("numbers_before_it_appends", "starts_without_a_lock")
"""Those that a test of the lab convicts, when threads are interrupted."""


def test_all_files_are_in_the_tables() -> None:
    """None is forgotten."""
    files = {path.stem for path in HERE.glob("*.py")} - {"conftest", "reference", Path(__file__).stem}
    assert {name for name in files if not name.startswith("test_")} == {*RACES, *LOST}


@pytest.mark.parametrize(("name", "test", "what", "where"), [(name, *row) for name, row in RACES.items()])
def test_a_missing_lock_is_found_at_once(run: Run, name: str, test: str, what: str, where: str) -> None:
    """The first seed does, whatever the threads happened to do; and both places are told."""
    failure = failed(run(HERE / f"{name}.py", test, 1, RACE))
    assert failure.kind == "DataRace"
    assert f"two threads use {what} at the same time" in failure.summary
    assert f"in Raft.{where}, holding no lock" in failure.observed
    assert failure.observed.count(".py:") == 2


def test_a_message_that_is_the_log_itself_is_found(run: Run) -> None:
    """It is encoded in the thread that sends it, while ``start`` appends."""
    failure = failed(run(MUTANTS / "sends_its_log_itself.py", "TestConcurrentStarts2B", 1, RACE))
    assert "two threads use the list self.entries at the same time" in failure.summary
    assert "reads it at" in failure.observed
    assert "in Raft._run_call, holding no lock" in failure.observed


@pytest.mark.parametrize("name", LOST)
def test_an_interruption_loses_a_command(run: Run, name: str) -> None:
    """Raft breaks, and the lab's own test says so: without a look at any lock."""
    file, test = HERE / f"{name}.py", "TestConcurrentStarts2B"
    usual = {run(file, test, seed, USUAL).verdict for seed in range(1, 41)}
    assert usual == {Verdict.PASSED}
    broken = [result for seed in SEEDS if (result := run(file, test, seed, PREEMPT)).failure is not None]
    assert any("is missing from the log" in result.reason for result in broken)


def test_each_step_under_the_lock_is_no_data_race(run: Run) -> None:
    """What is wrong there is that the lock is let go in between: only an interruption shows that."""
    file = HERE / "numbers_before_it_appends.py"
    kinds = {
        result.failure.kind
        for seed in SEEDS
        if (result := run(file, "TestConcurrentStarts2B", seed, RACE)).failure is not None
    }
    assert kinds == {"CheckFailed"}


@pytest.mark.parametrize("implementation", ["reference", "reference_asyncio"])
@pytest.mark.parametrize(
    "test", ["TestManyElections2A", "TestConcurrentStarts2B", "TestPersist22C", "TestSnapshotInstall2D"]
)
def test_who_is_right_is_left_alone(run: Run, implementation: str, test: str) -> None:
    """No race, and no time-out since a thread was interrupted."""
    for seed in (1, 2):
        result = run(ROOT / "impls" / implementation / "raft.py", test, seed, RACE)
        assert (result.verdict, result.reason) == (Verdict.PASSED, "")


def test_the_skeleton_has_no_race(run: Run) -> None:
    """It does nothing yet, and that under its lock."""
    assert failed(run(ROOT / "impls/skeleton/raft.py", "TestInitialElection2A", 1, RACE)).kind == "NoLeader"


def test_a_locked_world_runs_the_same_race(run: Run) -> None:
    """In a process of its own, the same threads are interrupted at the same places."""
    file = ROOT / "impls" / "reference" / "raft.py"
    here = run(file, "TestReElection2A", 5, RACE)
    there = run(file, "TestReElection2A", 5, Mode(race=True, isolate=True))
    usual = run(file, "TestReElection2A", 5, USUAL)
    assert here.trace_digest == there.trace_digest != usual.trace_digest


def failed(result: Result) -> Failure:
    """The failure of a test that has one."""
    assert result.verdict is Verdict.FAILED
    assert result.failure is not None
    return result.failure
