"""The run as the controller sees it: the hooks that feed its book, and its exit status."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from raftkit.plugin.options import has_options, has_plan, plan, settings

if TYPE_CHECKING:
    from raftkit.plugin._book import Book
    from raftkit.runner.request import LogEvent

EXIT_INCONCLUSIVE = 3
EXIT_REFUSED = 4
WORKER_DIED = "???"
"""The phase that pytest-xdist names in the report of a test whose worker died."""


class Run:
    """Registered on the controller in every pytest run, and idle in those without a suite."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._started = time.monotonic()
        self._other_failures = 0
        self._called_off: set[str] = set()
        self.book: Book | None = None
        self.refused = ""
        """Why the implementation cannot be plugged in; empty when it can, as far as we know."""
        self.was_interrupted = False
        if has_options(config) and settings(config).json:
            self.open_book()

    def open_book(self) -> Book:
        """Open the book; what it must write to is tried at once."""
        from raftkit.plugin._book import Book

        if self.book is None:
            self.book = Book(self._config, self._started)
        return self.book

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a result from a report."""
        payload: dict[str, Any] | None = getattr(report, "raftkit", None)
        if payload is None:
            if not (str(report.when) == WORKER_DIED and self._note_lost(report)):
                self._other_failures += report.failed
        elif "refused" in payload:
            self.refused = self.refused or payload["refused"]
        else:
            book = self.open_book()
            book.add(payload)
            for seed in book.closed_seeds:
                self._call_off(str(seed))

    def _note_lost(self, report: pytest.TestReport) -> bool:
        """Note a test of ours whose worker died; say whether it is one of ours."""
        from raftkit.plugin._items import looks_like_suite

        path = self._config.rootpath / report.nodeid.partition("::")[0]
        if path.suffix not in (".yaml", ".yml") or not looks_like_suite(path):
            return False
        self.open_book().add_lost(report.nodeid, str(report.longrepr))
        return True

    def stop(self, why: str) -> None:
        """Interrupt the run: start no more tests; those that run end first."""
        self.was_interrupted = True
        for name in ("session", "dsession"):  # the second is pytest-xdist's
            if (session := self._config.pluginmanager.get_plugin(name)) is not None:
                session.shouldstop = why

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Call the workers off, so that they and their children end at once."""
        if has_plan(self._config):
            self._call_off("all")
            self.was_interrupted = self.was_interrupted or excinfo.type is KeyboardInterrupt

    def end_interrupted(self) -> None:
        """Close the book when an interruption came past pytest."""
        self.was_interrupted = True
        self.open_book().close(interrupted=True)
        self.pytest_unconfigure()

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Close the book, and let the exit status say what it says."""
        if self.was_interrupted:
            self.open_book()  # an interruption before the first result is worth a record, too
        if self.book is not None:
            self.book.close(interrupted=self.was_interrupted)
            session.exitstatus = self._exit_status(int(session.exitstatus))
        if self.refused:
            session.exitstatus = EXIT_REFUSED
        yield

    def _exit_status(self, usual: int) -> int:
        from raftkit.report.totals import RunVerdict

        assert self.book is not None
        verdict = self.book.verdict
        if usual in (0, 1) and not self._other_failures:
            if verdict is RunVerdict.FAILED:
                return 1
            if verdict is RunVerdict.INCONCLUSIVE:
                return EXIT_INCONCLUSIVE
        return usual

    def pytest_raftkit_log(self, event: LogEvent) -> None:
        """Print a log line under pytest's own output."""
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal is None:
            return
        from raftkit.report.logs import log_line

        line = log_line(event.at_ns, event.server, event.topic, event.text, event.fields)
        capture = self._config.pluginmanager.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else contextlib.nullcontext():
            terminal.ensure_newline()
            terminal.write_line(line)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the table under pytest's own output."""
        if self.book is None or not self.book.results:
            return
        terminalreporter.section("raftkit")
        for line in self.book.summary_lines():
            terminalreporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """Remove the files by which workers were called off."""
        if self.book is not None:
            self.book.close(interrupted=self.was_interrupted)
        for name in self._called_off:
            with contextlib.suppress(OSError):
                os.unlink(name)

    def _call_off(self, what: str) -> None:
        """Tell workers to run no more tests of a seed, or none at all: they look for this file."""
        name = f"{plan(self._config).signal}-{what}"
        with contextlib.suppress(OSError):
            os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o600))
            self._called_off.add(name)
