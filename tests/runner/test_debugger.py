"""The debugger that stops time: where it stops, what is seen there, and that nothing changes by looking."""

import io
from pathlib import Path

import pytest

from raftkit.errors import RaftkitError
from raftkit.model import Limits, Mode, Verdict
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.runner.debugger import Breaks, Condition, TimeDebugger

ROOT = Path(__file__).parents[2]
TEST = "TestBasicAgree2B"


def debug(breaks: Breaks | None, commands: str, implementation: Path | None = None, *, apart: bool = False):
    """A run under the debugger: its result, and what the person saw."""
    shown = io.StringIO()
    debugger = None if breaks is None else TimeDebugger(breaks, stdin=io.StringIO(commands), stdout=shown)
    request = RunRequest(
        suite=str(ROOT / "suites/2B.yaml"),
        test=TEST,
        implementation=str(implementation or ROOT / "impls/reference/raft.py"),
        seed=5,
        limits=Limits(),
        mode=Mode(apart=apart),
    )
    return run_case(request, debugger=debugger), shown.getvalue()


@pytest.fixture(scope="module")
def undisturbed():
    """The same run without anybody looking."""
    return debug(None, "")[0]


@pytest.mark.parametrize(
    ("breaks", "commands", "sees"),
    [
        pytest.param(
            Breaks(at_ns=600_000_000), "p self.current_term\nservers\ninflight\ntimers\nthreads\nc\n",
            ["-- t=0.65", "time stands still", "S1  up    connected  applied 0", "no RPC is under way", "ticker", "in _run_ticker"],
            id="at a moment",
        ),
        pytest.param(Breaks(at_ns=600_000_000, server=0), "p self._me\nc\n", [") 0\n"], id="at a moment on a server"),
        pytest.param(Breaks(at_ns=300_000_000), "until 0.7s\np 'arrived'\nc\n", ["'arrived'"], id="until a moment"),
        pytest.param(Breaks(at_ns=300_000_000), "step-event\np 'stepped'\nc\n", ["'stepped'"], id="to the next step"),
        pytest.param(
            Breaks(on=(Condition.parse("VOTE server=2"),)), "p self._me\nc\n",
            ["S2 logs VOTE", "_stand_for_election()", ") 2\n"], id="on a log line",
        ),
        pytest.param(
            Breaks(on=(Condition.parse("request_vote server=1 term=1"),)), "p self._me, args.term\nn\nc\n",
            ["S1 handles request_vote", "(1, 1)"], id="on an RPC",
        ),
        pytest.param(Breaks(on=(Condition.parse("CMIT server=9"),)), "", [""], id="on nothing that happens"),
    ],
)  # fmt: skip
def test_it_stops_and_changes_nothing(undisturbed, breaks, commands, sees):
    """Inside the implementation's own frame; and afterwards the run is the same, byte for byte."""
    result, shown = debug(breaks, commands)
    for words in sees:
        assert words in shown
    assert (result.verdict, result.trace_digest) == (undisturbed.verdict, undisturbed.trace_digest)


def test_servers_apart_stand_still_together():
    """Threads and timers are those of all, and the run is the same."""
    result, shown = debug(Breaks(at_ns=600_000_000), "timers\nthreads\np 'seen'\nc\n", apart=True)
    assert "'seen'" in shown
    assert all(f"S{server}  " in shown for server in range(3))
    assert (Verdict.PASSED, result.trace_digest) == (
        result.verdict,
        debug(None, "", apart=True)[0].trace_digest,
    )


def test_breakpoint_stops_under_the_debugger_and_is_told_otherwise(tmp_path):
    """In the caller's frame."""
    source = (ROOT / "impls/reference/raft.py").read_text()
    implementation = tmp_path / "raft.py"
    implementation.write_text(
        source.replace("        self._others = [", "        breakpoint()\n        self._others = [", 1)
    )
    result, shown = debug(Breaks(), "p me\nc\nc\nc\n", implementation)
    assert result.verdict is Verdict.PASSED
    assert shown.count("breakpoint(); time stands still") == 3
    assert ") 0\n" in shown
    quiet, _ = debug(None, "", implementation)
    assert quiet.verdict is Verdict.PASSED


def test_quit_ends_the_run():
    """As Ctrl-C does."""
    with pytest.raises(KeyboardInterrupt):
        debug(Breaks(at_ns=1), "q\n")


@pytest.mark.parametrize("text", ["VOTE server", "VOTE =2", "VO-TE server=2", "VOTE server="])
def test_a_condition_that_is_not_understood_is_refused(text):
    """With an example."""
    with pytest.raises(RaftkitError, match="for example 'VOTE server=2 term=4'"):
        Condition.parse(text)
