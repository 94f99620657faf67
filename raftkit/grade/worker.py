"""Makes runs, one at a time, in a runner child of its own; where the host may be to blame, twice."""

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

from raftkit.errors import ContractError
from raftkit.grade.host import ailment, doubt
from raftkit.grade.task import Outcome, Task
from raftkit.model import Result, Verdict
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild, never
from raftkit.runner.past_runs import TRACE_FILE
from raftkit.runner.request import RunRequest
from raftkit.stress.work import Tested


class Worker:
    """Keeps one runner child alive; a pool has as many as it makes runs at a time."""

    def __init__(self, should_stop: Callable[[], bool] = never, *, cwd: Path | None = None) -> None:
        self._child = RunnerChild(should_stop, cwd=cwd)

    def close(self) -> None:
        """End the child."""
        self._child.close()

    def make(self, task: Task) -> Outcome:
        """Make a run, or a look.

        Raises:
            Stopped: ``should_stop`` said so.
            OSError: The trace's folder cannot be made.
        """
        try:
            if task.test is None:
                self._child.check(task.implementation, isolate=task.mode.isolate)
                return Outcome(task=task)
            return self._judged(task, task.test)
        except ContractError as error:
            return Outcome(task=task, refused=str(error))

    def _judged(self, task: Task, test: Tested) -> Outcome:
        result = self._run(task, test)
        tries, unjudged = 1, ""
        if doubt(result):
            result, tries = self._run(task, test), 2
            why = doubt(result)
            illness = ailment(Path(task.folder)) if why else ""
            if why and (illness or result.verdict is Verdict.ERROR):
                unjudged = f"{why}; twice" + (f", and {illness}" if illness else "")
        if result.verdict is Verdict.PASSED:
            with contextlib.suppress(OSError):
                shutil.rmtree(task.folder)
        return Outcome(task=task, result=result, unjudged=unjudged, tries=tries)

    def _run(self, task: Task, test: Tested) -> Result:
        folder = Path(task.folder)
        folder.mkdir(parents=True, exist_ok=True)
        request = RunRequest(
            suite=test.suite,
            test=test.id,
            implementation=task.implementation,
            seed=task.seed,
            limits=task.limits,
            trace_file=str(folder / TRACE_FILE),
            mode=task.mode,
        )
        return self._child.run(request, About(part=test.part, title=test.title, servers=test.servers))
