"""The rows of the table of tests, as many as there is room for."""

from collections.abc import Iterable
from dataclasses import dataclass

from raftkit.stress.book import Book
from raftkit.stress.tally import Count


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a test, or several of a part that have nothing to tell apart."""

    name: str
    count: Count
    tests: int = 1


def rows(book: Book, room: int, version: int = 0) -> list[Row]:
    """Return at most ``room`` rows, at least one.

    A test has a row of its own if there is room for all. Else the tests of a part that never failed share
    one; else those of all parts.
    """
    counts = book.tallies[version].tests
    parts = {test.name: test.part for test in book.asked.tests}
    single = [Row(name, count) for name, count in counts.items()]
    if len(single) <= room:
        return single
    by_part = _folded(single, parts)
    if len(by_part) <= room:
        return by_part
    worst = sorted((row for row in single if row.count.failed), key=lambda row: -row.count.failed)
    shown = {row.name for row in worst[: max(0, room - 1)]}
    others = [row for row in single if row.name not in shown]
    return [*(row for row in single if row.name in shown), _together("all others", others)]


def _folded(single: list[Row], parts: dict[str, str]) -> list[Row]:
    found: list[Row] = []
    for part in dict.fromkeys(parts.values()):
        own = [row for row in single if parts[row.name] == part]
        failed = [row for row in own if row.count.failed]
        fine = [row for row in own if not row.count.failed]
        found += failed
        if fine:
            found.append(_together(part if not failed else f"{part}, others", fine))
    return found


def _together(name: str, found: Iterable[Row]) -> Row:
    total, tests = Count(), 0
    for row in found:
        count, tests = row.count, tests + 1
        total.passed += count.passed
        total.failed += count.failed
        total.vacuous += count.vacuous
        total.errors += count.errors
        total.lab_ns += count.lab_ns
        total.cpu_seconds += count.cpu_seconds
        if count.slowest_ns > total.slowest_ns:
            total.slowest_ns, total.slowest_seed = count.slowest_ns, count.slowest_seed
    return Row(f"{name} ({tests} tests)" if tests != 1 else name, total, tests)
