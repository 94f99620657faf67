"""The columns of the kill matrix: ways to test, from what the lab does itself to all that we have."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from raftkit.model import Mode, Oracles
from raftkit.suite import Test, find_tests, suites_dir
from raftkit.zoo.mutants import ZooError

LAB_PARTS = ("2A", "2B", "2C", "2D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One way to test.

    Attributes:
        name: As headers and the command line call it.
        title: What it is, for people.
        suites: The suites that it runs.
        mode: How it runs them.
        follows: A column that makes the same runs and judges them more strictly: what passed there passes here.
    """

    name: str
    title: str
    suites: tuple[str, ...]
    mode: Mode
    follows: str = ""

    def tests(self, seed: int) -> Sequence[Test]:
        """The tests of a seed, in the order of their suites.

        Raises:
            SuiteError: A suite is missing, or not well formed.
        """
        return _tests(self.suites)


@cache
def _tests(suites: tuple[str, ...]) -> tuple[Test, ...]:
    return tuple(find_tests(suites, suites_dir=suites_dir()))


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
    )
}
"""Every column, from the left."""


def columns_named(names: Sequence[str]) -> tuple[Column, ...]:
    """Columns by their names, in the matrix's order; all for no names.

    Raises:
        ZooError: There is no such column.
    """
    if unknown := [name for name in names if name not in COLUMNS]:
        raise ZooError(f"there is no column {unknown[0]!r}: {', '.join(COLUMNS)} are those that there are")
    return tuple(column for column in COLUMNS.values() if not names or column.name in names)
