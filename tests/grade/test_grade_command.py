"""``raftkit grade`` as course staff meet it: real submissions, locked in, killed and resumed."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from a_class import FULL, Student, hand_in, shown, the_class
from typer.testing import CliRunner

from raftkit.cli import app
from raftkit.grade import GradeError, read_gradebook
from raftkit.worlds.process import Isolation, Level, isolation_here

ROOT = Path(__file__).parents[2]
RUBRIC = "title: Lab 2\nseeds: 1\nlimits: {cpu: 20s, memory: 256MiB}\nparts: {TestInitialElection2A: 10, TestBasicAgree2B: 10}\n"
NAMES = (
    "ada", "dorothée", "=HYPERLINK(0)", "eve\x1b[2J", "edsger", "grace", "empty zip", "no python", "climbs out",
    "applies_twice", "never_elects", "aborts", "forges_leaders",
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    isolation_here().level not in (Level.SEALED, Level.FILTERED), reason="this machine locks nothing in"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("grade")
    hand_in(some(), folder / "class")
    (folder / "rubric.yaml").write_text(RUBRIC)
    return folder


def some() -> list[Student]:
    return [student for student in the_class() if student.name in NAMES]


def command(folder: Path, out: str, *options: str) -> list[str]:
    return [
        *(sys.executable, str(ROOT / "cli.py"), "grade", str(folder / "class")),
        *("--rubric", str(folder / "rubric.yaml"), "--out", str(folder / out), *options),
    ]


def grade(folder: Path, out: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(folder, out, *options), capture_output=True, text=True, check=False, timeout=240
    )


@pytest.fixture(scope="module")
def whole(folder: Path) -> subprocess.CompletedProcess[str]:
    return grade(folder, "whole", "-j", "2")


def test_everybody_has_the_grade_that_is_deserved(
    folder: Path, whole: subprocess.CompletedProcess[str]
) -> None:
    """In one command, with exit code 0: that students fail is no failure of grading."""
    assert whole.returncode == 0, whole.stdout + whole.stderr
    rows = {
        row["student"]: row for row in csv.DictReader((folder / "whole/grades.csv").read_text().splitlines())
    }
    expected = {FULL: "20", "TestBasicAgree2B": "10"}
    assert {name: row["points"] for name, row in rows.items()} == {
        shown(student.name): expected.get(student.deserves, "0") for student in some()
    }
    assert {row["inconclusive"] for row in rows.values()} == {"0"}


def test_what_is_told_is_harmless_and_says_why(whole: subprocess.CompletedProcess[str]) -> None:
    """A line a student, the reason behind it."""
    assert "\x1b" not in whole.stdout
    assert "a file would lie outside of its folder: ../../raft.py" in whole.stdout
    assert "13 graded: median" in whole.stdout


def test_a_failure_repeats_for_the_student_with_the_command_that_is_told(
    folder: Path, whole: subprocess.CompletedProcess[str]
) -> None:
    """In the folder that was handed in; with the same sentence."""
    (grade,) = [
        grade for grade in read_gradebook(folder / "whole").students if grade.student == "applies_twice"
    ]
    failed = grade.tests[1].first_failure
    assert failed is not None
    assert failed.failure is not None
    words = failed.repeat.split()
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *words[1:]],
        cwd=folder / "class/applies_twice", capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    assert failed.failure.summary in done.stdout
    assert (folder / "whole" / failed.trace / "trace.jsonl").stat().st_size > 1000


def test_every_student_has_forms_of_its_own(folder: Path, whole: subprocess.CompletedProcess[str]) -> None:
    """Gradescope's and JUnit's."""
    for grade in read_gradebook(folder / "whole").students:
        own = folder / "whole/students" / grade.key
        assert json.loads((own / "results.json").read_text())["score"] == grade.points
        assert (own / "junit.xml").read_bytes().startswith(b"<?xml")


def test_killed_twice_and_resumed_with_other_jobs_it_is_the_same(
    folder: Path, whole: subprocess.CompletedProcess[str]
) -> None:
    """At a third and at two thirds, without a word; nothing is left running."""
    lines = (folder / "whole/journal.jsonl").read_bytes().count(b"\n")
    for third, options in ((1, ()), (2, ("--resume",))):
        process = subprocess.Popen(command(folder, "killed", "-j", "1", *options), stdout=subprocess.DEVNULL)
        wait_for(folder / "killed/journal.jsonl", third * lines // 3)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert grade(folder, "killed", "-j", "3", "--resume").returncode == 0
    tables = [(folder / out / "grades.csv").read_bytes() for out in ("whole", "killed")]
    assert tables[0] == tables[1]
    assert (folder / "killed/journal.jsonl").read_bytes().count(b"\n") <= lines + 4


def wait_for(journal: Path, lines: int) -> None:
    deadline = time.monotonic() + 120
    while not journal.exists() or journal.read_bytes().count(b"\n") < lines:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("rubric", "code", "message"),
    [
        pytest.param(
            "title: t\nseeds: 5\n", 4, "rubric.yaml:1:1: a rubric is missing its field `parts`", id="rubric"
        ),
        pytest.param(None, 4, "there is no such file", id="no-rubric"),
    ],
)
def test_a_wrong_rubric_ends_it_before_anything_is_written(
    tmp_path: Path, rubric: str | None, code: int, message: str
) -> None:
    """With the exit code of wrong usage."""
    (tmp_path / "class").mkdir()
    if rubric is not None:
        (tmp_path / "rubric.yaml").write_text(rubric)
    done = grade(tmp_path, "out")
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
    assert not (tmp_path / "out").exists()


def test_a_class_without_a_submission_is_no_class(tmp_path: Path) -> None:
    """Exit code 5, as where there is no test."""
    (tmp_path / "class").mkdir()
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    assert grade(tmp_path, "out").returncode == 5


@pytest.mark.parametrize(
    ("out", "message"),
    [
        pytest.param("class", "holds the submissions", id="the-submissions'-folder"),
        pytest.param(".", "holds the submissions", id="the-folder-around-it"),
        pytest.param("rubric.yaml/grades", "cannot be written", id="no-folder-can-be-there"),
    ],
)
def test_an_out_folder_that_cannot_be_ends_it_before_anything_is_written(
    tmp_path: Path, out: str, message: str
) -> None:
    """It is the user's slip: no traceback, and what to do."""
    hand_in([student for student in the_class() if student.name == "ada"], tmp_path / "class")
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    done = grade(tmp_path, out)
    assert (done.returncode, message in done.stderr, "--out" in done.stderr) == (4, True, True), done.stderr
    assert [path.name for path in (tmp_path / "class").iterdir()] == ["ada.py"]


def test_a_host_that_locks_nothing_in_grades_only_what_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, and what to do; with --trust the grade is the same."""
    hand_in([student for student in the_class() if student.name == "ada"], tmp_path / "class")
    (tmp_path / "rubric.yaml").write_text("title: Lab 2\nseeds: 1\nparts: {TestInitialElection2A: 10}\n")
    nothing = Isolation(Level.LIMITED, False, ("this kernel has no seccomp",))
    monkeypatch.setattr("raftkit.worlds.process.isolation_here", lambda: nothing)
    arguments = [
        "grade",
        str(tmp_path / "class"),
        "--rubric",
        str(tmp_path / "rubric.yaml"),
        "--out",
        str(tmp_path / "out"),
    ]
    refused = CliRunner().invoke(app, arguments)
    assert isinstance(refused.exception, GradeError)
    assert "this kernel has no seccomp" in str(refused.exception)
    assert not (tmp_path / "out").exists()
    CliRunner().invoke(app, [*arguments, "--trust", "-j", "1"])
    book = read_gradebook(tmp_path / "out")
    assert (book.isolation, book.students[0].points) == ("trusted", 10)
