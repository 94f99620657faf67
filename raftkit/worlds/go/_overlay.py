"""What the build of a world sees instead of what lies on the disk: the lab's harness replaced by ours."""

import json
import re
from pathlib import Path

from raftkit.contract import Location
from raftkit.model import Clock
from raftkit.worlds.go._gopath import put_in_module
from raftkit.worlds.go._lockstep import SOURCE, put_in_lockstep, put_in_real_time
from raftkit.worlds.go._persister import declares_persister, set_persister_aside
from raftkit.worlds.go._replacements import Replacements
from raftkit.worlds.go._shape import Shape, read_shape
from raftkit.worlds.go._toolchain import Toolchain

DRIVER = "raftkit_world"
"""The package that is added to the student's module."""
HARNESS = re.compile(r"^func make_config\(|^type Test struct\b|^type rfsrv struct\b", re.MULTILINE)
"""What the lab's own harness defines in the package raft: its files are hidden."""
OLDEST_GO = (1, 21)
"""Our driver's Go. From 1.22 on loop variables mean something else: a student's line is never raised that far."""
_RAFT_METHOD = re.compile(r"^func[ \t]*\((?:\w+[ \t]+)?\*?Raft\)", re.MULTILINE)
_PACKAGE = re.compile(r"^package\s+(\w+)", re.MULTILINE)
_GO_LINE = re.compile(r"^go\s+(\d+)\.(\d+)(\S*)", re.MULTILINE)


def lay_over(location: Location, clock: Clock, toolchain: Toolchain, folder: Path) -> tuple[Path, Path]:
    """Write what is to be seen into a folder; returns the overlay's file and the module's.

    Raises:
        ContractError: The toolchain is one that we do not know how to change, or the lab's shape is none.
    """
    root, package = location.roots[0], location.path.parent
    module = location.module.removesuffix(f"/{package.relative_to(root).as_posix()}")
    seen = Replacements(folder)
    if clock is Clock.REAL:
        put_in_real_time(seen, toolchain)
    else:
        put_in_lockstep(seen, toolchain)
    put_in_module(seen, root, module, toolchain)
    texts = {file: seen.read(file) for file in _built(package)}
    shape = read_shape(location, texts, module)
    _put_driver(seen, root, shape, location.module)
    _put_package(seen, root / shape.peers.removeprefix(f"{module}/"), "labrpc.go")
    for file, text in texts.items():
        if HARNESS.search(text) and not _RAFT_METHOD.search(text):
            seen.hide(file)
    if shape.persister == location.module:
        _put_persister(seen, package, texts)
    else:
        tester = root / shape.persister.removeprefix(f"{module}/")
        _put_package(seen, tester, "persister.go", "annotations.go")
    return seen.save(), write_module(root, module, folder)


def _put_driver(seen: Replacements, root: Path, shape: Shape, package: str) -> None:
    names = {"LABRPC": shape.peers, "MESSAGES": shape.messages, "PERSISTER": shape.persister, "RAFT": package}
    for file in sorted((SOURCE / "world").glob("*.go")):
        text = file.read_text(encoding="utf-8")
        for name, path in names.items():
            text = text.replace(f'"RAFTKIT_{name}"', json.dumps(path))
        seen.put(root / DRIVER / file.name, text)


def _put_package(seen: Replacements, folder: Path, *ours: str) -> None:
    """Let there be nothing in a package but files of ours."""
    name = folder.name
    for file in _built(folder):
        if (named := _PACKAGE.search(_text(file))) is not None:
            name = named[1]
        seen.hide(file)
    for each in ours:
        seen.put(folder / each, _ours(each, name))


def _put_persister(seen: Replacements, package: Path, texts: dict[Path, str]) -> None:
    """Let our Persister be the one of the package raft."""
    for file, text in texts.items():
        if declares_persister(text):
            seen.put(file, set_persister_aside(text))
    seen.put(package / "raftkit_persister.go", _ours("persister.go", "raft"))


def _ours(file: str, package: str) -> str:
    return (SOURCE / "lab" / file).read_text(encoding="utf-8").replace("RAFTKIT_PACKAGE", package, 1)


def _built(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.go") if not file.name.endswith("_test.go"))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def write_module(root: Path, module: str, folder: Path) -> Path:
    """Write what stands in for a module's go.mod into a folder: its name and its Go, and nothing that it requires."""
    mod = folder / "go.mod"
    mod.write_text(f"module {module}\n\ngo {_go_line(root)}\n", encoding="utf-8")
    return mod


def sources() -> list[Path]:
    """All files of ours that a world follows from."""
    return [*sorted(Path(__file__).parent.glob("*.py")), *sorted(SOURCE.rglob("*.go"))]


def _go_line(root: Path) -> str:
    """The version of the language: the student's, or ours when that is older. What the module requires is left out."""
    file = root / "go.mod"
    found = _GO_LINE.search(_text(file)) if file.is_file() else None
    if found is None or (int(found[1]), int(found[2])) < OLDEST_GO:
        return "{}.{}".format(*OLDEST_GO)
    return f"{found[1]}.{found[2]}{found[3]}"
