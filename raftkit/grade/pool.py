"""Who makes the runs: here, as many at a time as there are cores to spare.

Another pool, on other machines, is in :mod:`raftkit.grade.farmpool`.
"""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Protocol

from raftkit.grade.task import Outcome, Task
from raftkit.grade.worker import Worker

AHEAD = 2
"""Tasks that wait for each worker: enough that none is idle, few enough that an end comes soon."""


class Pool(Protocol):
    """Makes runs, in whatever order."""

    def outcomes(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield what came of each task, as it comes; ``tasks`` is asked only for what can be begun soon.

        Raises:
            OSError: The host has no room for more.
            RaftkitError: No more runs can be made; what is known counts.
        """
        ...

    def close(self) -> None:
        """End what is under way, at once."""
        ...


class LocalPool:
    """Runner children of this process, each spoken to by a thread of its own."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._is_over = threading.Event()
        self._own = threading.local()
        self._workers: list[Worker] = []
        self._threads = ThreadPoolExecutor(jobs, "grade", initializer=self._begin)

    def outcomes(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield what came of each task, as it comes."""
        waiting = iter(tasks)
        under_way: set[Future[Outcome]] = set()
        while True:
            room = self._jobs * AHEAD - len(under_way)
            under_way |= {self._threads.submit(self._make, task) for task in islice(waiting, room)}
            if not under_way:
                return
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()

    def close(self) -> None:
        """End what is under way, at once."""
        self._is_over.set()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.close()

    def _begin(self) -> None:
        self._own.worker = worker = Worker(self._is_over.is_set)
        self._workers.append(worker)

    def _make(self, task: Task) -> Outcome:
        made: Outcome = self._own.worker.make(task)
        return made
