"""What a pytest process that runs tests keeps: its runner child, and where traces go."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from raftkit.model import Result, Verdict
from raftkit.plugin.options import Plan, Settings, plan, settings
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild, Stopped
from raftkit.runner.request import LogEvent, RunRequest
from raftkit.runner.traces import Traces

if TYPE_CHECKING:
    from raftkit.runner.determinism import DeterminismCheck
    from raftkit.suite import Test

_WORKER = pytest.StashKey["Worker"]()


def worker(config: pytest.Config) -> Worker:
    """Return this process's worker."""
    if _WORKER not in config.stash:
        config.stash[_WORKER] = made = Worker(config, settings(config), plan(config))
        config.add_cleanup(made.close)
    return config.stash[_WORKER]


class Worker:
    """Runs tests, one after another, in a runner child."""

    def __init__(self, config: pytest.Config, asked: Settings, decided: Plan) -> None:
        self._config = config
        self._settings = asked
        self._plan = decided
        self._child = RunnerChild(should_stop=self._is_called_off)
        self._parent_pid = os.getppid()
        self._traces = Traces(decided.folder, asked.trace_dir)
        self._check = self._determinism_check() if asked.check_determinism else None
        self._spec = ""

    def _determinism_check(self) -> DeterminismCheck:
        from raftkit.runner.determinism import DeterminismCheck

        return DeterminismCheck(self._is_called_off)

    def start(self) -> None:
        """Start the child early: it imports while suites are read."""
        self._child.start()

    def close(self) -> None:
        """End the child."""
        self._child.close()
        if self._check is not None:
            self._check.close()

    def run(self, test: Test, seed: int, name: str) -> Result:
        """Run one test with one seed; its trace goes by ``name``.

        Raises:
            ContractError: The implementation cannot be plugged in.
            KeyboardInterrupt: The controller called us off.
        """
        if os.path.exists(f"{self._plan.signal}-{seed}"):
            return _not_run(test, seed, "not run: the run's total limit is used up")
        self._check_implementation()
        request = RunRequest(
            suite=os.path.abspath(test.suite),
            test=test.id,
            implementation=self._spec,
            seed=seed,
            limits=self._settings.limits,
            trace_file=self._traces.open(name),
            live_logs=self._settings.live_logs,
            mode=self._settings.mode,
        )
        about = About(part=test.part, title=test.title, servers=test.servers)
        try:
            result = self._child.run(request, about, self._on_log)
            if self._check is not None:
                result = self._check.judge(request, about, result)
        except Stopped:
            if self._is_orphan():
                os._exit(1)  # nobody is left to report to
            raise KeyboardInterrupt from None
        result = self._traces.settle(result)
        if self._traces.warning:
            result = replace(result, warnings=(*result.warnings, self._traces.warning))
        return result

    def _check_implementation(self) -> None:
        """Refuse an implementation of the wrong shape before the first test."""
        if not self._spec:
            self._spec = self._child.check(self._settings.spec, isolate=self._settings.mode.isolate)

    def _on_log(self, event: LogEvent) -> None:
        self._config.hook.pytest_raftkit_log(config=self._config, event=event)

    def _is_called_off(self) -> bool:
        """Whether the controller called us off, or is gone."""
        return self._is_orphan() or os.path.exists(f"{self._plan.signal}-all")

    def _is_orphan(self) -> bool:
        return os.getppid() != self._parent_pid


def _not_run(test: Test, seed: int, reason: str) -> Result:
    return Result(
        id=test.id,
        part=test.part,
        title=test.title,
        servers=test.servers,
        seed=seed,
        verdict=Verdict.NOT_RUN,
        reason=reason,
    )
