"""The work of a stress run, as files: what was asked for, and the chunks of one round for pytest to collect.

::

    .raftkit/runs/20260301T101500Z-1000-4711/stress.json      what was asked for
    .raftkit/runs/20260301T101500Z-1000-4711/journal.jsonl    what came of it, a line a run
    .raftkit/runs/20260301T101500Z-1000-4711/round.stress     what pytest collects now
"""

from pathlib import Path

import msgspec

from raftkit.chaos import ChaosOptions
from raftkit.errors import RaftkitError
from raftkit.model import Limits, Mode
from raftkit.report.json_report import JsonFile
from raftkit.runner.recipe import Implementation
from raftkit.runner.runs_folder import STRESS_FILE
from raftkit.stress.seeds import Seeds

ASKED_FILE = STRESS_FILE
ROUND_FILE = "round.stress"


class StressError(RaftkitError):
    """A stress run cannot begin, or go on; the text says what to do."""


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """One test.

    Attributes:
        name: Its name in this run: unlike all others.
        id: Its name in its suite.
        command: Its name for ``raftkit test``; empty where each seed draws its own suite.
        suite: Absolute path; empty where each seed draws its own.
        part: ``2A`` .. ``2D``, or what the suite says.
        title: The lab's title.
        servers: Size of the cluster.
        cost: Processor time relative to an ordinary test.
        chaos: What each seed draws its suite by; None where it has one.
    """

    name: str
    id: str
    command: str
    suite: str
    part: str
    title: str
    servers: int
    cost: float
    chaos: ChaosOptions | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for: enough to go on after a kill.

    Attributes:
        versions: The implementations; a stress run has one.
        tests: The tests.
        seeds: The seeds of each.
        limits: What a test may use.
        keep: ``few`` traces of each kind of failure, of all ``failing`` runs, or of ``all`` runs.
        in_turn: Whether one test runs with all its seeds before the next.
        mode: How tests are run.
    """

    versions: tuple[Implementation, ...]
    tests: tuple[Tested, ...]
    seeds: Seeds
    limits: Limits
    keep: str = "few"
    in_turn: bool = False
    mode: Mode = msgspec.field(default_factory=Mode)

    @property
    def is_chaos(self) -> bool:
        """Whether seeds draw their suites."""
        return any(test.chaos is not None for test in self.tests)

    def save(self, folder: Path) -> None:
        """Write it down.

        Raises:
            OSError: It cannot be written.
        """
        JsonFile(folder / ASKED_FILE).write_value(msgspec.to_builtins(self))


def read_asked(folder: Path) -> Asked:
    """Read what was asked for.

    Raises:
        StressError: That is no stress run's folder, or it is damaged.
    """
    try:
        return msgspec.json.decode((folder / ASKED_FILE).read_bytes(), type=Asked)
    except OSError:
        raise StressError(f"{folder} is not the folder of a stress run") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StressError(f"{folder / ASKED_FILE} is damaged: {error}") from None


class Chunk(msgspec.Struct, frozen=True, array_like=True):
    """Some seeds of one test; with pytest, an item.

    Attributes:
        version: Which implementation.
        test: Which test, by its place.
        cases: Seed and salt of each run.
    """

    version: int
    test: int
    cases: tuple[tuple[int, int], ...]


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One round: what workers need to know.

    Attributes:
        folder: The run's folder.
        asked: What was asked for.
        chunks: The work.
    """

    folder: str
    asked: Asked
    chunks: tuple[Chunk, ...]

    def save(self) -> Path:
        """Write it where pytest finds it; return its path."""
        path = Path(self.folder) / ROUND_FILE
        path.write_bytes(msgspec.json.encode(self))
        return path


def read_round(path: Path) -> Round:
    """Read what :meth:`Round.save` wrote."""
    return msgspec.json.decode(path.read_bytes(), type=Round)
