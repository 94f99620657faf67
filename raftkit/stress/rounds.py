"""Round after round, until the work is done or somebody wants an end."""

from raftkit.errors import ContractError
from raftkit.model import Verdict
from raftkit.stress.book import Book
from raftkit.stress.breakage import Breakage
from raftkit.stress.hands import Ended, Hands
from raftkit.stress.journal import JOURNAL_FILE, Entry, Journal
from raftkit.stress.watch import Until, View, Watch
from raftkit.stress.work import Chunk, Round, StressError

LOST = "the worker process died while it ran this test, twice"


class Rounds:
    """Has a book's work done by hands."""

    def __init__(self, book: Book, view: View, until: Until, hands: Hands) -> None:
        self._book = book
        self._view = view
        self._watch = Watch(book, view, until)
        self._hands = hands
        self.trouble = ""
        """What of ours, or of the machine's, ended the run; empty when nothing did."""
        self._last: set[tuple[int, int, int]] = set()

    @property
    def changed(self) -> list[str]:
        """Files of the implementation that changed while it ran."""
        return self._watch.changed

    @property
    def is_unheard(self) -> bool:
        """Whether nobody reads what we show."""
        return self._view.is_broken

    def run(self) -> None:
        """Run until the work is done, or the end that was asked for has come.

        Raises:
            StressError: The implementation was refused.
        """
        book = self._book
        book.signs.take_down()
        try:
            while not (self._watch.should_stop or book.was_interrupted or self.trouble):
                chunks = book.planner.chunks(self._cpu_seconds)
                if not chunks:
                    break
                self._round(chunks)
        finally:
            book.signs.take_down()
            self._view.close()
        if self._watch.trouble is not None:
            raise self._watch.trouble

    def run_chunks(self, chunks: list[Chunk]) -> None:
        """Run these chunks, whatever the book's own work is."""
        self._book.signs.take_down()
        try:
            self._round(chunks)
        finally:
            self._book.signs.take_down()
            self._view.close()

    def _round(self, chunks: list[Chunk]) -> None:
        book, before, ended = self._book, self._book.done, Ended()
        work = Round(folder=str(book.folder), asked=book.asked, chunks=tuple(chunks))
        try:
            with self._watch.watching():
                ended = self._hands.run(work)
        except KeyboardInterrupt:
            book.was_interrupted = True
        if ended.refused and not book.was_interrupted:
            self._give_up(ended.refused)
        elif ended.has_lost_workers:
            self._give_up_on_the_lost(chunks)
        elif book.done == before and not (self._watch.should_stop or book.was_interrupted):
            self._give_up(ended.last_words)

    def _give_up(self, why: str) -> None:
        """End the run; what is known by now still counts.

        Raises:
            StressError: It is the user's to mend.
        """
        if why.startswith(ContractError.__name__):
            raise StressError(why)
        self.trouble = why

    def _cpu_seconds(self, place: int) -> float:
        name = self._book.asked.tests[place].name
        return max(tally.tests[name].mean_cpu_seconds for tally in self._book.tallies)

    def _give_up_on_the_lost(self, chunks: list[Chunk]) -> None:
        """A run that cost two workers their life is an error of ours; others of its chunk get another chance."""
        planner, tests = self._book.planner, self._book.asked.tests
        lost = {
            (chunk.version, chunk.test, seed)
            for chunk in chunks
            for seed, _ in chunk.cases
            if not planner.is_done(chunk.version, chunk.test, seed)
        }
        twice = lost & self._last if planner.singly else set()
        self._last, planner.singly = lost, True
        journal = Journal(self._book.folder / JOURNAL_FILE)
        for version, test, seed in sorted(twice):
            broke = Breakage(kind="HarnessFault", shape=LOST, summary=LOST)
            name = tests[test].name
            journal.append(Entry(version=version, test=name, seed=seed, verdict=Verdict.ERROR, broke=broke))
        journal.close()
        self._book.read(to_the_end=True)
