"""What a grade says names the student's own files, and no folder of the machine that graded."""

from pathlib import Path

import pytest

from raftkit.grade.autograder import grade_one
from raftkit.grade.grading import TRUSTED
from raftkit.grade.own_paths import own_breakage, own_failure, own_paths
from raftkit.grade.pages import write_student_page
from raftkit.grade.rubric_file import load_rubric
from raftkit.model import Failure, Where
from raftkit.stress.breakage import Breakage
from raftkit.suite import suites_dir

FOLDER = Path("/home/staff/my grades/evidence/ada/submission")
RAISES = """
class Raft:
    def __init__(self, peers, me, persister, apply_ch):
        raise ValueError(me)
    def start(self, command): ...
    def get_state(self): ...
    def kill(self): ...
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(f"{FOLDER}/raft.py:7 in start", "raft.py:7 in start", id="absolute"),
        pytest.param("grades/evidence/ada/submission/raft.py:7", "raft.py:7", id="shortened"),
        pytest.param("'../evidence/ada/submission/a/b.py'", "'a/b.py'", id="quoted"),
        pytest.param(
            "evidence/ben/submission/raft.py", "evidence/ben/submission/raft.py", id="another-student's"
        ),
        pytest.param("/usr/lib/python3/queue.py:3", "/usr/lib/python3/queue.py:3", id="not-handed-in"),
    ],
)
def test_a_path_is_relative_to_what_was_handed_in(text, told):
    """Wherever the run was made."""
    assert own_paths(text, FOLDER) == told


def test_nothing_of_a_failure_names_the_machine():
    """Neither where, nor what was seen, nor the stacks, nor the line that groups it."""
    path = f"{FOLDER}/raft.py"
    where = Where(suite="/opt/raftkit/suites/2A.yaml", line=3, test="TestA", step="1", at_ns=0)
    failure = Failure(
        kind="K",
        summary=path,
        where=where,
        expected=path,
        observed=path,
        advice=path,
        details=f"{path}:1\n{path}:2",
    )
    told = repr(own_failure(failure, FOLDER)) + repr(
        own_breakage(Breakage(kind="K", shape=path, summary=path), FOLDER)
    )
    assert "/home" not in told
    assert "/opt" not in told
    assert told.count("raft.py") == 8
    assert "2A.yaml" in told


def test_a_grades_texts_are_such(tmp_path):
    """In Gradescope's file as on the page: the stack names the file that was handed in, and nothing the grading's folder."""
    submission = tmp_path / "handed-in"
    submission.mkdir()
    (submission / "raft.py").write_text(RAISES)
    (tmp_path / "rubric.yaml").write_text("title: small\nseeds: 1\nparts: {TestInitialElection2A: 10}\n")
    grade = grade_one(
        load_rubric(tmp_path / "rubric.yaml"), submission, tmp_path / "results.json", tmp_path / "grading",
        isolation=TRUSTED, is_over=lambda: False,
    )  # fmt: skip
    write_student_page(grade, "small", tmp_path / "grading")
    for file in (
        "results.json",
        "grading/students/submission/report.html",
        "grading/students/submission/timeline.html",
    ):
        text = (tmp_path / file).read_text()
        assert "raft.py:4 in __init__" in text
        assert str(tmp_path) not in text
        assert str(suites_dir()) not in text
