"""The gradebook: what is written is read again, and a student sees what the rubric allows."""

from pathlib import Path

import pytest

from raftkit.grade import (
    Gradebook,
    PartGrade,
    RunGrade,
    Sees,
    StudentGrade,
    TestGrade,
    read_gradebook,
    seen_by_student,
)
from raftkit.model import Failure, Verdict
from raftkit.stress.breakage import Breakage

SECRET = "the leader of term 7 lacks an entry"
FAILED = RunGrade(
    seed=4711,
    verdict=Verdict.FAILED,
    broke=Breakage(kind="LeaderCompletenessViolated", summary=SECRET),
    failure=Failure(kind="LeaderCompletenessViolated", summary=SECRET),
    repeat="raftkit test TestSecret --seed 4711",
    trace="evidence/alice/traces/TestSecret-4711",
)


def graded(name: str, sees: Sees, *, part: str = "2A", points: float | None = 5.0) -> TestGrade:
    return TestGrade(
        name=name, part=part, title="a secret", points=points, max_points=10.0, points_for="the pass rate", sees=sees,
        passed=1, judged=2, runs=(RunGrade(seed=1, verdict=Verdict.PASSED), FAILED),
    )  # fmt: skip


def student(*tests: TestGrade) -> StudentGrade:
    parts = tuple(
        PartGrade(name=name, points=5.0, max_points=10.0) for name in dict.fromkeys(t.part for t in tests)
    )
    return StudentGrade(student="alice", key="alice", points=10.0, max_points=20.0, parts=parts, tests=tests)


def test_a_gradebook_is_read_as_it_was_written(tmp_path: Path) -> None:
    """With evidence, verdicts and all."""
    book = Gradebook(
        title="Lab 2", max_points=20.0, parts={"2A": 10.0}, students=(student(graded("TestA", Sees.ALL)),),
        is_complete=True, isolation="sealed", rubric_digest="0" * 64, raftkit="1", python="3",
    )  # fmt: skip
    book.save(tmp_path)
    assert read_gradebook(tmp_path) == book


def test_the_first_failure_is_the_one_with_evidence() -> None:
    """Whoever shows a timeline shows that one."""
    assert graded("TestA", Sees.ALL).first_failure == FAILED


@pytest.mark.parametrize("sees", [Sees.VERDICT, Sees.POINTS, Sees.NOTHING])
def test_of_a_hidden_test_no_reason_seed_command_or_trace_is_seen(sees: Sees) -> None:
    """Whatever is made of what a student may see, it cannot give away more."""
    seen = repr(seen_by_student(student(graded("TestOpen", Sees.NOTHING), graded("TestSecret", sees))))
    assert SECRET not in seen
    assert "4711" not in seen
    assert ("TestSecret" in seen) == (sees is Sees.VERDICT)


def test_hidden_points_are_counted_only_where_they_are_seen() -> None:
    """The sums that a student sees are sums over what that student sees."""
    both = student(graded("TestOpen", Sees.ALL), graded("TestSecret", Sees.NOTHING, part="extra"))
    seen = seen_by_student(both)
    assert [part.name for part in seen.parts] == ["2A"]
    assert (seen.points, seen.max_points) == (5.0, 10.0)
    points_only = seen_by_student(student(graded("TestSecret", Sees.POINTS)))
    assert (points_only.tests[0].name, points_only.tests[0].points) == ("hidden test 1", 5.0)


def test_a_test_that_could_not_be_judged_leaves_the_sum_open() -> None:
    """An unknown number and 5 are no 5."""
    seen = seen_by_student(student(graded("TestA", Sees.ALL, points=None), graded("TestB", Sees.NOTHING)))
    assert seen.points is None
    assert seen.inconclusive == 1
