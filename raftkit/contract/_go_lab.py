"""Where a Go lab is: the folder of its package raft, and the module around it."""

import re
from pathlib import Path

from raftkit.errors import ContractError

PACKAGES = ("raft", "src/raft", "raft1", "src/raft1")
"""Where the package lies, below a folder that somebody names."""
WITHOUT_NAME = "lab"
"""The module of a lab that has none."""
BUILT = (".go", ".s", ".h", ".syso")
"""What the files are called that Go builds a package of without C."""
LARGEST_BYTES = 1 << 20
MOST_FILES = 2_000
_RAFT = re.compile(r"^type\s+Raft\s+struct\b", re.MULTILINE)
_MODULE = re.compile(r'^module\s+"?([^\s"]+)', re.MULTILINE)
WANTED = "a folder with Go's package raft of the lab (type Raft struct, in raft.go), in its place in the lab"


def go_file(path: Path) -> Path | None:
    """The file with ``type Raft struct`` that a path means: itself, its folder's, or one of a lab's below it.

    None when this is no matter of Go.

    Raises:
        ContractError: There is Go, and no Raft in it.
    """
    if path.is_file():
        return _of_folder(path.parent) or path if path.suffix == ".go" else None
    for folder in (path, *(path / name for name in PACKAGES)):
        if (found := _of_folder(folder)) is not None:
            return found
    for folder in (*(path / name for name in PACKAGES), path / "src", path):
        go = sorted(file.name for file in folder.glob("*.go"))
        if go or (folder / "go.mod").is_file():
            raise ContractError(
                f"{folder.name}/ holds Go, and no Raft",
                where=str(folder),
                found=", ".join(go[:8]) or "a go.mod, and no package raft beside it",
                wanted=WANTED,
                advice="give the folder of your package raft, as in --impl 6.824/src/raft",
            )
    return None


def go_module(file: Path) -> tuple[Path, str]:
    """The folder of the module that a file belongs to, and the import path of the file's package.

    Editions until 2020 have no go.mod: theirs is the folder above the package, with ``labrpc`` in it.

    Raises:
        ContractError: There is no go.mod above it, and no labrpc beside it.
    """
    for folder in file.parents:
        if (folder / "go.mod").is_file():
            named = _MODULE.search(_text(folder / "go.mod"))
            inside = file.parent.relative_to(folder).as_posix()
            if named is None or inside == ".":
                break
            return folder, f"{named[1]}/{inside}"
    above = file.parent.parent
    if (above / "labrpc").is_dir():
        return above, f"{WITHOUT_NAME}/{file.parent.name}"
    raise ContractError(
        f"{file.name} is in no module",
        where=str(file),
        found="no go.mod in a folder above that of the package, and no labrpc/ beside it",
        wanted="the lab's layout: src/go.mod, src/raft, src/labrpc, src/labgob",
        advice="give the package in its place in the lab; or in the folder above raft/: go mod init 6.824",
    )


def go_files(file: Path, root: Path) -> list[Path]:
    """All of a module's files that a build may read, its package's first; tests aside.

    Raises:
        OSError: A folder cannot be read.
    """
    files = sorted(path for suffix in BUILT for path in root.rglob(f"*{suffix}"))
    inside = (path for path in files if not path.name.endswith("_test.go"))
    module = [root / "go.mod"] if (root / "go.mod").is_file() else []
    return list(dict.fromkeys([file, *module, *inside]))[:MOST_FILES]


def _of_folder(folder: Path) -> Path | None:
    if not folder.is_dir():
        return None
    files = [file for file in folder.glob("*.go") if not file.name.endswith("_test.go")]
    for file in sorted(files, key=lambda file: (file.name != "raft.go", file.name)):
        if _RAFT.search(_text(file)):
            return file
    return None


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
