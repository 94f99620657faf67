"""What the build of a world sees instead of what lies on the disk: the lab's harness replaced by ours."""

import re
from pathlib import Path

from raftkit.contract import Location
from raftkit.model import Clock
from raftkit.worlds.go import _lockstep
from raftkit.worlds.go._lockstep import SOURCE, put_in_lockstep, put_in_real_time
from raftkit.worlds.go._replacements import Replacements
from raftkit.worlds.go._toolchain import Toolchain

DRIVER = "raftkit_world"
"""The package that is added to the student's module."""
HARNESS = ("config.go", "func make_config(")
"""The lab's own harness in the package raft, a file and what it defines: it is hidden."""
OLDEST_GO = (1, 21)
"""Our driver's Go. From 1.22 on loop variables mean something else: a student's line is never raised that far."""
_GO_LINE = re.compile(r"^go\s+(\d+)\.(\d+)(\S*)", re.MULTILINE)


def lay_over(location: Location, clock: Clock, toolchain: Toolchain, folder: Path) -> tuple[Path, Path]:
    """Write what is to be seen into a folder; returns the overlay's file and the module's.

    Raises:
        ContractError: The toolchain is one that we do not know how to change.
    """
    root, package = location.roots[0], location.path.parent
    module = location.module.removesuffix(f"/{package.relative_to(root).as_posix()}")
    seen = Replacements(folder)
    if clock is Clock.REAL:
        put_in_real_time(seen, toolchain)
    else:
        put_in_lockstep(seen, toolchain)
    for file in sorted((SOURCE / "world").glob("*.go")):
        text = file.read_text(encoding="utf-8")
        text = text.replace("RAFTKIT_LABRPC", f"{module}/labrpc").replace("RAFTKIT_RAFT", location.module)
        seen.put(root / DRIVER / file.name, text)
    for file in (root / "labrpc").glob("*.go"):
        seen.hide(file)
    seen.put(root / "labrpc" / "labrpc.go", (SOURCE / "lab" / "labrpc.go").read_text(encoding="utf-8"))
    seen.put(package / "persister.go", (SOURCE / "lab" / "persister.go").read_text(encoding="utf-8"))
    name, mark = HARNESS
    if (package / name).is_file() and mark in (package / name).read_text(encoding="utf-8", errors="replace"):
        seen.hide(package / name)
    return seen.save(), write_module(root, module, folder)


def write_module(root: Path, module: str, folder: Path) -> Path:
    """Write what stands in for a module's go.mod into a folder: its name and its Go, and nothing that it requires."""
    mod = folder / "go.mod"
    mod.write_text(f"module {module}\n\ngo {_go_line(root)}\n", encoding="utf-8")
    return mod


def sources() -> list[Path]:
    """All files of ours that a world follows from."""
    return [Path(__file__), Path(_lockstep.__file__), *sorted(SOURCE.rglob("*.go"))]


def _go_line(root: Path) -> str:
    """The version of the language: the student's, or ours when that is older. What the module requires is left out."""
    found = _GO_LINE.search((root / "go.mod").read_text(encoding="utf-8", errors="replace"))
    if found is None or (int(found[1]), int(found[2])) < OLDEST_GO:
        return "{}.{}".format(*OLDEST_GO)
    return f"{found[1]}.{found[2]}{found[3]}"
