"""Watches a stress run from a thread of its own, while pytest hands out chunks: reads the journal, shows, stops."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from raftkit.report.totals import RunVerdict
from raftkit.stress.book import Book
from raftkit.stress.changes import changed_files

TICK_SECONDS = 0.25
WRITE_SECONDS = 5.0
"""How often ``run.json`` is written, and the implementation's files are looked at."""


class View(Protocol):
    """Shows a stress run."""

    @property
    def is_broken(self) -> bool:
        """Whether nobody reads any more."""
        ...

    def show(self, book: Book) -> None:
        """Show how it stands; called a few times a second."""
        ...

    def close(self) -> None:
        """Take away what moves."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """When a run ends before its seeds are through.

    Attributes:
        seconds: After so long; None for never.
        failure: At the first failure.
    """

    seconds: float | None = None
    failure: bool = False


class Watch:
    """The one who reads the journal: nobody else touches the book meanwhile."""

    def __init__(self, book: Book, view: View, until: Until) -> None:
        self._book = book
        self._view = view
        self._until = until
        self._is_over = threading.Event()
        self._next_write = 0.0
        self._first: float | None = None
        self.trouble: BaseException | None = None
        """What went wrong while we watched; the run was stopped for it."""
        self.changed: list[str] = []
        """Files of the implementation that changed under us; the run was stopped for it."""

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watch while the body runs; look once more when it has ended."""
        thread = threading.Thread(target=self._watch, name="stress watch", daemon=True)
        self._is_over.clear()
        thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            thread.join()
            self._look(at_last=True)

    @property
    def _running_seconds(self) -> float:
        """Since the first run ended: a slow start does not count."""
        if self._first is None and self._book.done > self._book.before:
            self._first = self._book.seconds
        return 0.0 if self._first is None else self._book.seconds - self._first

    @property
    def should_stop(self) -> bool:
        """Whether the run shall end."""
        until, book = self._until, self._book
        if until.failure and any(tally.all.failed for tally in book.tallies):
            return True
        if until.seconds is not None and self._running_seconds >= until.seconds:
            return True
        return bool(self.changed) or self._view.is_broken or self.trouble is not None

    def _watch(self) -> None:
        try:
            while not self._is_over.wait(TICK_SECONDS):
                self._look()
        except BaseException as error:
            self.trouble = error
            self._book.signs.put_up(at_once=True)

    def _look(self, *, at_last: bool = False) -> None:
        book = self._book
        book.read(to_the_end=at_last)
        self._view.show(book)
        if at_last or book.seconds >= self._next_write:
            self._next_write = book.seconds + WRITE_SECONDS
            book.write_run(RunVerdict.INCOMPLETE)
            self.changed = self.changed or [
                name for version in book.asked.versions for name in changed_files(version)
            ]
        if self.should_stop:
            book.signs.put_up(at_once=self._view.is_broken)
