"""A grading: grades follow from rubric and submission alone, go on after a kill, and charge nobody for the host."""

import contextlib
from pathlib import Path

import pytest
from grade_fakes import RUBRIC, FakePool, Killed, graded, hand_in_texts

from raftkit.grade import GradeError
from raftkit.grade.summary import last_lines

CLASS = {"alice": "fine", "bob": "wrong", "carl": "refused"}
ENDS = {("bob", 1): "fails", ("bob", 3): "fails", ("bob", 4): "fails"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    hand_in_texts(tmp_path, CLASS)
    return tmp_path


def table(folder: Path, out: str) -> str:
    return (folder / out / "grades.csv").read_text()


def test_points_follow_from_the_pass_rate(folder: Path) -> None:
    """What cannot be plugged in earns nothing, and is not run."""
    pool = FakePool(ENDS)
    book = graded(folder, pool)
    assert [(grade.student, grade.points) for grade in book.students] == [
        ("alice", 40),
        ("bob", 10),
        ("carl", 0),
    ]
    assert book.is_complete
    assert {student for student, _, _ in pool.made} == {"alice", "bob"}
    assert "ContractError" in book.students[2].refused


def test_grades_do_not_depend_on_the_order_in_which_runs_end(folder: Path) -> None:
    """Nor does the failure whose evidence is kept."""
    books = [graded(folder, FakePool(ENDS, backwards=way), out=str(way)) for way in (False, True)]
    assert table(folder, "False") == table(folder, "True")
    first = [book.students[1].tests[0].first_failure for book in books]
    assert [failed.seed for failed in first] == [1, 1]
    for failed, out in zip(first, ("False", "True"), strict=True):
        assert failed.failure is not None
        assert (folder / out / failed.trace / "trace.jsonl").is_file()
        assert [path.name for path in (folder / out / failed.trace).parent.glob("TestInitial*")] == [
            "TestInitialElection2A-1"
        ]


def test_grades_do_not_depend_on_other_students(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Alone, bob has what bob has among others."""
    alone = tmp_path_factory.mktemp("alone")
    hand_in_texts(alone, {"bob": "wrong"})
    among, single = graded(folder, FakePool(ENDS)).students[1], graded(alone, FakePool(ENDS)).students[0]
    assert among == single


@pytest.mark.parametrize("backwards", [False, True])
def test_a_grading_that_was_killed_goes_on_where_it_was(folder: Path, backwards: bool) -> None:
    """At any moment: nothing is made twice, and the table is the same."""
    graded(folder, FakePool(ENDS), out="whole")
    made = []
    for most in (3, 6, 100):
        pool = FakePool(ENDS, backwards=backwards, most=most)
        with contextlib.suppress(Killed):
            graded(folder, pool, resume=bool(made))
        made += pool.made
    assert len(made) == len(set(made)) == 16
    assert table(folder, "out") == table(folder, "whole")


def test_a_line_that_a_kill_has_cut_off_is_made_again(folder: Path) -> None:
    """Half a line is no result."""
    graded(folder, FakePool(ENDS))
    journal = folder / "out/journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-7])
    pool = FakePool(ENDS)
    graded(folder, pool, resume=True)
    assert len(pool.made) == 1


def test_what_could_not_be_judged_costs_nothing_and_can_be_tried_again(folder: Path) -> None:
    """Up to half of a test's runs are left out of the rate; beyond that the grade stays open, and is asked for."""
    few = {**ENDS, ("alice", 2): "starves"}
    most = {**few, **{("alice", seed): "starves" for seed in (1, 2, 3)}}
    assert graded(folder, FakePool(few), out="few").students[0].points == 40
    alice = graded(folder, FakePool(most), out="most").students[0]
    assert (alice.points, alice.inconclusive, alice.unjudged) == (None, 2, 6)
    assert "alice,,40,,,2" in table(folder, "most")
    assert (folder / "most/evidence/alice/unjudged/TestInitialElection2A-1/result.json").is_file()
    assert graded(folder, FakePool(ENDS), out="most", resume=True).students[0].points is None
    pool = FakePool(ENDS)
    book = graded(folder, pool, out="most", resume=True, again=True)
    assert (len(pool.made), book.students[0].points) == (6, 40)


@pytest.mark.parametrize(
    ("ends", "points"),
    [
        pytest.param(["fails"], 30, id="one-fails"),
        pytest.param(["does nothing"], 30, id="vacuous-counts-as-not-passed"),
        pytest.param(["does nothing", "fails"], 20, id="vacuous-instead-of-a-failure"),
        pytest.param(["does nothing"] * 3, None, id="mostly-vacuous"),
        pytest.param(["breaks raftkit"], None, id="our-fault-among-passes"),
        pytest.param(["breaks raftkit", "fails"], None, id="our-fault-instead-of-a-failure"),
        pytest.param(["breaks raftkit", "fails", "fails", "fails"], 0, id="our-fault-that-does-not-matter"),
        pytest.param(["starves"], 40, id="the-machine's-fault"),
    ],
)
def test_nothing_that_a_submission_does_to_its_runs_raises_their_rate(
    folder: Path, ends: list[str], points: float | None
) -> None:
    """Failures turned into something else earn no more than failures; and somebody is told to look."""
    told = {("alice", seed): end for seed, end in enumerate(ends, start=1)}
    book = graded(folder, FakePool(told))
    assert book.students[0].points == points
    summary = "\n".join(text for text, _ in last_lines(book, "out", 1.0))
    page = (folder / "out/index.html").read_text()
    is_doubtful = set(ends) != {"fails"}
    assert ("alice: " in summary, "1 student with runs to look at" in page) == (is_doubtful, is_doubtful)


def test_who_hands_in_anew_is_run_anew_and_nobody_else(folder: Path) -> None:
    """A late submission, or one that was mended."""
    graded(folder, FakePool(ENDS))
    hand_in_texts(folder, {"bob": "mended", "dora": "late"})
    pool = FakePool()
    book = graded(folder, pool, resume=True)
    assert {student for student, _, _ in pool.made} == {"bob", "dora"}
    assert [grade.points for grade in book.students] == [40, 40, 0, 40]
    assert not list((folder / "out/evidence/bob").rglob("trace.jsonl"))


def test_points_may_change_without_a_run_and_seeds_with_a_few(folder: Path) -> None:
    """What was run still says what it said."""
    graded(folder, FakePool(ENDS))
    hand_in_texts(folder, {}, RUBRIC.replace("30", "50").replace("seeds: 4", "seeds: 5"))
    pool = FakePool(ENDS)
    book = graded(folder, pool, resume=True)
    assert {seed for _, _, seed in pool.made} == {5}
    assert book.students[0].points == 60


def test_other_limits_are_another_grading(folder: Path) -> None:
    """Its runs would not be comparable."""
    graded(folder, FakePool(ENDS))
    hand_in_texts(folder, {}, RUBRIC + "limits: {cpu: 10s}\n")
    with pytest.raises(GradeError, match="a limit, apart, or --trust changed"):
        graded(folder, FakePool(), resume=True)


def test_a_folder_that_holds_a_grading_is_not_overwritten(folder: Path) -> None:
    """Nor is there anything to go on with where there is none."""
    graded(folder, FakePool(ENDS))
    with pytest.raises(GradeError, match="--resume"):
        graded(folder, FakePool())
    with pytest.raises(GradeError, match="holds no grading"):
        graded(folder, FakePool(), out="elsewhere", resume=True)
