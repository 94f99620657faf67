"""Who handed in what, and where in it the implementation is."""

import os
from pathlib import Path

import pytest

from raftkit.grade.archive import SubmissionError
from raftkit.grade.search import implementation_in
from raftkit.grade.submissions import find_submissions, prepare

FOUND = [
    pytest.param(("raft.py",), "raft.py", id="at-the-top"),
    pytest.param(("raft.py", "helpers.py", "old/raft.py"), "raft.py", id="top-before-folder"),
    pytest.param(("lab/raft.py", "lab/helpers.py"), "lab/raft.py", id="all-in-a-folder"),
    pytest.param(("a/b/c/raft.py", "a/b/c/x.txt"), "a/b/c/raft.py", id="all-in-folders-of-folders"),
    pytest.param(("README.md", "impl/raft.py"), "impl/raft.py", id="one-folder-down"),
    pytest.param(("x/README.md", "x/impl/raft.py"), "x/impl/raft.py", id="one-folder-down-in-a-folder"),
    pytest.param(("raft/__init__.py", "raft/raft.py"), "raft/raft.py", id="package-with-raft"),
    pytest.param(("raft/__init__.py", "raft/log.py"), "raft/__init__.py", id="package"),
    pytest.param(("lab/raft/__init__.py", "lab/raft/log.py"), "lab/raft/__init__.py", id="package-in-a-folder"),
    pytest.param(("mine.py", "notes.txt"), "mine.py", id="lone-file"),
    pytest.param(("6.824/src/raft/raft.go", "6.824/src/go.mod", "6.824/plot.py"), "6.824/src/raft/raft.go", id="go-lab"),
    pytest.param(("raft/raft.go", "raft/log.go"), "raft/raft.go", id="go-package-alone"),
    pytest.param(("src/mine.py", "notes.txt"), "src/mine.py", id="lone-file-in-a-folder"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), FOUND)
def test_the_implementation_is_found(files: tuple[str, ...], expected: str) -> None:
    """At the top, one folder down, as a package, or alone."""
    assert implementation_in(files) == expected


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param((), "no file at all", id="nothing"),
        pytest.param(("main.go", "go.mod"), "main.go, go.mod", id="go"),
        pytest.param(("essay.pdf", "Lab.ZIP"), "unpack Lab.ZIP, or hand that in", id="an-archive-inside"),
        pytest.param(
            ("a/raft.py", "b/raft.py"), "more than one implementation: a/raft.py, b/raft.py", id="two"
        ),
        pytest.param(("a/raft/raft.go", "b/raft1/raft.go"), "more than one implementation", id="two-go-labs"),
        pytest.param(("one.py", "two.py"), "found       one.py, two.py", id="neither-is-called-so"),
    ],
)
def test_what_is_not_found_is_told_with_what_was_looked_for(files: tuple[str, ...], message: str) -> None:
    """So that a student can hand in again."""
    with pytest.raises(SubmissionError) as refused:
        implementation_in(files)
    assert message in str(refused.value)


def test_names_are_told_apart_and_made_harmless(tmp_path: Path) -> None:
    """Keys are folders' names, whatever the submissions are called; junk and our own files are nobody's."""
    names = [
        "alice.zip",
        "bob",
        "Zoë Ø.tar.gz",
        "=cmd.py",
        "..py",
        "a b.py",
        ".DS_Store",
        "rubric.yaml",
        "eve\x1b[2J.py",
    ]
    for name in names:
        (tmp_path / name).touch()
    os.close(os.open(os.fsencode(tmp_path) + b"/caf\xe9.py", os.O_CREAT))
    found = find_submissions(tmp_path, [tmp_path / "rubric.yaml"])
    students = [one.student for one in found]
    assert students == ["=cmd", "Zoë Ø", "a b", "alice", "bob", "caf\N{REPLACEMENT CHARACTER}", "eve"]
    assert len({one.key for one in found}) == len(found)
    for one in found:
        assert one.key.isascii()
        assert not set(one.key) & set("/ =\x1b")
        assert not one.key.startswith(".")


def test_two_of_one_name_keep_their_endings(tmp_path: Path) -> None:
    """Also where only a file system would tell them apart; each has the same key with or without all others."""
    for name in ("alice.zip", "alice.tar.gz", "ALICE.py", "bob.zip"):
        (tmp_path / name).touch()
    assert [one.student for one in find_submissions(tmp_path)] == [
        "ALICE.py",
        "alice.tar.gz",
        "alice.zip",
        "bob",
    ]
    assert [one.key for one in find_submissions(tmp_path)] == ["ALICE.py", "alice.tar.gz", "alice.zip", "bob"]


def test_a_submission_that_the_host_may_not_read_is_nobodys_fault(tmp_path: Path, monkeypatch) -> None:
    """Neither refused nor graded."""
    (tmp_path / "alice.py").write_text("class Raft: ...")
    (submission,) = find_submissions(tmp_path)

    def denied(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("raftkit.grade.submissions.unpack", denied)
    prepared = prepare(submission, tmp_path / "out")
    assert (prepared.refused, prepared.unreadable) == ("", "it cannot be read: Permission denied")
