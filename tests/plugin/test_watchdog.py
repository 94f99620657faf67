"""When the watchdog strikes: never at a test that the machine starved."""

import pytest

from raftkit.model import Limits
from raftkit.runner._process import Sample
from raftkit.runner._watchdog import ASLEEP_LOOKS, Strike, Watchdog

LIMITS = Limits(idle_seconds=5.0, cpu_seconds=100.0, memory_bytes=1000)


def look(seconds: float, cpu: float, state: str) -> Strike | None:
    """What the dog says of a test that has not moved for so long, used so much CPU, and is in this state lately."""
    dog = Watchdog(LIMITS, now=0.0, sample=Sample(10.0, "R"))
    looks = int(seconds * 10)
    for tenth in range(looks):
        dog.look(tenth / 10, Sample(10.0, state if looks - tenth < ASLEEP_LOOKS else "D"))
    return dog.look(seconds, Sample(10.0 + cpu, state))


@pytest.mark.parametrize(
    ("seconds", "cpu", "state", "strike"),
    [
        pytest.param(4.9, 4.9, "R", None, id="within-the-limit"),
        pytest.param(5.1, 5.0, "R", Strike.IDLE, id="burns"),
        pytest.param(5.1, 0.0, "S", Strike.IDLE, id="waits-in-a-call"),
        pytest.param(5.1, 0.3, "R", None, id="is-given-no-time"),
        pytest.param(20.0, 2.6, "R", Strike.IDLE, id="burns-slowly"),
        pytest.param(5.1, 0.0, "T", None, id="is-stopped"),
        pytest.param(5.1, 0.0, "D", None, id="waits-for-the-disk"),
        pytest.param(61.0, 0.3, "R", Strike.STARVED, id="is-given-no-time-for-a-minute"),
        pytest.param(1.0, 100.1, "R", Strike.CPU, id="burns-all-its-cpu"),
    ],
)
def test_a_strike_needs_a_reason(seconds: float, cpu: float, state: str, strike: Strike | None) -> None:
    assert look(seconds, cpu, state) is strike


def test_who_wakes_up_between_looks_is_not_asleep() -> None:
    """A child that runs out of memory waits for its pages now and then, on a machine that gives it little time."""
    dog = Watchdog(LIMITS, now=0.0, sample=Sample(0.0, "R"))

    for tenth in range(200):
        state = "R" if tenth % ASLEEP_LOOKS == 0 else "S"
        assert dog.look(tenth / 10, Sample(0.0, state)) is None


def test_a_beat_starts_the_wait_anew() -> None:
    dog = Watchdog(LIMITS, now=0.0, sample=Sample(0.0, "R"))
    dog.beat(4.0, Sample(4.0, "R"))

    for second in (4.5, 5.5, 6.5, 7.5, 8.5):
        assert dog.look(second, Sample(second, "R")) is None
    assert dog.look(9.1, Sample(9.1, "R")) is Strike.IDLE


def test_while_we_were_away_nothing_counts() -> None:
    """The parent was stopped (Ctrl-Z), or blocked by a pager that its output went to."""
    dog = Watchdog(LIMITS, now=0.0, sample=Sample(0.0, "R"))

    assert dog.look(600.0, Sample(0.0, "S")) is None
    assert dog.look(600.9, Sample(0.0, "S")) is None


def test_without_samples_the_wall_clock_decides() -> None:
    """Where the operating system does not say what a process does."""
    dog = Watchdog(LIMITS, now=0.0, sample=None)

    for tenth in range(50):
        assert dog.look(tenth / 10, None) is None
    assert dog.look(5.1, None) is Strike.IDLE


@pytest.mark.parametrize(("grown", "strike"), [(1000, None), (1001, Strike.MEMORY)])
def test_only_growth_counts_as_memory(grown: int, strike: Strike | None) -> None:
    """What the tests before have left behind in the process is not this one's."""
    dog = Watchdog(LIMITS, now=0.0, sample=Sample(0.0, "R", 10**9))

    assert dog.look(0.1, Sample(0.1, "R", 10**9 + grown)) is strike
