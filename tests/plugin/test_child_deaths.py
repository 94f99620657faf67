"""Children that hang, burn, die or disturb: each costs one test, gives a verdict, and is replaced."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from raftkit.errors import ContractError
from raftkit.model import Limits, Result, Verdict
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild, Stopped
from raftkit.runner.request import LogEvent, RunRequest

ABOUT = About(part="2A", title="initial election", servers=3)
LIMITS = Limits(idle_seconds=0.4, cpu_seconds=0.8)


@pytest.fixture
def child() -> Iterator[RunnerChild]:
    made = RunnerChild()
    yield made
    made.close()


def request(tmp_path: Path, body: str, **fields: object) -> RunRequest:
    """A request for an implementation whose ``behave`` has this body."""
    path = tmp_path / f"impl{len(list(tmp_path.iterdir()))}.py"
    path.write_text(f"import os, signal, sys, time\n\ndef behave(request, on_log):\n    {body}\n")
    plain = {"suite": "2A.yaml", "test": "TestX", "seed": 7, "limits": LIMITS}
    return RunRequest(
        implementation=str(path), trace_file=str(tmp_path / "trace.jsonl"), **{**plain, **fields}
    )


def run(child: RunnerChild, tmp_path: Path, body: str) -> Result:
    result = child.run(request(tmp_path, body), ABOUT)
    assert (result.id, result.seed) == ("TestX", 7)
    return result


@pytest.mark.parametrize(
    ("body", "verdict", "reason"),
    [
        pytest.param("os._exit(3)", Verdict.CRASHED, "exit status 3", id="exit"),
        pytest.param("os.abort()", Verdict.CRASHED, "SIGABRT (Aborted)", id="abort"),
        pytest.param("os.kill(os.getpid(), signal.SIGKILL)", Verdict.CRASHED, "SIGKILL (Killed)", id="kill"),
        pytest.param(
            "__import__('ctypes').string_at(0)",
            Verdict.CRASHED,
            "SIGSEGV (Segmentation fault)",
            id="segfault",
        ),
        pytest.param("time.sleep(60)", Verdict.BUSY, "nothing moved for 0.4 s of real time", id="waits"),
        pytest.param("while True: pass", Verdict.BUSY, "nothing moved for 0.4 s of real time", id="spins"),
        pytest.param(
            "os.write(int(sys.argv[2]), b'hello, harness'); time.sleep(60)",
            Verdict.CRASHED,
            "a file descriptor that belongs to the harness",
            id="writes-noise",
        ),
        pytest.param("raise ValueError('ours')", Verdict.ERROR, "raftkit itself failed", id="our-fault"),
    ],
)
def test_a_child_that_misbehaves_gives_a_verdict_and_the_next_test_runs(
    child: RunnerChild, tmp_path: Path, body: str, verdict: Verdict, reason: str
) -> None:
    result = run(child, tmp_path, body)

    assert (result.verdict, reason in result.reason) == (verdict, True), result
    assert result.lab_ns == 1_500_000_000  # as far as the trace tells
    assert run(child, tmp_path, "pass").verdict is Verdict.PASSED


def test_the_last_words_and_the_last_events_are_evidence(child: RunnerChild, tmp_path: Path) -> None:
    result = run(child, tmp_path, "print('out of cheese', flush=True); os._exit(1)")

    assert result.failure is not None
    assert "out of cheese" in result.failure.details
    assert "t=1.500s       sent" in result.failure.details


@pytest.mark.parametrize("body", ["time.sleep(60)", "__import__('ctypes').string_at(0)"])
def test_the_python_stack_shows_the_line_where_it_hung_or_died(
    child: RunnerChild, tmp_path: Path, body: str
) -> None:
    result = run(child, tmp_path, body)

    assert result.failure is not None
    assert "in behave" in result.failure.details
    assert body in result.failure.details
    assert "raftkit/runner/child.py" not in result.failure.details  # frames of ours are left out
    assert "fake_child.py" not in result.failure.details


def test_a_test_that_moves_but_burns_too_much_cpu_times_out(child: RunnerChild, tmp_path: Path) -> None:
    moving = "from raftkit.runner import heartbeat; heartbeat.progress = time.perf_counter_ns\n"
    limits = Limits(idle_seconds=60.0, cpu_seconds=0.6)
    result = child.run(request(tmp_path, moving + "    while True: pass", limits=limits), ABOUT)

    assert result.verdict is Verdict.TIMED_OUT
    assert "--cpu-limit" in result.reason
    assert result.cpu_seconds >= 0.6


def test_a_test_that_moves_may_take_longer_than_the_idle_limit(child: RunnerChild, tmp_path: Path) -> None:
    moving = "from raftkit.runner import heartbeat; heartbeat.progress = time.perf_counter_ns\n"
    limits = Limits(idle_seconds=0.8)
    result = child.run(request(tmp_path, moving + "    time.sleep(1.4)", limits=limits), ABOUT)

    assert result.verdict is Verdict.PASSED


def test_an_implementation_of_the_wrong_shape_is_refused_and_the_child_lives_on(
    child: RunnerChild, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.py"
    path.write_text("x = 1\n")

    with pytest.raises(ContractError, match="no class here"):
        child.check(str(path))
    before = child.start().pid
    assert run(child, tmp_path, "pass").verdict is Verdict.PASSED
    assert child.start().pid == before


def test_a_module_that_never_finishes_loading_is_a_contract_error(
    child: RunnerChild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("raftkit.runner.endings.CHECK_LIMITS", LIMITS)
    path = tmp_path / "endless.py"
    path.write_text("while True: pass\n")

    with pytest.raises(ContractError, match="did not come to an end") as caught:
        child.check(str(path))
    assert "while True: pass" in str(caught.value)


def test_log_lines_arrive_while_the_test_runs(child: RunnerChild, tmp_path: Path) -> None:
    body = (
        "from raftkit.runner.request import LogEvent\n"
        "    on_log(LogEvent(at_ns=5, server=2, topic='vote', text='half \\ud83d', fields={'term': '4'}))"
    )
    events: list[LogEvent] = []
    result = child.run(request(tmp_path, body, live_logs=True), ABOUT, events.append)

    assert result.verdict is Verdict.PASSED
    assert events == [LogEvent(at_ns=5, server=2, topic="vote", text="half \\ud83d", fields={"term": "4"})]


def test_output_in_bulk_neither_blocks_the_child_nor_grows_the_parent(
    child: RunnerChild, tmp_path: Path
) -> None:
    body = "[os.write(1, b'x' * 65536) for _ in range(100)]; os.write(2, b'the end'); os._exit(1)"
    result = run(child, tmp_path, body)

    assert result.failure is not None
    assert "the end" in result.failure.details
    assert len(result.failure.details) < 20_000


def test_processes_that_an_implementation_starts_die_with_its_child(
    child: RunnerChild, tmp_path: Path
) -> None:
    body = (
        "import subprocess\n"
        "    print('pid', subprocess.Popen(['sleep', '60']).pid, flush=True)\n"
        "    time.sleep(60)"
    )
    result = run(child, tmp_path, body)

    assert result.failure is not None
    pid = int(result.failure.details.partition("pid ")[2].split()[0])
    assert _ends(pid)


def test_a_run_that_is_called_off_ends_the_child_at_once(tmp_path: Path) -> None:
    child = RunnerChild(should_stop=(tmp_path / "stop").exists)
    pid = child.start().pid
    body = f"open({str(tmp_path / 'stop')!r}, 'w'); time.sleep(60)"

    with pytest.raises(Stopped):
        child.run(request(tmp_path, body, limits=Limits()), ABOUT)
    assert _ends(pid)


def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    """Also when the parent is killed and can clean up nothing."""
    ready, told = os.pipe()
    parent = os.fork()
    if not parent:
        pid = RunnerChild().start().pid
        os.write(told, str(pid).encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(parent, 0)
    assert _ends(int(os.read(ready, 100)))
    os.close(ready)
    os.close(told)


def _ends(pid: int) -> bool:
    """Whether a process is gone, or a zombie, within a generous while."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False
