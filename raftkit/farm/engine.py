"""What a result depends on beside seed and texts: raftkit and Python."""

import hashlib
import sys
from functools import cache
from pathlib import Path

import msgspec

import raftkit
from raftkit.errors import RaftkitError


class FarmError(RaftkitError):
    """Other machines cannot take the work; the text says what to do."""


class Engine(msgspec.Struct, frozen=True):
    """What runs tests somewhere.

    Attributes:
        raftkit: Version.
        digest: SHA-256 of raftkit's own code, beginning: two checkouts may call themselves the same.
        python: Name and version, without the last number.
    """

    raftkit: str
    digest: str
    python: str

    def __str__(self) -> str:
        return f"raftkit {self.raftkit} ({self.digest}) on {self.python}"


@cache
def engine() -> Engine:
    """Say what runs tests here."""
    package = Path(raftkit.__file__).parent
    sums = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        if "_data" not in file.parts:
            sums.update(f"{file.relative_to(package)}\n".encode() + file.read_bytes())
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    return Engine(raftkit.__version__, sums.hexdigest()[:12], python)


def refuse_another(theirs: Engine, ours: Engine, where: str) -> None:
    """Refuse a worker that would not come to our results.

    Raises:
        FarmError: It has another raftkit or Python.
    """
    if theirs != ours:
        raise FarmError(
            f"the worker {where} cannot take part: its results could differ from those made here\n"
            f"  expected   {ours}\n"
            f"  observed   {theirs}\n"
            "  try        install the same raftkit and Python there, and start the worker anew"
        )
