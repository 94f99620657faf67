"""Tables and forms: what is unknown is no zero, and no cell, name or message commands whoever opens it."""

import csv
import io
from xml.etree import ElementTree

import msgspec
import pytest

from raftkit.grade import Gradebook, PartGrade, RunGrade, Sees, StudentGrade, TestGrade
from raftkit.grade.gradescope import gradescope_results
from raftkit.grade.junit import junit_report
from raftkit.grade.tables import canvas_table, grades_table, moodle_table
from raftkit.model import Failure, Verdict

FAILED = RunGrade(
    seed=7,
    verdict=Verdict.FAILED,
    repeat="raftkit test TestA --impl raft.py --seed 7",
    failure=Failure(kind="Trap", summary="</failure>\x1b[2J\0\ufffe]]>"),
)


def graded(points: float | None, sees: Sees = Sees.ALL) -> TestGrade:
    return TestGrade(
        name="TestA", part="2A", title="first", points=points, max_points=10.0, points_for="the pass rate", sees=sees,
        passed=0, judged=0 if points is None else 1, runs=(FAILED,),
    )  # fmt: skip


def book_of(*students: StudentGrade) -> Gradebook:
    return Gradebook(
        title="Lab 2", max_points=10.0, parts={"2A": 10.0}, students=students, is_complete=True, isolation="sealed",
        rubric_digest="", raftkit="1", python="3",
    )  # fmt: skip


def student(name: str, points: float | None, *, refused: str = "", sees: Sees = Sees.ALL) -> StudentGrade:
    return StudentGrade(
        student=name, key="k", points=points, max_points=10.0, refused=refused, tests=(graded(points, sees),),
        parts=(PartGrade(name="2A", points=points, max_points=10.0),),
    )  # fmt: skip


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_grades_csv_has_a_column_a_part_and_leaves_open_what_is_not_known() -> None:
    """An empty cell, and a count of tests to look at."""
    table = rows(grades_table(book_of(student("alice", 6.67), student("bob", None), student("carl", 0.0))))
    assert table == [
        ["student", "points", "max_points", "2A", "inconclusive"],
        ["alice", "6.67", "10", "6.67", "0"],
        ["bob", "", "10", "", "1"],
        ["carl", "0", "10", "0", "0"],
    ]


@pytest.mark.parametrize("table", [grades_table, canvas_table, moodle_table])
@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\x1b[2J=1"])
def test_no_cell_is_a_formula(table, name: str) -> None:
    """Whatever a student is called, or handed in."""
    text = table(book_of(student(name, 1.0, refused=name)))
    cells = [cell for row in rows(text) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []
    assert "\x1b" not in text


def test_the_forms_of_canvas_and_moodle() -> None:
    """A grade that is not known leaves their cell as it is."""
    book = book_of(student("alice", 5.0), student("bob", None))
    assert rows(canvas_table(book)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lab 2"],
        ["Points Possible", "", "", "", "", "10"],
        ["alice", "", "", "alice", "", "5"],
        ["bob", "", "", "bob", "", ""],
    ]
    assert [row[:2] for row in rows(moodle_table(book))] == [
        ["username", "Lab 2"],
        ["alice", "5"],
        ["bob", ""],
    ]


def test_gradescope_gets_a_score_only_where_there_is_a_grade() -> None:
    """Without one it tells the staff, and charges nobody."""
    known, unknown = (gradescope_results(student("alice", points)) for points in (5.0, None))
    assert (known["score"], known["tests"][0]["score"], known["tests"][0]["status"]) == (5.0, 5.0, "failed")
    assert "--seed 7" in known["tests"][0]["output"]
    assert "score" not in unknown
    assert "score" not in unknown["tests"][0]
    assert "may be no fault of yours" in unknown["output"]


def test_gradescope_counts_what_it_hides() -> None:
    """Hidden from the student, with its points, without a word of why."""
    results = gradescope_results(student("alice", 5.0, sees=Sees.NOTHING))
    (hidden,) = results["tests"]
    assert (results["score"], hidden["score"], hidden["visibility"]) == (5.0, 5.0, "hidden")
    assert "Trap" not in msgspec.json.encode(results).decode()


@pytest.mark.parametrize(("points", "outcome"), [(5.0, "failure"), (None, "skipped"), (10.0, None)])
def test_junit_is_xml_whatever_an_implementation_says(points: float | None, outcome: str | None) -> None:
    """Failures fail, what is not known is skipped, all points pass."""
    suite = ElementTree.fromstring(junit_report(student("alice", points), "Lab 2"))[0]
    assert [child.tag for child in suite[0]] == ([outcome] if outcome else [])
    assert (suite.get("failures"), suite.get("skipped")) == (str(int(points == 5)), str(int(points is None)))


def test_a_refused_submission_is_an_error_with_its_reason() -> None:
    """In every test, since none could be run."""
    suite = ElementTree.fromstring(
        junit_report(student("alice", 0.0, refused="there is no raft.py"), "Lab 2")
    )[0]
    assert suite.findtext("testcase/error") == "there is no raft.py"
