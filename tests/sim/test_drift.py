"""Clocks that run too fast or too slow: what they show, and how long their owners wait."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from raftkit.sim import Kernel, Task, make_locks

MS = 1_000_000
SECOND = 1_000 * MS


def fail(task: Task, error: BaseException) -> None:
    raise error


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    made = Kernel("drift", on_error=fail)
    yield made
    made.close()


def timed(kernel: Kernel, wait: Callable[[], Any], group: str = "ours") -> list[int]:
    """When a task of a group has waited, in milliseconds, rounded down."""
    ends: list[int] = []

    def run() -> None:
        wait()
        ends.append(kernel.now_ns // MS)

    kernel.spawn(run, name="waits", group=group)
    return ends


@pytest.mark.parametrize(
    ("ppm", "shown", "slept"), [(250_000, 12_500, 800), (-200_000, 8_000, 1_250), (0, 10_000, 1_000)]
)
def test_a_clock_shows_what_its_owners_wait_for(kernel: Kernel, ppm: int, shown: int, slept: int) -> None:
    """Ten seconds of it, and a second of sleep; everybody else's are true."""
    kernel.drift("ours", ppm)
    ours = timed(kernel, lambda: kernel.sleep(SECOND))
    theirs = timed(kernel, lambda: kernel.sleep(SECOND), "theirs")
    kernel.run_until(10 * SECOND)
    kernel.advance(10 * SECOND)
    assert (ours, theirs) == ([slept], [1_000])
    assert kernel.clock_ns("ours") == shown * MS
    assert kernel.clock_ns("theirs") == 10 * SECOND


def test_a_clock_that_is_set_right_goes_on_from_where_it_was(kernel: Kernel) -> None:
    """It gains no more, and never goes back."""
    kernel.drift("ours", 500_000)
    kernel.advance(2 * SECOND)
    kernel.drift("ours", 0)
    assert kernel.clock_ns("ours") == 3 * SECOND
    kernel.advance(4 * SECOND)
    assert kernel.clock_ns("ours") == 5 * SECOND


def test_locks_and_conditions_wait_by_their_threads_clock(kernel: Kernel) -> None:
    """A lock that is held, a condition that nobody notifies, and one whose predicate never holds."""
    kernel.drift("ours", 1_000_000)
    locks = make_locks(kernel, Random(1))
    held = locks.Lock()
    timed(kernel, lambda: (held.acquire(), kernel.sleep(60 * SECOND)), "theirs")
    kernel.run_until(MS)
    condition = locks.Condition(locks.Lock())

    def wait_for() -> None:
        with condition:
            condition.wait_for(lambda: False, 2)

    def wait() -> None:
        with condition:
            condition.wait(2)

    ends = [timed(kernel, fn) for fn in (lambda: held.acquire(timeout=2), wait_for, wait)]
    kernel.run_until(10 * SECOND)
    assert ends == [[1_001]] * 3
