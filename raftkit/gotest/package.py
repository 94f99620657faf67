"""Which package is meant, and the module around it."""

from dataclasses import dataclass
from pathlib import Path

from raftkit.contract import locate
from raftkit.errors import ContractError


@dataclass(frozen=True, slots=True)
class Package:
    """A package of Go's.

    Attributes:
        folder: Where its files lie.
        root: Where its module's ``go.mod`` lies.
        path: What it is imported by.
    """

    folder: Path
    root: Path
    path: str

    @property
    def module(self) -> str:
        """The module's name."""
        return self.path.removesuffix(f"/{self.folder.relative_to(self.root).as_posix()}")


def find_package(spec: str, *, impls: Path) -> Package:
    """Find the lab's package raft: by its folder, or one above.

    Raises:
        ContractError: There is none, or it has no tests.
    """
    location = locate(spec, impls=impls)
    if not location.is_go:
        raise ContractError(
            "gotest runs the tests of a Go package",
            where=str(location.path),
            found="an implementation in Python",
            wanted="the folder of a Go lab, as in --impl 6.824/src/raft",
            advice="raftkit test runs the lab's suites against it",
        )
    found = Package(location.path.parent, location.roots[0], location.module)
    if not any(found.folder.glob("*_test.go")):
        raise ContractError(
            f"{found.folder.name}/ has no tests of its own",
            where=str(found.folder),
            found="no file that ends in _test.go",
            wanted="the lab's test_test.go, beside raft.go",
            advice="raftkit test runs raftkit's own suites 2A-2D against it",
        )
    return found
