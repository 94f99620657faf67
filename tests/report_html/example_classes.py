"""Gradebooks to make pages of: a student of every kind, with one failure that really happened."""

from functools import cache
from pathlib import Path

from raftkit.grade import Gradebook, PartGrade, RunGrade, Sees, StudentGrade, TestGrade
from raftkit.grade.own_paths import own_failure
from raftkit.model import Failure, Limits, Result, Verdict
from raftkit.runner.case import run_case
from raftkit.runner.request import RunRequest
from raftkit.stress.breakage import Breakage, breakage
from raftkit.suite import suites_dir

FORGETFUL = str(Path(__file__).parents[2] / "impls/mutants/forgets_its_log.py")
HOSTILE = (
    "</script></style><img src=x onerror=\"document.title='owned'\"><!--{{7*7}}\x1b[31mred\x07\u202egnp.exe"
)
SECRET = "the hidden reason"
PARTS = {"2A": 20.0, "2C": 30.0, "extra": 10.0}


@cache
def real_failure(folder: Path) -> Result:
    """Run a server that forgets its log; the trace is left in the folder."""
    request = RunRequest(
        suite=str(suites_dir() / "2C.yaml"), test="TestPersist12C", seed=1, limits=Limits(), implementation=FORGETFUL,
        trace_file=str(folder / "trace.jsonl"),
    )  # fmt: skip
    return run_case(request)


def passed(name: str, part: str, points: float, sees: Sees = Sees.ALL) -> TestGrade:
    runs = tuple(
        RunGrade(seed=seed, verdict=Verdict.PASSED, cpu_seconds=0.5, lab_seconds=9) for seed in (1, 2)
    )
    return graded(name, part, points, points, runs, sees)


def graded(
    name: str, part: str, points: float | None, most: float, runs: tuple[RunGrade, ...], sees: Sees = Sees.ALL
) -> TestGrade:
    return TestGrade(
        name=name, part=part, title=f"about {name[4:].lower()}", points=points, max_points=most, sees=sees,
        points_for="the pass rate", passed=sum(run.has_passed for run in runs),
        judged=sum(not run.unjudged for run in runs), runs=runs,
    )  # fmt: skip


def failed(seed: int, broke: Breakage, **more: object) -> RunGrade:
    repeat = f"raftkit test TestPersist12C --impl raft.py --seed {seed}"
    return RunGrade(seed=seed, verdict=Verdict.FAILED, broke=broke, repeat=repeat, cpu_seconds=0.5, **more)  # type: ignore[arg-type]


def student(name: str, key: str, *tests: TestGrade, **more: object) -> StudentGrade:
    parts = tuple(
        PartGrade(name=part, points=_sum([t.points for t in tests if t.part == part]), max_points=most)
        for part, most in PARTS.items()
    )
    return StudentGrade(
        student=name, key=key, points=_sum([part.points for part in parts]), max_points=60.0, parts=parts, tests=tests,
        digest="ab" * 32, **({"implementation": "raft.py"} | more),
    )  # type: ignore[arg-type]  # fmt: skip


def _sum(points: list[float | None]) -> float | None:
    return None if None in points else sum(one for one in points if one is not None)


ELECTION = passed("TestInitialElection2A", "2A", 20.0)
BONUS = passed("TestSecret", "extra", 10.0, Sees.NOTHING)


def good() -> StudentGrade:
    return student("Ada Lovelace", "ada", ELECTION, passed("TestPersist12C", "2C", 30.0), BONUS)


def broken(folder: Path) -> StudentGrade:
    """Two tests with one cause, and a third failure that the student may not see."""
    trace = folder / "evidence/ben/traces/TestPersist12C-1"
    trace.mkdir(parents=True, exist_ok=True)
    result = real_failure(trace)
    broke = breakage(result, FORGETFUL)
    assert broke is not None
    assert result.failure is not None
    told = failed(
        1, broke, failure=own_failure(result.failure, trace), trace="evidence/ben/traces/TestPersist12C-1"
    )
    hidden = failed(9, Breakage(kind="WrongCommand", place="TestSecret step 3", summary=SECRET))
    return student(
        "Ben", "ben", ELECTION,
        graded("TestPersist12C", "2C", 5.0, 15.0, (told, failed(2, broke), RunGrade(seed=3, verdict=Verdict.PASSED))),
        graded("TestFigure82C", "2C", 0.0, 15.0, (failed(1, broke), failed(2, broke))),
        graded("TestSecret", "extra", 0.0, 10.0, (hidden,), Sees.POINTS),
    )  # fmt: skip


def hostile() -> StudentGrade:
    failure = Failure(
        kind=HOSTILE,
        summary=HOSTILE,
        expected=HOSTILE,
        observed=HOSTILE,
        advice=HOSTILE,
        details=f"{HOSTILE}\n{HOSTILE}",
    )
    run = failed(1, Breakage(kind=HOSTILE, place=HOSTILE, summary=HOSTILE), failure=failure)
    return student(
        HOSTILE, "x", ELECTION, graded("TestPersist12C", "2C", 0.0, 30.0, (run,)), BONUS,
        notes=(HOSTILE,), implementation=HOSTILE,
    )  # fmt: skip


def unjudged() -> StudentGrade:
    run = RunGrade(seed=1, verdict=Verdict.ERROR, unjudged="the disk is full", tries=2)
    return student("Cleo", "cleo", ELECTION, graded("TestPersist12C", "2C", None, 30.0, (run,)), BONUS)


def refused() -> StudentGrade:
    nothing = [graded(t.name, t.part, 0.0, t.max_points, (), t.sees) for t in (ELECTION, BONUS)]
    text = (
        "there is no implementation in it\n  looked for  raft.py or a package raft\n  found       essay.docx"
    )
    return student("Dan", "dan", *nothing, refused=text, implementation="")


def unreadable() -> StudentGrade:
    nothing = [graded(t.name, t.part, None, t.max_points, (), t.sees) for t in (ELECTION, BONUS)]
    return student("Eve", "eve", *nothing, unreadable="eve.zip: permission denied", implementation="")


def book(*students: StudentGrade, **more: object) -> Gradebook:
    told = {
        "title": "6.5840 Lab 2: Raft", "is_complete": True, "isolation": "sealed", "rubric_digest": "cd" * 32,
        "raftkit": "0.1.0", "python": "3.12.1",
    }  # fmt: skip
    return Gradebook(max_points=60.0, parts=PARTS, students=students, **(told | more))  # type: ignore[arg-type]


def whole_class(folder: Path) -> Gradebook:
    return book(good(), broken(folder), unjudged(), refused(), unreadable(), hostile())
