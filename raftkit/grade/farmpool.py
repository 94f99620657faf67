"""A pool on other machines: the workers of a Dask cluster make the runs."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from raftkit.errors import ContractError
from raftkit.farm.bundle import Bundle
from raftkit.farm.farm import Farm
from raftkit.grade.afar import bundle_for, make_task, outcome_of
from raftkit.grade.task import Outcome, Task
from raftkit.model import Failure, Result, Verdict
from raftkit.runner.past_runs import TRACE_FILE

LOST = "the machines that made this run died of it, or for other reasons, again and again"


class FarmPool:
    """Sends each submission as a bundle, to whoever makes its runs.

    Args:
        farm: The cluster.
        suites: Those of all tests.
        isolation: How submissions are locked in here; workers must do the same.
    """

    def __init__(self, farm: Farm, suites: Iterable[str], isolation: str) -> None:
        self._farm = farm
        self._suites = tuple(suites)
        self._isolation = isolation
        self._packed: tuple[str, Bundle] | None = None
        self._refused: deque[Outcome] = deque()

    @property
    def jobs(self) -> int:
        """How many runs there are at a time, as of now."""
        return self._farm.jobs

    def close(self) -> None:
        """Let go of the cluster; workers end what is under way."""
        self._farm.close()

    def outcomes(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield what came of each task, as it comes; traces are where the tasks say.

        Raises:
            FarmError: The cluster is gone, or a worker cannot take part.
            OSError: There is no room for a trace.
        """
        with closing(self._farm.answers(make_task, self._sent(tasks), lambda: False)) as answers:
            for answer in answers:
                yield self._outcome(answer.task, answer.data)
        yield from self._refused
        self._refused.clear()

    def _sent(self, tasks: Iterable[Task]) -> Iterator[tuple[Bundle, Task]]:
        """What is sent: tasks of one student come one after another, and share a bundle."""
        for task in tasks:
            try:
                if self._packed is None or self._packed[0] != task.implementation:
                    self._packed = task.implementation, bundle_for(task, self._suites, self._isolation)
                yield self._packed[1], task
            except ContractError as error:
                self._refused.append(Outcome(task=task, refused=str(error)))

    def _outcome(self, task: Task, data: bytes | None) -> Outcome:
        if data is None:
            return Outcome(task=task, result=_lost(task), unjudged=LOST if task.test else "")
        outcome, trace = outcome_of(data, task)
        if trace is not None:
            folder = Path(task.folder)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / TRACE_FILE).write_bytes(trace)
        return outcome


def _lost(task: Task) -> Result | None:
    if task.test is None:
        return None  # a look that could not be had says nothing; the first run will
    return Result(
        id=task.test.id,
        part=task.test.part,
        title=task.test.title,
        verdict=Verdict.ERROR,
        seed=task.seed,
        reason=f"HarnessFault: {LOST}",
        servers=task.test.servers,
        failure=Failure(kind="HarnessFault", summary=LOST),
    )
