"""Gradescope's folder, run as Gradescope runs it, in a folder that imitates /autograder."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest

from raftkit.cli._main import run
from raftkit.grade import StudentGrade
from raftkit.grade.autograder import grade_one, results_so_far
from raftkit.grade.book import PartGrade, RunGrade, Sees, TestGrade
from raftkit.grade.grading import TRUSTED
from raftkit.grade.rubric_file import load_rubric
from raftkit.model import Verdict
from raftkit.worlds.process import Level, isolation_here

ROOT = Path(__file__).parents[2]
RUBRIC = """
title: a small lab
seeds: 1
parts:
  2A: {points: 10, tests: {TestReElection2A: 0, TestManyElections2A: 0}}
  own: {suite: suites/own.yaml, points: 5}
"""
SUITE = """
part: own
title: my own
tests:
  TestOwn:
    servers: 3
    steps:
      - check_one_leader: {save: leader}
      - agree: {command: 7, servers: all}
"""
NEVER_STARTS = """
import itertools
import base

class Raft(base.Raft):
    def start(self, command):
        all(itertools.repeat(True))
"""

locked_in = pytest.mark.skipif(
    isolation_here().level not in (Level.SEALED, Level.FILTERED), reason="this machine locks nothing in"
)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A rubric with a suite of its own."""
    folder = tmp_path / "course"
    (folder / "suites").mkdir(parents=True)
    (folder / "rubric.yaml").write_text(RUBRIC)
    (folder / "suites/own.yaml").write_text(SUITE)
    return folder


@pytest.fixture
def root(tmp_path: Path, course: Path) -> Path:
    """``/autograder`` as it is when the image has been built: with what init-gradescope made, and a venv."""
    root = tmp_path / "autograder"
    made = run(["grade", "init-gradescope", str(root / "source"), "--rubric", str(course / "rubric.yaml")])
    assert made == 0
    (root / "submission").mkdir()
    (root / "results").mkdir()
    (root / "venv").symlink_to(sys.prefix)
    return root


def autograder(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(root / "source/run_autograder")],
        env={**os.environ, "AUTOGRADER": str(root), **environment}, cwd="/", stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def hand_in(root: Path, file: str) -> None:
    (root / "submission/raft.py").write_bytes((ROOT / file).read_bytes())


def results(root: Path) -> Any:
    return json.loads((root / "results/results.json").read_text())


@locked_in
def test_a_right_submission_has_all_points(root):
    """By the copy of raftkit in the folder, from any current folder, with the suite that lies beside the rubric."""
    hand_in(root, "impls/reference/raft.py")
    done = autograder(root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert results(root)["score"] == 15
    assert [test["status"] for test in results(root)["tests"]] == ["passed", "passed"]
    assert "15 of 15" in done.stdout


@locked_in
def test_when_the_time_is_up_at_once_there_are_results_all_the_same(root):
    """The student is told, and no test has a score of zero."""
    hand_in(root, "impls/reference/raft.py")
    done = autograder(root, DEADLINE="1ms")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The time was up when 0 of 2 runs had been made" in results(root)["output"]
    assert results(root)["score"] == 0
    assert not any("score" in test for test in results(root)["tests"])


def test_points_that_were_earned_outlive_the_end_of_the_time(tmp_path, course):
    """The first test passes, the second never ends and is given up; what is known is on disk all along."""
    file, submission = tmp_path / "results.json", tmp_path / "submission"
    submission.mkdir()
    (submission / "raft.py").write_text(NEVER_STARTS)
    (submission / "base.py").write_bytes((ROOT / "impls/reference/raft.py").read_bytes())
    seen = []
    until_running = counting(3)

    def is_over() -> bool:
        seen.append(json.loads(file.read_text()))
        return sum("score" in test for test in seen[-1]["tests"]) == 1 and until_running()

    grade = grade_one(
        load_rubric(course / "rubric.yaml"), submission, file, tmp_path / "grading",
        isolation=TRUSTED, is_over=is_over,
    )  # fmt: skip
    assert grade.points is None
    told = json.loads(file.read_text())
    assert told["score"] == 10
    assert "1 of 2 runs" in told["output"]
    assert ["score" in test for test in told["tests"]] == [True, False]
    assert seen[0]["score"] == 0
    assert len(seen) > 3


def counting(calls: int) -> Callable[[], bool]:
    """Whether it has been asked so often."""
    asked = iter(range(1, 10**6))
    return lambda: next(asked) >= calls


def test_what_the_host_spoilt_leaves_the_rest_of_the_points(tmp_path):
    """Gradescope wants a score; the test itself has none, and the student is told why."""
    right, spoilt = (
        RunGrade(seed=1, verdict=Verdict.PASSED),
        RunGrade(seed=1, verdict=Verdict.ERROR, unjudged="disk full"),
    )
    tests = tuple(
        TestGrade(
            name=name, part="2A", title="", points=points, max_points=5.0, points_for="", sees=Sees.ALL,
            passed=run.has_passed, judged=run.has_passed, runs=(run,),
        )
        for name, points, run in (("TestA", 5.0, right), ("TestB", None, spoilt))
    )  # fmt: skip
    part = PartGrade(name="2A", points=None, max_points=10.0)
    grade = StudentGrade(student="s", key="s", points=None, max_points=10.0, parts=(part,), tests=tests)
    told = results_so_far(grade, 2, 2)
    assert told["score"] == 5
    assert "no fault of yours" in told["output"]
    assert "score" not in told["tests"][1]


def test_the_folder_needs_no_index_to_have_raftkit(root):
    """The package is in it with its suites, the dependencies are named in their versions, and nothing else is installed."""
    lines = (root / "source/requirements.txt").read_text().splitlines()
    own = [text for text in requires("raftkit-lab") or [] if "extra ==" not in text]
    assert len(lines) == len(own)
    assert all("==" in line for line in lines)
    assert not any("raftkit" in line for line in lines)
    assert (root / "source/package/raftkit/__init__.py").is_file()
    assert (root / "source/package/raftkit/_data/suites/2A.yaml").is_file()
    assert not list(root.glob("source/**/__pycache__"))
    for script in ("setup.sh", "run_autograder"):
        assert os.access(root / "source" / script, os.X_OK)
        subprocess.run(["bash", "-n", root / "source" / script], check=True)


def test_the_rubric_to_start_from_is_the_labs(tmp_path, capsys):
    """All four parts, a hundred points, and fewer runs than half a core makes in ten minutes."""
    assert run(["grade", "init-gradescope", str(tmp_path / "new")]) == 0
    rubric = load_rubric(tmp_path / "new/rubric.yaml")
    assert rubric.max_points == 100
    assert rubric.runs == 84
    assert "84 runs a submission" in capsys.readouterr().out


def test_nothing_is_overwritten(tmp_path, capsys):
    """A folder with something in it is left alone."""
    (tmp_path / "mine").write_text("")
    assert run(["grade", "init-gradescope", str(tmp_path)]) == 4
    assert "nothing is overwritten" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_suite_from_elsewhere_is_refused(tmp_path, course, capsys):
    """It could not be found again in the container."""
    (course / "rubric.yaml").rename(course / "suites/rubric.yaml")
    (course / "suites/rubric.yaml").write_text(RUBRIC.replace("suites/own.yaml", "../suite.yaml"))
    (course / "suite.yaml").write_text(SUITE)
    code = run(
        ["grade", "init-gradescope", str(tmp_path / "new"), "--rubric", str(course / "suites/rubric.yaml")]
    )
    assert code == 4
    assert "beside the rubric" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
