"""What it takes to run a test again: kept in ``result.json`` beside its trace, and read by ``raftkit replay``."""

import hashlib
import platform
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

import raftkit
from raftkit.contract import Location, go_files, locate
from raftkit.errors import ContractError
from raftkit.model import Limits, Mode
from raftkit.runner.past_runs import RESULT_FILE, NoSuchRun

SUITE_COPY = "suite.yaml"
"""The suite's text as it was, in the failure's folder."""
MOST_FILES = 500
"""Python files beside an implementation that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation:
    """What was tested.

    Attributes:
        named: As the user named it.
        spec: The same, absolute.
        files: SHA-256 of its files, Python or Go, by their names; the file itself comes first.
    """

    named: str
    spec: str
    files: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """One SHA-256 for all of them; empty when they could not be read."""
        lines = "".join(f"{digest} {name}\n" for name, digest in sorted(self.files.items()))
        return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest() if lines else ""

    @property
    def changed_files(self) -> list[str]:
        """Which of them are not what they were."""
        now = implementation(self.named, self.spec).files
        return [name for name in {**self.files, **now} if self.files.get(name) != now.get(name)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that a run follows from.

    Attributes:
        raftkit: Version.
        python: Version.
        suite: Absolute path.
        suite_digest: SHA-256 of its text.
        implementation: What was tested.
        implementation_digest: All its files in one SHA-256.
        seed: Fixes everything that chance decides.
        limits: What the test might use.
        mode: How it was run.
    """

    raftkit: str
    python: str
    suite: str
    suite_digest: str
    implementation: Implementation
    implementation_digest: str
    seed: int
    limits: Limits
    mode: Mode = field(default_factory=Mode)


class Kept(msgspec.Struct, kw_only=True):
    """A failure's ``result.json``, as far as a replay needs it; ``recipe`` is None in those of an old raftkit."""

    id: str
    verdict: str
    seed: int
    part: str = ""
    title: str = ""
    servers: int = 0
    lab_seconds: float = 0.0
    reason: str = ""
    repeat: str = ""
    trace_digest: str = ""
    trace_file: str = ""
    failure: dict[str, Any] | None = None
    recipe: Recipe | None = None


def implementation(named: str, spec: str) -> Implementation:
    """Look at the files of an implementation."""
    try:
        location = locate(spec)
    except ContractError:
        return Implementation(named=named, spec=spec)
    files = {}
    folder = location.roots[0] if location.is_go else location.path.parent
    for file in _files(location):
        try:
            files[str(file.relative_to(folder))] = hashlib.sha256(file.read_bytes()).hexdigest()
        except OSError:
            continue
    return Implementation(named=named, spec=spec, files=files)


def recipe(tested: Implementation, suite: str, seed: int, limits: Limits, mode: Mode) -> Recipe:
    """Say what a run of this suite follows from."""
    return Recipe(
        raftkit=raftkit.__version__,
        python=platform.python_version(),
        suite=suite,
        suite_digest=text_digest(Path(suite)),
        implementation=tested,
        implementation_digest=tested.digest,
        seed=seed,
        limits=limits,
        mode=mode,
    )


def read_kept(folder: Path) -> Kept:
    """Return what was kept of a failure.

    Raises:
        NoSuchRun: There is nothing, or it cannot be read.
    """
    file = folder / RESULT_FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=Kept)
    except OSError as error:
        raise NoSuchRun(
            f"{file} cannot be read: {error.strerror}", advice="raftkit runs lists what there is"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoSuchRun(f"{file} is damaged: {error}") from None


def text_digest(path: Path) -> str:
    """SHA-256 of a file; empty when it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _files(location: Location) -> list[Path]:
    """The implementation's file, its neighbours, and the packages among them; of a Go lab its module's."""
    if location.is_go:
        return go_files(location.path, location.roots[0])
    found = dict.fromkeys([location.path, *python_files(location.path.parent)])
    return list(found)[:MOST_FILES]


def python_files(folder: Path) -> Iterator[Path]:
    """Yield what an import statement may mean there: Python files, and those of packages.

    Raises:
        OSError: A folder cannot be read.
    """
    for entry in sorted(folder.iterdir()):
        if entry.suffix == ".py" and entry.is_file():
            yield entry
        elif entry.is_dir() and (entry / "__init__.py").is_file():
            yield from python_files(entry)
