"""However a Go lab ends a test, the next one has its own verdict."""

from pathlib import Path

import pytest
from go_runs import Run
from variants import RAFT, TICKER, Variant, make_variant, needs_go

pytestmark = needs_go

WAYS = {
    "panics": ('panic("no way on")', "crashed"),
    "exits-in-peace": ("os.Exit(0)", "crashed"),
    "loops": ("for {\n\t\t}", "busy"),
    "writes-to-nobody": ("var nobody map[int]int\n\t\tnobody[1] = 1", "crashed"),
}


@pytest.mark.parametrize(("does", "verdict"), [pytest.param(*each, id=name) for name, each in WAYS.items()])
def test_the_next_test_is_run(does: str, verdict: str, tmp_path: Path, run: Run) -> None:
    """In the first the cluster is of seven servers, and the lab ends; in the second it is of three."""
    new = f"{TICKER}\tif len(rf.peers) == 7 {{\n\t\ttime.Sleep(time.Second)\n\t\t{does}\n\t}}\n"
    lab = make_variant(Variant(file=RAFT, old=TICKER, new=new, test="", verdict="", phrase=""), tmp_path)
    ended, next_one = (run(lab, test) for test in ("TestManyElections2A", "TestBasicAgree2B"))
    assert (ended.verdict.value, next_one.verdict.value) == (verdict, "passed"), (ended, next_one)
    assert ended.failure is not None
    assert f"/raft/{RAFT}:" in ended.failure.details + ended.failure.observed
