"""Groups of tasks that stand still: time goes on, and what fell due meanwhile is due afterwards."""

from typing import Any

import pytest

from raftkit.sim import TIMED_OUT, Kernel, Task

MS = 1_000_000


def fail(task: Task, error: BaseException) -> None:
    raise error


@pytest.fixture
def kernel() -> Any:
    made = Kernel("freeze", on_error=fail)
    yield made
    made.close()


def beats(kernel: Kernel, group: str, at: list[int]) -> Task:
    """A task that notes the time every ten milliseconds."""

    def beat() -> None:
        while True:
            kernel.sleep(10 * MS)
            at.append(kernel.now_ns // MS)

    return kernel.spawn(beat, name="beats", group=group)


def test_a_frozen_group_does_nothing_and_others_go_on(kernel: Kernel) -> None:
    """Its one timer that ran out meanwhile counts at once; the ones that it had no time to set do not."""
    ours: list[int] = []
    theirs: list[int] = []
    beats(kernel, "ours", ours)
    beats(kernel, "theirs", theirs)
    kernel.run_until(25 * MS)
    kernel.freeze("ours")
    kernel.run_until(65 * MS)
    assert ours == [10, 20]
    assert theirs == [10, 20, 30, 40, 50, 60]
    kernel.thaw("ours")
    kernel.run_until(90 * MS)
    assert ours == [10, 20, 65, 75, 85]


def test_who_is_woken_while_it_is_frozen_has_its_value_afterwards(kernel: Kernel) -> None:
    """A wake-up comes once, and is not lost; nor is a task that is started meanwhile."""
    got: list[Any] = []
    task = kernel.spawn(lambda: got.append(kernel.park("something", 50 * MS)), name="waits", group="ours")
    kernel.run_until(MS)
    kernel.freeze("ours")
    kernel.wake(task, "woken")
    kernel.spawn(lambda: got.append("born"), name="born", group="ours")
    kernel.run_until(100 * MS)
    assert got == []
    kernel.thaw("ours")
    kernel.run_until(200 * MS)
    assert sorted(got) == ["born", "woken"]
    assert TIMED_OUT not in got


def test_thawing_what_is_not_frozen_is_nothing(kernel: Kernel) -> None:
    """And freezing twice is freezing once."""
    ours: list[int] = []
    beats(kernel, "ours", ours)
    kernel.thaw("ours")
    kernel.freeze("ours")
    kernel.freeze("ours")
    kernel.run_until(15 * MS)
    kernel.advance(15 * MS)  # with nothing to run, a kernel's clock stands
    kernel.thaw("ours")
    kernel.run_until(26 * MS)
    assert ours == [25]
