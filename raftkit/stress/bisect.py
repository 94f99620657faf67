"""Runs two versions with the same seeds, then the neighbours of what failed with the old one."""

from collections.abc import Iterator
from dataclasses import dataclass

from raftkit.report.totals import RunVerdict
from raftkit.stress.book import Book
from raftkit.stress.compare import Change, Comparison
from raftkit.stress.journal import JOURNAL_FILE, Entry, JournalReader
from raftkit.stress.rounds import Rounds
from raftkit.stress.work import Chunk

MOST_SEEDS = 20
"""Failing seeds of a test whose neighbours are tried."""


@dataclass(frozen=True, slots=True)
class Bisect:
    """Two versions, as people named them, and the book of their runs."""

    book: Book
    labels: tuple[str, str]
    neighbours: int

    def run(self, rounds: Rounds) -> None:
        """Run all seeds, and then the neighbours of those that failed with the old version."""
        rounds.run()
        book = self.book
        if self.neighbours and book.planner.is_complete and not book.was_interrupted:
            chunks = list(self._neighbourhoods())
            if chunks:
                book.planner.extra = sum(len(chunk.cases) for chunk in chunks)
                rounds.run_chunks(chunks)

    def _neighbourhoods(self) -> Iterator[Chunk]:
        """A chunk for each failing seed and version: its neighbours."""
        salts = range(1, self.neighbours + 1)
        compared = self.compared()
        for place, test in enumerate(self.book.asked.tests):
            result = compared.tests[test.name]
            for _, seed in sorted([*result.fixed, *result.still])[:MOST_SEEDS]:
                for version in (0, 1):
                    yield Chunk(version, place, tuple((seed, salt) for salt in salts))

    def compared(self) -> Comparison:
        """Compare, from the journal."""
        found = Comparison(test.name for test in self.book.asked.tests)
        for entry in JournalReader(self.book.folder / JOURNAL_FILE, Entry).new(to_the_end=True):
            found.add(entry)
        return found

    @property
    def verdict(self) -> RunVerdict:
        """*Failed* when something broke that held before: a seed that failed nowhere, or a rate that rose."""
        if self.book.was_interrupted:
            return RunVerdict.INTERRUPTED
        found = self.compared()
        if any(test.compared.change is Change.WORSE for test in (*found.tests.values(), found.all)):
            return RunVerdict.FAILED
        if any(test.broke and not (test.fixed or test.still) for test in found.tests.values()):
            return RunVerdict.FAILED
        return RunVerdict.INCONCLUSIVE if found.all.open else RunVerdict.PASSED
