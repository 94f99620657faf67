"""Finds the implementation in what was handed in."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from raftkit.grade.archive import ARCHIVES, SubmissionError

WANTED = ("raft.py", "raft/raft.py", "raft/__init__.py")
GO_LABS = ("/raft/raft.go", "/raft1/raft.go")
MOST_TOLD = 8


def implementation_in(files: tuple[str, ...]) -> str:
    """Return the implementation's path among these, which are relative to the submission's folder.

    Looked for are ``raft.py`` and a package ``raft`` at the top and one folder below it; failing that, ``raft.go`` in
    a folder that is called as the lab calls it, and a lone Python file. A folder that holds everything else counts
    for nothing.

    Raises:
        SubmissionError: There is none, or more than one.
    """
    top = _common_folder(files)
    inside = [file.removeprefix(top) for file in files]
    lone = [file for file in inside if file.endswith(".py")]
    for found in (_named(inside, WANTED), _one_deeper(inside), _go_labs(files, top), lone):
        if len(found) == 1:
            return top + found[0]
        if len(found) > 1 and found is not lone:
            raise SubmissionError(f"it holds more than one implementation: {_told(found)}")
    raise SubmissionError(
        "there is no implementation in it\n"
        "  looked for  raft.py or a package raft, at the top and one folder down; else a Go lab's raft/raft.go, or a\n"
        "              lone Python file\n"
        f"  found       {_told(inside) or 'no file at all'}" + _advice(inside)
    )


def _advice(files: list[str]) -> str:
    """Some course systems hand out a folder a student with the archive that was handed in."""
    packed = [file for file in files if file.lower().endswith(ARCHIVES)]
    if not packed:
        return ""
    return f"\n  try         an archive inside a submission stays closed: unpack {_told(packed)}, or hand that in"


def _common_folder(files: tuple[str, ...]) -> str:
    """The folder, with a slash behind it, in which everything lies; but not a package of that name."""
    parents = [PurePosixPath(file).parent.parts for file in files]
    common: list[str] = []
    for names in zip(*parents, strict=False):
        package = "/".join([*common, names[0], "__init__.py"])
        if len(set(names)) > 1 or package in files:
            break
        common.append(names[0])
    return "".join(f"{name}/" for name in common)


def _named(files: list[str], wanted: tuple[str, ...]) -> list[str]:
    return [name for name in wanted if name in files][:1]


def _go_labs(files: tuple[str, ...], top: str) -> list[str]:
    """Go's packages raft, by their raft.go; the folder around everything may be one."""
    return [file.removeprefix(top) for file in files if f"/{file}".endswith(GO_LABS)]


def _one_deeper(files: list[str]) -> list[str]:
    """What is called so, one of each folder."""
    return list(_of_each(files))


def _of_each(files: list[str]) -> Iterator[str]:
    for folder in dict.fromkeys(file.partition("/")[0] for file in files if "/" in file):
        yield from _named(files, tuple(f"{folder}/{name}" for name in WANTED))


def _told(files: list[str]) -> str:
    more = [f"and {len(files) - MOST_TOLD} others"] if len(files) > MOST_TOLD else []
    return ", ".join([*files[:MOST_TOLD], *more])
