"""Whom to blame: ends that are the submission's own, and ends that may be the host's."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from raftkit.grade import host
from raftkit.grade.host import ailment, doubt
from raftkit.model import Failure, Result, Verdict


def ended(
    verdict: Verdict, kind: str, summary: str = "so it was", *, wall: float = 1.0, cpu: float = 1.0
) -> Result:
    failure = Failure(kind=kind, summary=summary)
    return Result(
        id="TestA", part="2A", title="a", verdict=verdict, seed=1, reason=summary, failure=failure,
        wall_seconds=wall, cpu_seconds=cpu,
    )  # fmt: skip


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(ended(Verdict.PASSED, ""), id="pass"),
        pytest.param(ended(Verdict.FAILED, "NoLeader"), id="check"),
        pytest.param(ended(Verdict.TIMED_OUT, "TestLimitExceeded", wall=500.0), id="lab-clock"),
        pytest.param(
            ended(Verdict.TIMED_OUT, "CpuLimit", wall=130.0, cpu=120.0), id="burned-what-it-was-given"
        ),
        pytest.param(ended(Verdict.BUSY, "BusyLoop"), id="counted-loop"),
        pytest.param(ended(Verdict.FAILED, "MemoryLimitExceeded"), id="grew"),
        pytest.param(ended(Verdict.CRASHED, "ProcessDied", "the process ended: exit status 3"), id="exited"),
        pytest.param(ended(Verdict.DEADLOCKED, "Deadlock", wall=500.0), id="deadlock"),
    ],
)
def test_what_follows_from_the_seed_is_the_submissions_own(result: Result) -> None:
    """However slow the host was."""
    assert doubt(result) == ""


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(ended(Verdict.ERROR, "Starved"), id="starved"),
        pytest.param(ended(Verdict.ERROR, "HarnessFault"), id="our-own-fault"),
        pytest.param(ended(Verdict.BUSY, "Hung"), id="guard-on-real-time"),
        pytest.param(ended(Verdict.TIMED_OUT, "CpuLimit", wall=900.0, cpu=120.0), id="squeezed"),
        pytest.param(ended(Verdict.CRASHED, "ProcessDied", "was killed: SIGKILL (Killed)"), id="killed"),
    ],
)
def test_what_a_host_can_have_done_is_doubted(result: Result) -> None:
    """It is tried again before it counts."""
    assert doubt(result)


def test_a_host_in_good_health_has_no_ailment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This one; its processor may be shared, so that a busy moment is not held against it."""
    monkeypatch.setattr(host, "STARVED_FACTOR", 1000.0)
    assert ailment(tmp_path) == ""


def test_a_full_disk_is_an_ailment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is named, with what is left."""
    usage: Any = shutil.disk_usage(tmp_path)._replace(free=1 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert "the disk is full: 1 MiB" in ailment(tmp_path)


def test_a_processor_that_is_not_given_to_us_is_an_ailment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall's clock runs ten times as fast as the processor's."""
    clock = iter(range(10_000))
    monkeypatch.setattr(host.time, "perf_counter", lambda: 10.0 * next(clock))
    monkeypatch.setattr(host.time, "thread_time", lambda: 1.0 * next(clock))
    assert "times too busy" in ailment(tmp_path)
