"""Builds a package's tests into a program. Go's own cache keeps what has been compiled."""

from enum import StrEnum
from pathlib import Path

from raftkit.errors import ContractError
from raftkit.gotest.package import Package
from raftkit.worlds.go import (
    Replacements,
    Toolchain,
    find_toolchain,
    put_in_lockstep,
    put_in_module,
    refusal,
    run_go,
    write_module,
)

SHOWING = Path(__file__).with_name("showing.go")
"""What is added to Go's own package testing, in virtual time."""


class Way(StrEnum):
    """How time passes for a test."""

    VIRTUAL = "virtual"
    REAL = "real"
    RACE = "race"  # in real time, too

    @property
    def words(self) -> str:
        """For the first line of a run."""
        return {
            Way.VIRTUAL: "its own tests, in virtual time",
            Way.REAL: "its own tests, in real time",
            Way.RACE: "its own tests, under Go's race detector",
        }[self]


def build_tests(package: Package, way: Way, folder: Path) -> Path:
    """Return the program that runs a package's tests; it is written into a folder, and what it is made of beside it.

    Raises:
        ContractError: The compiler's words, or there is no toolchain that can do it.
    """
    toolchain = find_toolchain()
    module = write_module(package.root, package.module, folder)
    program = folder / "tests"
    command = [
        *(toolchain.go, "test", "-c", "-vet=off", "-buildvcs=false"),
        *("-modfile", str(module), "-o", str(program)),
        *_options(way, package, toolchain, folder),
        f"./{package.folder.relative_to(package.root).as_posix()}",
    ]
    code, said = run_go(command, package.root, with_c=way is Way.RACE)
    if way is Way.RACE and code and _cannot_race(said):
        raise _no_race(toolchain, said)
    if code or not program.exists():
        raise refusal(package.folder, said)
    return program


def _options(way: Way, package: Package, toolchain: Toolchain, folder: Path) -> list[str]:
    seen = Replacements(folder)
    put_in_module(seen, package.root, package.module, toolchain)
    if way is Way.VIRTUAL:
        put_in_lockstep(seen, toolchain)
        seen.put(toolchain.root / "src" / "testing" / "raftkit.go", SHOWING.read_text(encoding="utf-8"))
    flags = {Way.VIRTUAL: ["-tags", "faketime"], Way.REAL: [], Way.RACE: ["-race"]}[way]
    return [*flags, "-overlay", str(seen.save())]


def _cannot_race(said: str) -> bool:
    return any(words in said for words in ("-race", "C compiler", "cgo", "gcc", "race_linux"))


def _no_race(toolchain: Toolchain, said: str) -> ContractError:
    return ContractError(
        "this machine cannot build for Go's race detector",
        where=toolchain.go,
        found=said,
        wanted="a C compiler, which Go's race detector is linked with",
        advice="install gcc or clang; or run without --race",
    )
