"""What runs on after ``kill()`` is told as a warning: each place in the code once, wherever the servers live."""

from pathlib import Path

import pytest
from altered import run, wrong

from raftkit.model import Mode, Oracles, Verdict
from raftkit.trace import RanOn, read_trace

DIES = "            self._is_dead = True\n"


@pytest.mark.parametrize(
    "mode", [Mode(), Mode(isolate=True), Mode(apart=True)], ids=["here", "isolated", "apart"]
)
def test_a_loop_that_never_asks_whether_it_was_killed(tmp_path: Path, mode: Mode) -> None:
    """The test passes; the trace names each thread."""
    result = run(wrong(tmp_path, (DIES, "            pass\n")), mode)
    assert result.verdict is Verdict.PASSED
    (warning,) = result.warnings[:1]
    assert warning.startswith("thread 'ticker' of servers 0, 1, 2 runs on after kill(), in ")
    assert "in _run_ticker: a loop that runs for long" in warning
    ran_on = [event for event in read_trace(tmp_path / "trace.jsonl") if type(event) is RanOn]
    assert {event.server for event in ran_on} == {0, 1, 2}
    assert all("self._ticker_wakes.wait(" in event.stack for event in ran_on)


@pytest.mark.parametrize("original", ["reference", "reference_asyncio"])
@pytest.mark.parametrize("test", ["TestManyElections2A", "TestPersist12C", "TestSnapshotInstallUnCrash2D"])
def test_whoever_ends_leaves_nothing(tmp_path: Path, original: str, test: str) -> None:
    """Threads that sleep, calls that are under way, messages that nobody takes any more."""
    result = run(wrong(tmp_path, original=original), test=test)
    assert (result.verdict, result.warnings) == (Verdict.PASSED, ())


def test_a_sleep_may_end_first(tmp_path: Path) -> None:
    """A thread that notices late, and then ends, runs on for nobody."""
    sleeper = "        threading.Thread(target=lambda: time.sleep(4), daemon=True).start()\n"
    waits = "        threading.Thread(target=self._run_ticker, name="
    assert run(wrong(tmp_path, (waits, sleeper + waits))).warnings == ()


def test_a_call_that_is_made_again_and_again(tmp_path: Path) -> None:
    """Its network is gone, so that each one fails, and the thread never ends."""
    retries = "        reply = self._peers[peer].call(method, args)\n"
    for_ever = (
        retries + "        while reply is None:\n            reply = self._peers[peer].call(method, args)\n"
    )
    result = run(wrong(tmp_path, (retries, for_ever)), test="TestReElection2A")
    assert [warning for warning in result.warnings if "in _run_call" in warning]


def test_tasks_of_an_event_loop(tmp_path: Path) -> None:
    """Named as its author knows them."""
    result = run(
        wrong(
            tmp_path,
            ("        self._cancel_duties()\n        self._applier.cancel()\n", "        pass\n"),
            original="reference_asyncio",
        )
    )
    assert result.verdict is Verdict.PASSED
    assert any("runs on after kill(), in " in warning for warning in result.warnings)


def test_the_labs_own_checks_do_not_look(tmp_path: Path) -> None:
    """Nor does the trace differ."""
    folder = wrong(tmp_path, (DIES, "            pass\n"))
    assert run(folder, Mode(oracles=Oracles.LAB)).warnings == ()
    assert not [event for event in read_trace(tmp_path / "trace.jsonl") if type(event) is RanOn]
