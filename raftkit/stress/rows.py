"""The rows of the table of tests, as many as there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass

from raftkit.stress.book import Book
from raftkit.stress.tally import Count


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a test, or several of a part that have nothing to tell apart; a count for each version."""

    name: str
    counts: tuple[Count, ...]

    @property
    def failed(self) -> int:
        """Failures of all versions."""
        return sum(count.failed for count in self.counts)


def rows(book: Book, room: int) -> list[Row]:
    """Return at most ``room`` rows, at least one.

    A test has a row of its own if there is room for all. Else the tests of a part that never failed share
    one; else all but the worst do.
    """
    single = [Row(test.name, tuple(t.tests[test.name] for t in book.tallies)) for test in book.asked.tests]
    if len(single) <= room:
        return single
    folded = _by_part(single, {test.name: test.part for test in book.asked.tests})
    if len(folded) <= room:
        return folded
    worst = sorted((row for row in single if row.failed), key=lambda row: -row.failed)[: max(0, room - 1)]
    shown = [row for row in single if row in worst]
    return [*shown, _together("all others" if shown else "all", [row for row in single if row not in worst])]


def _by_part(single: list[Row], parts: dict[str, str]) -> list[Row]:
    found: list[Row] = []
    for part in dict.fromkeys(parts.values()):
        own = [row for row in single if parts[row.name] == part]
        failed = [row for row in own if row.failed]
        fine = [row for row in own if not row.failed]
        found += failed
        if fine:
            found.append(_together(part if not failed else f"{part}, others", fine))
    return found


def _together(name: str, found: Sequence[Row]) -> Row:
    counts = tuple(Count.sum(row.counts[version] for row in found) for version in range(len(found[0].counts)))
    return Row(name if len(found) == 1 else f"{name} ({len(found)} tests)", counts)
