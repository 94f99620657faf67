"""Makes runs, one after another, in a runner child of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from raftkit.model import Result
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild
from raftkit.runner.request import RunRequest
from raftkit.stress.drawn import near_its_trace, suite_of
from raftkit.stress.work import Asked

MOST_MEMORY_GROWTH_MB = 256
"""A runner child that has grown by more than this is replaced between two runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One run, made.

    Attributes:
        version: Which implementation.
        test: Which test, by its place.
        salt: Which neighbour of the seed.
        result: How it ended.
        memory_mb: What the runner child held when it had ended, in MiB.
    """

    version: int
    test: int
    salt: int
    result: Result
    memory_mb: int


class Bench:
    """Keeps a runner child for what was asked for."""

    def __init__(self, asked: Asked, should_stop: Callable[[], bool], *, cwd: Path | None = None) -> None:
        """``should_stop`` is asked ten times a second; the child's folder is ``cwd``, or ours."""
        self._asked = asked
        self._child = RunnerChild(should_stop, cwd=cwd)
        self._checked: set[int] = set()
        self._first_memory_mb = 0
        self._child.start()

    def close(self) -> None:
        """End the child."""
        self._child.close()

    def run(self, version: int, test: int, seed: int, salt: int, trace_file: Path) -> Made:
        """Make one run.

        Raises:
            ContractError: The implementation cannot be plugged in.
            Stopped: ``should_stop`` said so.
            OSError: The suite that the seed draws cannot be written.
        """
        asked, tested = self._asked, self._asked.tests[test]
        spec = asked.versions[version].spec
        if version not in self._checked:
            self._child.check(spec, isolate=asked.mode.isolate)
            self._checked.add(version)
        request = RunRequest(
            suite=suite_of(tested, seed, trace_file.parent),
            test=tested.id,
            implementation=spec,
            seed=seed,
            limits=asked.limits,
            trace_file=str(trace_file),
            mode=asked.mode,
            network_salt=salt,
        )
        about = About(part=tested.part, title=tested.title, servers=tested.servers)
        result = self._child.run(request, about)
        if tested.chaos is not None:
            result = near_its_trace(result)
        return Made(version=version, test=test, salt=salt, result=result, memory_mb=self._memory_mb())

    def _memory_mb(self) -> int:
        """What the child holds; one that has grown too much is replaced before the next run."""
        process = self._child.start()
        process.sample()
        memory_mb = process.resident_bytes >> 20
        self._first_memory_mb = self._first_memory_mb or memory_mb
        if memory_mb - self._first_memory_mb > MOST_MEMORY_GROWTH_MB:
            self._child.close()
            self._first_memory_mb = 0
        return memory_mb
