"""The book of a run: results in suite order, on disk as soon as they are known."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from raftkit.model import Failure, Result, Verdict
from raftkit.plugin._files import ResultFiles
from raftkit.plugin._names import test_name
from raftkit.plugin.options import plan, run_options, settings
from raftkit.report.failure import near
from raftkit.report.json_report import encode_test, json_report
from raftkit.report.record import Record, repeat_command
from raftkit.report.table import last_line, table
from raftkit.report.totals import RunVerdict, totals
from raftkit.report.unjudged import Unjudged
from raftkit.runner.ledger import TOTAL_LIMIT, Ledger
from raftkit.runner.recipe import Recipe, implementation, recipe
from raftkit.suite import load_suite

_AT_THE_END = 1_000_000
"""Places in suite order for results that came without one."""


class Book:
    """Takes results in any order, settles them, writes them down and hands them to who reports."""

    def __init__(self, config: pytest.Config, started: float) -> None:
        """``started`` is when the run began, on the monotonic clock.

        Raises:
            pytest.UsageError: The JSON file cannot be written.
        """
        self._config = config
        self._started = started
        self._settings = settings(config)
        self._plan = plan(config)
        self._ledger = Ledger(self._settings.limits.total_ns)
        self._suites: dict[int, str] = {}
        self._folders: dict[int, str] = {}
        self._tested = implementation(self._settings.implementation, self._settings.spec)
        self._of = 0
        self._names: list[str] = []
        self._encoded: dict[int, bytes] = {}
        self._is_closed = False
        self._was_interrupted = False
        self._lost_reports = False
        try:
            self._files = ResultFiles(Path(self._plan.folder), self._settings.json)
        except OSError as error:
            raise pytest.UsageError(
                f"--result-json: {self._settings.json} cannot be written: {error.strerror}"
            ) from None
        self._write()

    @property
    def warnings(self) -> list[str]:
        """What went wrong beside the tests, one sentence each."""
        return self._files.warnings

    @property
    def has_reports(self) -> bool:
        """Whether the files that the user asked for have been written."""
        return self._files.has_all and not self._lost_reports

    def lose_report(self, what: str) -> None:
        """Note that somebody else's report could not be written."""
        self._lost_reports = True
        self._files.warnings.append(what)

    # --- results come in ---

    def add(self, payload: dict[str, Any]) -> None:
        """Take what a worker put on its report."""
        result = msgspec.convert(payload["result"], Result)
        self._of = payload["of"]
        self._names = payload["names"]
        self._add(payload["order"], payload["suite"], payload["folder"], result)

    def add_lost(self, nodeid: str, why: str) -> None:
        """Note a test whose worker died, and with it all that it knew."""
        file, _, name = nodeid.partition("::")
        suite = str(self._config.rootpath / file)
        test = next(test for test in load_suite(suite).tests if test.id == name.partition("[")[0])
        seed = name.partition("[")[2].rstrip("]")
        reason = "pytest's worker process died while it ran this test"
        result = Result(
            id=test.id,
            part=test.part,
            title=test.title,
            servers=test.servers,
            verdict=Verdict.ERROR,
            seed=int(seed) if seed else self._plan.seeds[0],
            reason=reason,
            failure=Failure(kind="HarnessFault", summary=reason, details=why),
        )
        self._add(_AT_THE_END + len(self._suites), suite, f"{result.id}-{result.seed}", result)

    def _add(self, order: int, suite: str, folder: str, result: Result) -> None:
        self._suites[order] = suite
        self._folders[order] = folder
        self._settle(self._ledger.add(order, result))

    def close(self, *, interrupted: bool) -> None:
        """Settle what is left; nothing comes after this."""
        if not self._is_closed:
            self._is_closed = True
            self._was_interrupted = interrupted
            self._settle(self._ledger.close())

    # --- results go out ---

    def _settle(self, orders: list[int]) -> None:
        """Write down what is known, then hand on what is settled: nothing is shown that could be lost."""
        for order in orders:
            self._encoded.pop(order, None)  # settling may have changed it
        self._write()
        for order in orders:
            record = self._record(order, self._ledger.final[order])
            if record.result.verdict not in (Verdict.PASSED, Verdict.NOT_RUN):
                self._files.leave(record, self._recipe(order, record.result))
            self._config.hook.pytest_raftkit_result(config=self._config, record=record)

    def _record(self, order: int, result: Result) -> Record:
        record = record_of(self._config, result, self._suites[order], self._names)
        trace = near(self._files.shown(result.trace_file)) if record.trace else ""
        return replace(record, trace=trace, folder=self._folders[order])

    def _recipe(self, order: int, result: Result) -> Recipe:
        asked = self._settings
        return recipe(
            self._tested,
            self._suites[order],
            result.seed,
            asked.limits,
            asked.mode,
        )

    def _write(self) -> None:
        self._files.write(self._report, at_last=self._is_closed)

    def _report(self) -> bytes:
        known = self._ledger.known
        for order in known.keys() - self._encoded.keys():
            self._encoded[order] = encode_test(self._record(order, known[order]))
        return json_report(
            implementation=self._settings.implementation,
            seeds=self._plan.seeds,
            verdict=self.verdict,
            wall_seconds=self.wall_seconds,
            results=known.values(),
            tests=[self._encoded[order] for order in known],
        )

    # --- what it comes to ---

    @property
    def results(self) -> list[Result]:
        """What is settled, in suite order."""
        return list(self._ledger.final.values())

    @property
    def closed_seeds(self) -> list[int]:
        """Seeds whose total limit is used up."""
        return list(self._ledger.closed_seeds)

    @property
    def wall_seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self._started

    @property
    def verdict(self) -> RunVerdict:
        """The verdict on the run, as far as it is known."""
        if self._was_interrupted:
            return RunVerdict.INTERRUPTED
        judged = totals("all", self._ledger.known.values()).verdict
        if self._is_closed and judged is not RunVerdict.PASSED:
            return judged
        return judged if self._of and len(self._ledger.final) == self._of else RunVerdict.INCOMPLETE

    def summary_lines(self) -> list[str]:
        """The table, a blank line, what was not judged, and the last line."""
        results = self.results
        ending = last_line(
            self.verdict, results, self._settings.implementation, self._plan.headline, self.wall_seconds
        )
        blind = Unjudged(result.not_judged for result in results).lines()
        return [*table(results), "", *blind, ending]


def record_of(config: pytest.Config, result: Result, suite: str, run: Sequence[str] = ()) -> Record:
    """Add to a result how to repeat it, and where its trace is.

    A total limit is not crossed by one test alone: to repeat that takes the tests of the ``run``.
    """
    asked = settings(config)
    needs_run = result.failure is not None and result.failure.kind == TOTAL_LIMIT
    options = run_options(asked.limits, asked.mode)
    return Record(
        result=result,
        repeat=repeat_command(
            run if needs_run and run else [test_name(suite, result.id)],
            asked.implementation,
            result.seed,
            [*options, *(["--check-determinism"] if asked.check_determinism else [])],
        ),
        trace=near(result.trace_file) if result.trace_file else "",
    )
