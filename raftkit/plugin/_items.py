"""Suites as pytest collects them: a file, and in it an item a test and seed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from raftkit.errors import ContractError, SuiteError
from raftkit.model import Result, Verdict
from raftkit.plugin._names import folder_names, run_names
from raftkit.plugin._work import worker
from raftkit.plugin.options import plan
from raftkit.suite import Test, load_suite

_T = TypeVar("_T")
_MARKS = (re.compile(rb"^part:", re.MULTILINE), re.compile(rb"^tests:", re.MULTILINE))


def looks_like_suite(path: Path) -> bool:
    """Whether a YAML file is ours: it has ``part:`` and ``tests:`` at its left edge."""
    try:
        text = path.read_bytes()
    except OSError:
        return False
    return all(mark.search(text) for mark in _MARKS)


class TestEnded(Exception):
    """A test ended otherwise than passed; pytest shows its text."""

    __test__ = False

    def __init__(self, result: Result) -> None:
        self.result = result
        super().__init__(result.reason)


class SuiteFile(pytest.File):
    """A suite."""

    size = 0
    """How many tests it has; known when it has been collected."""

    def collect(self) -> Iterator[SuiteItem]:
        """Yield its tests, in its order, each once a seed."""
        worker(self.config).start()
        suite = load_suite(str(self.path))
        self.size = len(suite.tests)
        seeds = plan(self.config).seeds
        for test in suite.tests:
            for seed in seeds:
                name = test.id if len(seeds) == 1 else f"{test.id}[{seed}]"
                yield SuiteItem.from_parent(self, name=name, test=test, seed=seed)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """A suite that is refused says so in its own words."""
        if isinstance(excinfo.value, SuiteError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class SuiteItem(pytest.Item):
    """One test, one seed."""

    def __init__(self, *, test: Test, seed: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.test = test
        self.seed = seed
        self.order = 0
        self.of = 0
        self.run_names: list[str] = []
        self.folder = f"{test.id}-{seed}"
        self.raftkit_payload: dict[str, Any] | None = None

    def runtest(self) -> None:
        """Run it in this process's runner child."""
        try:
            result = worker(self.config).run(self.test, self.seed, self.folder)
        except ContractError as error:  # so will be all other tests of this run
            self.session.shouldstop = "the implementation cannot be plugged in"
            self.raftkit_payload = {"refused": str(error)}
            raise
        self.raftkit_payload = {
            "order": self.order,
            "of": self.of,
            "names": self.run_names,
            "suite": str(self.path),
            "folder": self.folder,
            "result": msgspec.to_builtins(result),
        }
        if result.verdict is Verdict.NOT_RUN:
            pytest.skip(result.reason)
        if result.verdict is not Verdict.PASSED:
            raise TestEnded(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The failure in raftkit's own pattern, no Python traceback."""
        from raftkit.plugin._book import record_of

        if isinstance(excinfo.value, TestEnded):
            from raftkit.report.failure import failure_text

            return failure_text(record_of(self.config, excinfo.value.result, str(self.path)))
        if isinstance(excinfo.value, ContractError):
            from raftkit.report.clean import clean_lines

            return clean_lines(str(excinfo.value))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Where it is."""
        return self.path, self.test.line - 1, self.name


def arrange(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Number raftkit's items in suite order, seed by seed, and put them in the order in which they run.

    That is the suite's order in one process, and longest first when they are spread over several.
    """
    ours = [item for item in items if isinstance(item, SuiteItem)]
    others = [item for item in items if not isinstance(item, SuiteItem)]
    rank = {seed: index for index, seed in enumerate(plan(config).seeds)}
    ours.sort(key=lambda item: rank[item.seed])
    sizes = {str(item.path): item.parent.size for item in ours if isinstance(item.parent, SuiteFile)}
    tests = [(str(item.path), item.test.id) for item in ours]
    names, folders = run_names(tests, sizes), folder_names(tests)
    for order, item in enumerate(ours):
        item.order, item.of, item.run_names = order, len(ours), names
        item.folder = f"{folders[str(item.path), item.test.id]}-{item.seed}"
    if hasattr(config, "workerinput"):
        ours = deal(sorted(ours, key=lambda item: -item.test.cost), config.workerinput["workercount"])
    items[:] = [*others, *ours]


def deal(longest_first: list[_T], workers: int) -> list[_T]:
    """Order items so that xdist, which begins with a pair for each worker, makes fair pairs.

    Each worker begins with one of the longest, and the longer that is, the shorter is the one behind it:
    a, b, c, d, ... for two workers is dealt as a with d, b with c, and so on with what comes after.
    """
    if len(longest_first) < 2 * workers:  # then xdist deals one at a time
        return longest_first
    first, second = longest_first[:workers], longest_first[workers : 2 * workers]
    pairs = [item for pair in zip(first, reversed(second), strict=True) for item in pair]
    return pairs + longest_first[2 * workers :]
