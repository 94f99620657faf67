"""Threads with a runner child each: what is submitted runs, several at a time."""

import itertools
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec, TypeVar

from raftkit.model import Result
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild, Stopped
from raftkit.runner.request import RunRequest
from raftkit.shrink.size import servers_of
from raftkit.shrink.tree import Tree, test_path
from raftkit.shrink.write import suite_text

P = ParamSpec("P")
T = TypeVar("T")


class Lanes:
    """Runs suites of one test.

    Args:
        jobs: How many at a time.
        should_stop: Asked ten times a second.
    """

    def __init__(self, jobs: int, should_stop: Callable[[], bool]) -> None:
        self.jobs = jobs
        self.runs = 0
        """Runs that have begun."""
        self._numbers = itertools.count(1)
        self._is_closed = False
        self._stop_wanted = should_stop
        self._pool = ThreadPoolExecutor(jobs, thread_name_prefix="lane")
        self._own = threading.local()
        self._children: list[RunnerChild] = []
        self._folder = tempfile.TemporaryDirectory(prefix="raftkit-shrink-")

    def close(self) -> None:
        """End all that still runs."""
        self._is_closed = True
        self._pool.shutdown(cancel_futures=True)
        for child in self._children:
            child.close()
        self._folder.cleanup()

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Let something be done in one of the threads."""
        return self._pool.submit(work, *args, **kwargs)

    def run(self, tree: Tree, request: RunRequest) -> Result:
        """Run a suite, in a thread of the lanes; suite and test of the request are the tree's.

        Raises:
            Stopped: ``should_stop`` said so.
            ContractError: The implementation cannot be plugged in.
        """
        if self._should_stop():
            raise Stopped
        self.runs = number = next(self._numbers)
        path = Path(self._folder.name) / f"{number}.yaml"
        path.write_text(suite_text(tree), encoding="utf-8")
        test = str(test_path(tree)[1])
        about = About(part="", title="", servers=servers_of(tree))
        try:
            return self._child().run(replace(request, suite=str(path), test=test), about)
        finally:
            path.unlink()

    def _should_stop(self) -> bool:
        return self._is_closed or self._stop_wanted()

    def _child(self) -> RunnerChild:
        """This thread's own."""
        if not hasattr(self._own, "child"):
            self._own.child = RunnerChild(self._should_stop)
            self._children.append(self._own.child)
        child: RunnerChild = self._own.child
        return child
