"""A loop that never waits is found with its line within seconds, and can be run by the real clock."""

from pathlib import Path

import pytest
from go_runs import Run
from variants import LIMITS, RAFT, Variant, make_variant, needs_go

from raftkit.model import Clock, Mode

SLEEP = "\t\ttime.Sleep(tick)\n"
"""How our ticker waits."""
ALARM = "\t\tvar due int32\n\t\ttime.AfterFunc(tick, func() { atomic.StoreInt32(&due, 1) })\n"
LOOKING = {
    "polls": "",
    "yields": "\t\truntime.Gosched()\n",
    "asks-for-the-time": "\t\tfor end := time.Now().Add(tick); time.Now().Before(end); {\n\t\t}\n",
}
"""In its place; each lab is right, and burns a processor. These look at the clock in their loop."""
BLIND = {
    "watches-an-atomic": ALARM + "\t\tfor atomic.LoadInt32(&due) == 0 {\n\t\t}\n",
    "watches-and-yields": ALARM + "\t\tfor atomic.LoadInt32(&due) == 0 {\n\t\t\truntime.Gosched()\n\t\t}\n",
}
"""These do not."""


def spinning(name: str, folder: Path) -> Path:
    variant = Variant(file=RAFT, old=SLEEP, new=(LOOKING | BLIND)[name], test="", verdict="", phrase="")
    lab = make_variant(variant, folder)
    if "runtime." in variant.new:
        file = lab / "src" / "raft" / RAFT
        file.write_text(file.read_text().replace("import (\n", 'import (\n\t"runtime"\n'))
    return lab


@needs_go
@pytest.mark.parametrize("name", LOOKING)
def test_a_loop_that_looks_at_the_clock_sees_it_move(name: str, tmp_path: Path, run: Run) -> None:
    """A lab that polls is wasteful, and not wrong; others have their turns in between."""
    result = run(spinning(name, tmp_path), "TestInitialElection2A")
    assert result.verdict.value == "passed", result.failure


@needs_go
@pytest.mark.parametrize("name", BLIND)
def test_time_that_does_not_pass_is_noticed_within_seconds(name: str, tmp_path: Path, run: Run) -> None:
    """The stack has the loop's own line, and the advice says how the lab can be run as it is."""
    result = run(spinning(name, tmp_path), "TestInitialElection2A")
    assert result.verdict.value == "busy", result.failure
    assert f"/raft/{RAFT}:" in result.failure.details
    assert "--clock real" in result.failure.advice
    assert result.cpu_seconds < LIMITS.idle_seconds + 8.0


@needs_go
@pytest.mark.parametrize("name", BLIND)
def test_by_the_real_clock_it_runs(name: str, tmp_path: Path, run: Run) -> None:
    """Others have their turns beside it, and time passes by itself."""
    result = run(spinning(name, tmp_path), "TestInitialElection2A", mode=Mode(clock=Clock.REAL))
    assert result.verdict.value == "passed", result.failure
    assert result.wall_seconds > 0.9 * result.lab_seconds > 2.0
