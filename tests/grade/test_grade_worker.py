"""A run whose end may be the host's is made again, and counts only where the host is in good health."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from raftkit.errors import ContractError
from raftkit.grade import worker as workers
from raftkit.grade.task import Outcome, Task
from raftkit.grade.worker import Worker
from raftkit.model import Failure, Result, Verdict
from raftkit.stress import work

TEST = work.Tested(
    name="TestA", id="TestA", command="TestA", suite="/2A.yaml", part="2A", title="a", servers=3, cost=1.0
)
PASS, FAIL = (Verdict.PASSED, ""), (Verdict.FAILED, "NoLeader")
HUNG, FAULT, VACUOUS = (Verdict.BUSY, "Hung"), (Verdict.ERROR, "HarnessFault"), (Verdict.VACUOUS, "Vacuous")


class FakeChild:
    """Runs end one after another as the table says."""

    ends: Iterator[tuple[Verdict, str]]

    def __init__(self, should_stop: object, cwd: object) -> None:
        pass

    def run(self, request: object, about: object) -> Result:
        verdict, kind = next(FakeChild.ends)
        failure = Failure(kind=kind, summary="so") if kind else None
        return Result(id="TestA", part="2A", title="a", verdict=verdict, seed=1, reason=kind, failure=failure)

    def check(self, spec: str, *, isolate: bool) -> str:
        raise ContractError("no Raft class found", where=spec)


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workers, "RunnerChild", FakeChild)

    def make(*ends: tuple[Verdict, str], ailment: str = "") -> Outcome:
        FakeChild.ends = iter(ends)
        monkeypatch.setattr(workers, "ailment", lambda folder: ailment)
        task = Task(student="a", implementation="/raft.py", test=TEST, seed=1, folder=str(tmp_path / "run"))
        return Worker().make(task)

    return make


@pytest.mark.parametrize(
    ("ends", "ailment", "verdict", "is_judged"),
    [
        pytest.param([PASS], "", Verdict.PASSED, True, id="pass"),
        pytest.param([FAIL], "the disk is full", Verdict.FAILED, True, id="own-failure-on-a-sick-host"),
        pytest.param([HUNG, PASS], "the disk is full", Verdict.PASSED, True, id="better-the-second-time"),
        pytest.param([HUNG, FAIL], "", Verdict.FAILED, True, id="fails-the-second-time"),
        pytest.param([HUNG, HUNG], "", Verdict.BUSY, True, id="hangs-on-a-healthy-host"),
        pytest.param([HUNG, HUNG], "the disk is full", Verdict.BUSY, False, id="hangs-on-a-sick-host"),
        pytest.param([FAULT, PASS], "", Verdict.PASSED, True, id="our-fault-once"),
        pytest.param([FAULT, FAULT], "", Verdict.ERROR, False, id="our-fault-twice"),
        pytest.param([VACUOUS], "", Verdict.VACUOUS, True, id="vacuous"),
    ],
)
def test_whether_a_run_counts(make, ends, ailment: str, verdict: Verdict, is_judged: bool) -> None:
    """And how often it was made."""
    outcome = make(*ends, ailment=ailment)
    assert outcome.result is not None
    assert (outcome.result.verdict, not outcome.unjudged, outcome.tries) == (verdict, is_judged, len(ends))
    assert ailment in outcome.unjudged or is_judged


def test_a_pass_leaves_no_trace_and_a_failure_does(make, tmp_path: Path) -> None:
    """Thousands of passes take no room."""
    make(PASS)
    assert not (tmp_path / "run").exists()
    make(FAIL)
    assert (tmp_path / "run").exists()


def test_what_cannot_be_plugged_in_is_refused_with_the_reason(make) -> None:
    """Before any test."""
    make(PASS)
    assert "no Raft class found" in Worker().make(Task(student="a", implementation="/raft.py")).refused
