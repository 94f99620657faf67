"""The columns of the kill matrix: ways to test, from what the lab does itself to all that we have."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import get_ident

from raftkit.chaos import ChaosOptions, draw_suite
from raftkit.model import Mode, Oracles
from raftkit.suite import Test, find_tests, load_suite, suites_dir
from raftkit.zoo.mutants import ZooError

LAB_PARTS = ("2A", "2B", "2C", "2D")
DRAWN = Path(".raftkit/zoo/drawn")
"""Where scenarios that seeds have drawn are laid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One way to test.

    Attributes:
        name: As headers and the command line call it.
        title: What it is, for people.
        suites: The suites that it runs.
        mode: How it runs them.
        draws: Whether each seed also draws a scenario of its own.
        follows: A column that makes the same runs and judges them more strictly: what passed there passes here.
    """

    name: str
    title: str
    suites: tuple[str, ...]
    mode: Mode
    draws: bool = False
    follows: str = ""

    def tests(self, seed: int) -> Sequence[Test]:
        """The tests of a seed, in the order of their suites.

        Raises:
            SuiteError: A suite is missing, or not well formed.
            OSError: A scenario that was drawn cannot be written down.
        """
        return (*_tests(self.suites), *(_drawn(seed) if self.draws else ()))


@cache
def _tests(suites: tuple[str, ...]) -> tuple[Test, ...]:
    return tuple(find_tests(suites, suites_dir=suites_dir())) if suites else ()


@cache
def _drawn(seed: int) -> tuple[Test, ...]:
    """The scenario of a seed, as a suite of its own."""
    DRAWN.mkdir(parents=True, exist_ok=True)
    path = (DRAWN / f"chaos-{seed}.yaml").absolute()  # it stays the same wherever we go
    draft = path.with_suffix(f".{get_ident()}")  # others may be reading the same file
    draft.write_text(draw_suite(ChaosOptions(), seed), encoding="utf-8")
    draft.replace(path)
    return load_suite(path).tests


def _named_scenarios() -> tuple[str, ...]:
    """The suites in ``suites/chaos``."""
    folder = suites_dir() / "chaos"
    return tuple(f"{folder.name}/{path.stem}" for path in sorted(folder.glob("*.yaml")))


COLUMNS = {
    column.name: column
    for column in (
        Column(
            name="lab",
            title="2A–2D, judged by the checks of the lab's own tester alone",
            suites=LAB_PARTS,
            mode=Mode(oracles=Oracles.LAB),
            follows="oracles",
        ),
        Column(name="oracles", title="2A–2D, judged by every oracle too", suites=LAB_PARTS, mode=Mode()),
        Column(
            name="chaos",
            title="the scenarios of suites/chaos, and one that `raftkit chaos` draws from each seed",
            suites=_named_scenarios(),
            mode=Mode(),
            draws=True,
        ),
        Column(
            name="race",
            title="2A–2D with --race: threads interrupted between any two lines, what they share watched",
            suites=LAB_PARTS,
            mode=Mode(race=True),
        ),
    )
}
"""Every column, from the left."""
USUAL = ("lab", "oracles", "chaos")
"""Those that are run where none is asked for: the others cost several times as much."""


def columns_named(names: Sequence[str]) -> tuple[Column, ...]:
    """Columns by their names, in the matrix's order; the usual ones for no names.

    Raises:
        ZooError: There is no such column.
    """
    if unknown := [name for name in names if name not in COLUMNS]:
        raise ZooError(f"there is no column {unknown[0]!r}: {', '.join(COLUMNS)} are those that there are")
    return tuple(column for column in COLUMNS.values() if column.name in (names or USUAL))
