"""Many tests, several at a time."""

import select
import selectors
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path

from raftkit.gotest.build import Way
from raftkit.gotest.process import LOOK_SECONDS, Ended, TestProcess
from raftkit.model import SECOND, Limits


@dataclass(frozen=True, slots=True)
class Case:
    """One run of one test.

    Attributes:
        order: Its place among all runs.
        test: The test's name.
        seed: Names its chance, in virtual time.
    """

    order: int
    test: str
    seed: int


def run_cases(
    program: Path, cases: Iterable[Case], jobs: int, way: Way, limits: Limits
) -> Generator[tuple[Case, Ended | None]]:
    """Run tests, at most so many at a time, in the order in which they come.

    Yields each as it begins, with None, and again as it ends. What still runs when the caller has had enough is ended.
    """
    waiting, running = iter(cases), dict[Case, TestProcess]()
    selector = selectors.DefaultSelector()
    try:
        while True:
            while len(running) < jobs and (case := next(waiting, None)) is not None:
                running[case] = process = _start(program, case, way, limits)
                for descriptor in process.descriptors:
                    selector.register(descriptor, selectors.EVENT_READ)
                yield case, None
            if not running:
                return
            selector.select(LOOK_SECONDS)
            for case, process in list(running.items()):
                if (found := process.look()) is not None:
                    for descriptor in process.descriptors:
                        selector.unregister(descriptor)
                    del running[case]
                    yield case, found
    finally:
        for process in running.values():
            process.kill()
        selector.close()


def ended(process: TestProcess) -> Ended:
    """Wait for a process to end."""
    while (found := process.look()) is None:
        select.select(process.descriptors, (), (), LOOK_SECONDS)
    return found


def _start(program: Path, case: Case, way: Way, limits: Limits) -> TestProcess:
    arguments = [
        f"-test.run=^{case.test}$",
        "-test.v=test2json",
        f"-test.timeout={limits.test_ns // SECOND}s",
        "-test.paniconexit0",
    ]
    return TestProcess(program, arguments, f"{case.seed}/{case.test}", way, limits)
