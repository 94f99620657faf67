"""Our Go lab passes, one seed is one run, and what a lab prints and writes stays where it belongs."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from go_runs import Run
from variants import LAB, NEWER_LAB, RAFT, TICKER, Variant, copy_lab, make_variant, needs_go

from raftkit.errors import ContractError
from raftkit.model import Mode, Verdict

pytestmark = needs_go

TESTS = (
    "TestManyElections2A",
    "TestBackup2B",
    "TestPersist22C",
    "TestUnreliableAgree2C",
    "TestSnapshotInstallUnCrash2D",
)


@pytest.mark.parametrize("lab", [pytest.param(lab, id=lab.name) for lab in (LAB, NEWER_LAB)])
@pytest.mark.parametrize("test", TESTS)
def test_our_labs_pass_and_a_seed_repeats_its_run(test: str, lab: Path, run: Run) -> None:
    """Elections, logs, crashes, loss and snapshots, in virtual time; the second run is the first, event by event."""
    first, second = (run(lab, test, 7) for _ in range(2))
    assert first.verdict is second.verdict is Verdict.PASSED, first.failure
    assert first.trace_digest == second.trace_digest
    assert first.not_judged == ()


def test_another_seed_is_another_run(run: Run) -> None:
    """The seed reaches the runtime's chance, from which math/rand draws election timeouts."""
    assert len({run(LAB, "TestInitialElection2A", seed).trace_digest for seed in (1, 2, 3)}) == 3


def test_servers_can_run_apart(run: Run) -> None:
    """Each server in a process of its own: they share nothing but the clock."""
    assert run(LAB, "TestPersist12C", mode=Mode(apart=True)).verdict is Verdict.PASSED


CHATTY = Variant(
    file=RAFT,
    old=TICKER,
    new=TICKER
    + '\tlog.SetFlags(0)\n\tlog.Printf("S%d sees VERBOSE=%s", rf.me, os.Getenv("VERBOSE"))\n'
    + '\tos.WriteFile("debug.log", nil, 0o600)\n\t_, err := os.Stat("debug.log")\n\tfmt.Println("wrote", err)\n',
    test="TestInitialElection2A",
    verdict="passed",
    phrase="",
)


def test_what_a_lab_prints_is_its_servers_log(tmp_path: Path, run: Run) -> None:
    """log and fmt go into the trace, under the server that printed; files go to a folder that is gone afterwards."""
    lab = make_variant(CHATTY, tmp_path)
    file = lab / "src" / "raft" / RAFT
    file.write_text(file.read_text().replace("import (\n", 'import (\n\t"fmt"\n\t"log"\n\t"os"\n'))
    assert run(lab, CHATTY.test).verdict is Verdict.PASSED
    events = [json.loads(line) for line in (tmp_path / "trace.jsonl").read_text().splitlines()]
    logged = [(event["server"], event["text"]) for event in events if event["event"] == "logged"]
    assert sorted(logged) == sorted(
        (server, text) for server in range(3) for text in (f"S{server} sees VERBOSE=2", "wrote <nil>")
    )
    assert not list(tmp_path.rglob("debug.log"))


WAITS_FOR_THE_TICK = Variant(
    file=RAFT,
    old=TICKER,
    new=TICKER
    + "\tfor end := time.Now().Add(50 * time.Millisecond); ; {\n"
    + "\t\tif left := time.Until(end); left > 0 {\n\t\t\ttime.Sleep(left)\n"
    + "\t\t} else if left < 0 {\n\t\t\tbreak\n\t\t}\n\t}\n",
    test="TestInitialElection2A",
    verdict="passed",
    phrase="",
)


def test_a_loop_that_ends_behind_its_moment_does_not_stand_still_on_it(tmp_path: Path, run: Run) -> None:
    """In real time a clock that is looked at often enough moves on; so it does here."""
    assert run(make_variant(WAITS_FOR_THE_TICK, tmp_path), WAITS_FOR_THE_TICK.test).verdict is Verdict.PASSED


def test_nothing_is_written_beside_the_lab(tmp_path: Path, run: Run) -> None:
    """A folder that cannot be written to will do, and is afterwards what it was; the lab's own harness is not needed."""
    lab = copy_lab(tmp_path)
    (lab / "src" / "raft" / "config.go").write_text(
        'package raft\n\nimport "6.824/nowhere"\n\nfunc make_config() { nowhere.Be() }\n'
    )
    go_mod = lab / "src" / "go.mod"
    go_mod.write_text(f"{go_mod.read_text()}\nrequire example.com/not/there v1.0.0\n")
    folders = [lab, *(path for path in lab.rglob("*") if path.is_dir())]
    before = _contents(lab)
    for folder in folders:
        folder.chmod(0o500)
    try:
        assert run(lab, "TestInitialElection2A").verdict is Verdict.PASSED
    finally:
        for folder in folders:
            folder.chmod(0o700)
    assert _contents(lab) == before


def _contents(folder: Path) -> dict[str, str]:
    return {
        os.fspath(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


def test_a_change_in_assembly_is_a_change_of_the_lab(tmp_path: Path, run: Run) -> None:
    """What was built before it is not taken for it."""
    lab = copy_lab(tmp_path)
    assembly = lab / "src" / "raft" / "sum.s"
    assembly.write_text("// nothing yet\n")
    assert run(lab, "TestInitialElection2A").verdict is Verdict.PASSED
    assembly.write_text("NO SUCH INSTRUCTION\n")
    with pytest.raises(ContractError, match=r"does not compile"):
        run(lab, "TestInitialElection2A")
