"""The hands on this machine: pytest-xdist spreads chunks over worker processes."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from raftkit.stress.hands import Ended
from raftkit.stress.signs import StopSigns
from raftkit.stress.work import Round

if TYPE_CHECKING:
    import pytest

RunPytest = Callable[[list[str], list[object]], int]
"""Runs pytest with arguments and plugins, and returns its exit code."""


class XdistHands:
    """Hands a round to pytest, a chunk an item."""

    def __init__(self, jobs: int, run_pytest: RunPytest) -> None:
        self.jobs = jobs
        self._run_pytest = run_pytest

    def run(self, work: Round) -> Ended:
        """Run a round.

        Raises:
            KeyboardInterrupt: Somebody wants an end.
        """
        file, signs = work.save(), StopSigns(Path(work.folder))
        controller = _Controller(signs)
        try:
            code = self._run_pytest(self._arguments(work, str(file)), [controller])
        except KeyboardInterrupt:  # pytest takes one itself, but not a second, nor one at its very end
            signs.put_up(at_once=True)
            raise
        finally:
            file.unlink(missing_ok=True)
        if controller.was_interrupted:
            raise KeyboardInterrupt
        return Ended(
            refused=controller.refused,
            has_lost_workers=controller.has_lost_workers,
            last_words=f"pytest ran nothing of a round, and ended with exit code {code}",
        )

    def close(self) -> None:
        """There is nothing: pytest's workers end with their round."""

    def _arguments(self, work: Round, file: str) -> list[str]:
        return [
            *("-c", os.devnull, "--rootdir", work.folder, "--noconftest"),
            *("-p", "raftkit.stress.plugin", "-p", "xdist.plugin"),
            *("-n", str(min(self.jobs, len(work.chunks))), "--dist", "load", "--maxschedchunk", "1", file),
        ]


class _Controller:
    """The plugin on the controller: notes what went wrong with a chunk, and calls workers off on Ctrl-C."""

    def __init__(self, signs: StopSigns) -> None:
        self._signs = signs
        self.refused = ""
        self.has_lost_workers = False
        self.was_interrupted = False

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
            self.was_interrupted = True
            self._signs.put_up(at_once=True)
