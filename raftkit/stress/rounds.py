"""Round after round of pytest, until the work is done or somebody wants an end."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from raftkit.errors import ContractError
from raftkit.model import Verdict
from raftkit.stress.book import Book
from raftkit.stress.breakage import Breakage
from raftkit.stress.journal import JOURNAL_FILE, Entry, Journal
from raftkit.stress.watch import Until, View, Watch
from raftkit.stress.work import Chunk, Round, StressError

if TYPE_CHECKING:
    import pytest

RunPytest = Callable[[list[str], list[object]], int]
"""Runs pytest with arguments and plugins, and returns its exit code."""
LOST = "pytest's worker process died while it ran this test, twice"


class _Controller:
    """The plugin on the controller: notes what went wrong with a chunk, and calls workers off on Ctrl-C."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.refused = ""
        self.has_lost_workers = False

    def pytest_runtest_logreport(self, report: "pytest.TestReport") -> None:
        """A chunk ended; one that did not end well says why."""
        if str(report.when) == "???":
            self.has_lost_workers = True
        elif report.failed:
            self.refused = self.refused or str(report.longrepr)

    def pytest_collectreport(self, report: "pytest.CollectReport") -> None:
        """A round could not be read."""
        if report.failed:
            self.refused = self.refused or str(report.longrepr)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Pytest, or a plugin, failed."""
        self.refused = self.refused or str(excrepr)

    def pytest_keyboard_interrupt(self, excinfo: "pytest.ExceptionInfo[BaseException]") -> None:
        """Call the workers off, so that they and their children end at once."""
        if excinfo.type is KeyboardInterrupt:
            self._book.was_interrupted = True
            self._book.tell_workers(at_once=True)


class Rounds:
    """Runs a book's work."""

    def __init__(self, book: Book, view: View, until: Until, *, jobs: int, run_pytest: RunPytest) -> None:
        self._book = book
        self._view = view
        self._watch = Watch(book, view, until)
        self._jobs = jobs
        self._run_pytest = run_pytest
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
        book.untell_workers()
        try:
            while not (self._watch.should_stop or book.was_interrupted or self.trouble):
                chunks = book.planner.chunks(self._cpu_seconds)
                if not chunks:
                    break
                self._round(chunks)
        finally:
            book.untell_workers()
            self._view.close()
        if self._watch.trouble is not None:
            raise self._watch.trouble

    def run_chunks(self, chunks: list[Chunk]) -> None:
        """Run these chunks, whatever the book's own work is."""
        self._book.untell_workers()
        try:
            self._round(chunks)
        finally:
            self._book.untell_workers()
            self._view.close()

    def _round(self, chunks: list[Chunk]) -> None:
        book, asked = self._book, self._book.asked
        work = Round(
            folder=str(book.folder),
            specs=tuple(version.spec for version in asked.versions),
            tests=asked.tests,
            limits=asked.limits,
            keep_all=asked.keep == "all",
            chunks=tuple(chunks),
        )
        file = work.save()
        controller, before = _Controller(book), book.done
        code = 0
        try:
            with self._watch.watching():
                code = self._run_pytest(self._arguments(str(file), len(chunks)), [controller])
        except KeyboardInterrupt:  # pytest takes one itself, but not a second, nor one at its very end
            book.was_interrupted = True
            book.tell_workers(at_once=True)
        finally:
            file.unlink(missing_ok=True)
        if controller.refused and not book.was_interrupted:
            self._give_up(controller.refused)
        elif controller.has_lost_workers:
            self._give_up_on_the_lost(chunks)
        elif book.done == before and not (self._watch.should_stop or book.was_interrupted):
            self._give_up(f"pytest ran nothing of a round, and ended with exit code {code}")

    def _give_up(self, why: str) -> None:
        """End the run; what is known by now still counts.

        Raises:
            StressError: It is the user's to mend.
        """
        if why.startswith(ContractError.__name__):
            raise StressError(why)
        self.trouble = why

    def _arguments(self, file: str, chunks: int) -> list[str]:
        return [
            *("-c", os.devnull, "--rootdir", str(self._book.folder), "--noconftest"),
            *("-p", "raftkit.stress.plugin", "-p", "xdist.plugin", "-n", str(min(self._jobs, chunks))),
            *("--dist", "load", "--maxschedchunk", "1", file),
        ]

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
