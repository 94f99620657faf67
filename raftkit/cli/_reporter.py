"""The plugin by which ``raftkit test`` prints what pytest does, in pytest's reporter's place."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from raftkit.report.clean import clean_lines
from raftkit.report.console import Console, Progress
from raftkit.report.record import Record
from raftkit.report.screen import Screen

if TYPE_CHECKING:
    from raftkit.plugin.run import Run
    from raftkit.runner.request import LogEvent
    from raftkit.suite import Test


class Reporter:
    """Prints a run. Lives on the controller alone."""

    def __init__(
        self,
        screen: Screen,
        console: Console,
        *,
        tests: Mapping[str, Test],
        seeds: str,
        total: int,
        note: str,
        names_first: bool,
    ) -> None:
        self._screen = screen
        self._console = console
        self._tests = tests
        self._seeds = seeds
        self._note = note
        self._names_first = names_first
        self._progress = Progress(total)
        self._passed: set[str] = set()
        self.run: Run | None = None

    @property
    def is_cut_off(self) -> bool:
        """Whether nobody reads what we print."""
        return self._screen.is_broken

    def first_line(self) -> None:
        """Say what is tested, and with which seed."""
        self._console.first_line(self._seeds, self._note)

    def close(self) -> None:
        """Print what the run came to, if it came to run anything."""
        self._screen.close()
        if self.run is None or self.run.book is None or self.run.refused:
            return
        book = self.run.book
        self._show_warnings()
        if book.results or self.run.was_interrupted:
            self._console.summary(book.verdict, book.results, self._seeds, book.wall_seconds)

    def _show_warnings(self) -> None:
        if self.run is not None and self.run.book is not None:
            for warning in self.run.book.warnings:
                self._console.warn(warning)

    # --- hooks ---

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Find the account of the run."""
        self.run = config.pluginmanager.get_plugin("raftkit-run")

    def pytest_sessionstart(self) -> None:
        """Begin the live line."""
        self._screen.live(self._progress.text)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        name = nodeid.rpartition("::")[2]
        self._progress.start(name)
        test = self._tests.get(name.partition("[")[0])
        if self._names_first and test is not None:
            self._console.started(test.id, test.part, test.title)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A part of a test ended."""
        if report.when == "call" and report.passed:
            self._passed.add(report.nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """A test ended."""
        self._progress.finish(nodeid.rpartition("::")[2], passed=nodeid in self._passed)

    def pytest_raftkit_result(self, record: Record) -> None:
        """A result is settled."""
        self._console.result(record)
        self._show_warnings()
        if self._screen.is_broken and self.run is not None:
            self.run.stop("nobody reads the output")

    def pytest_raftkit_log(self, event: LogEvent) -> None:
        """The implementation logged something."""
        self._console.log(event.at_ns, event.server, event.topic, event.text, event.fields)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A suite was refused."""
        if report.failed:
            self._complain(report.longreprtext)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Pytest, or a plugin, failed."""
        self._complain(f"{excrepr}\n\nThis is raftkit's own fault. Please report it with the text above.")

    def _complain(self, text: str) -> None:
        self._screen.close()
        print(clean_lines(text), file=sys.stderr)
