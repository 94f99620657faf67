"""Labs that are odd in ways that were seen among published ones: each is taken as it is."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from go_runs import Run
from variants import LAB, NEWER_LAB, copy_lab, needs_go

from raftkit.model import Verdict

pytestmark = needs_go

Change = Mapping[str, tuple[str, str]]
"""By file: what is found there (a pattern; empty for a new file), and what stands there instead."""

RAFT, SNAPSHOT, PERSISTER, MOD = "raft/raft.go", "raft/snapshot.go", "raft/persister.go", "go.mod"
CONDITION = r"func \(rf \*Raft\) CondInstallSnapshot\(.*"
TICKER = re.escape("\tgo rf.ticker()\n")

ODD: dict[str, Change] = {
    "a-module-that-is-named-otherwise": {"**/*": (r"6\.824", "example.edu/lab")},
    "a-module-that-requires-others": {MOD: (r"$", "\nrequire example.com/not/there v1.0.0\n")},
    "an-old-go-line": {MOD: (r"go 1\.\d+", "go 1.11")},
    "no-go-line": {MOD: (r"go 1\.\d+\n", "")},
    "thousands-of-goroutines": {
        RAFT: (
            TICKER,
            "\tgo rf.ticker()\n\tfor i := 0; i < 3000; i++ {\n\t\tgo func() { <-make(chan int) }()\n\t}\n",
        )
    },
    "methods-of-raft-in-persister.go": {
        "raft/persistence.go": (r"func \(rf \*Raft\) persist\(\) \{\n.*\n\}\n", ""),
        PERSISTER: (r"$", "\nfunc (rf *Raft) persist() { rf.persister.SaveRaftState(rf.encoded()) }\n"),
    },
    "a-message-before-make-returns": {
        RAFT: (TICKER, "\tapplyCh <- ApplyMsg{SnapshotValid: true, SnapshotIndex: 0}\n\tgo rf.ticker()\n")
    },
    "an-apply-channel-that-is-closed": {
        RAFT: (r"\t\tif rf\.killed\(\) \{\n", "\t\tif rf.killed() {\n\t\t\tclose(applyCh)\n")
    },
    "more-in-apply-msg": {
        RAFT: (r"\tCommandIndex int\n", "\tCommandIndex int\n\tCommandTerm  int\n\tfrom *Raft\n")
    },
    "no-snapshots-in-apply-msg": {
        RAFT: (r"\tSnapshotValid bool\n(?:.*\n){3}", ""),
        SNAPSHOT: (r"(?s)rf\.installed = &ApplyMsg\{.*?\n\t\}", "rf.installed = &ApplyMsg{}"),
    },
    "an-rpc-of-its-own": {
        RAFT: (
            r"$",
            "\ntype PingArgs struct{ From int }\n\nfunc (rf *Raft) Ping(args PingArgs, reply *PingArgs) { reply.From = rf.me }\n"
            + '\nfunc (rf *Raft) ping() bool { return rf.peers[0].Call("Raft.Ping", PingArgs{rf.me}, &PingArgs{}) }\n',
        ),
        "raft/election.go": (r"\trf\.role = candidate\n", "\trf.role = candidate\n\tgo rf.ping()\n"),
    },
    "a-helper-package": {
        "kit/kit.go": ("", "package kit\n\nconst Size = 3\n"),
        RAFT: (r"import \(\n", 'import (\n\t_ "6.824/kit"\n'),
    },
    "no-module-and-relative-imports": {
        MOD: (r"(?s).*", ""),
        "**/*.go": (r'"6\.824/', '"../'),
    },
    "no-module-and-imports-by-a-bare-name": {
        MOD: (r"(?s).*", ""),
        "kit/kit.go": ("", "package kit\n\nconst Size = 3\n"),
        RAFT: (r"import \(\n", 'import (\n\t_ "6.824/kit"\n'),
        "**/*.go": (r'"6\.824/', '"'),
    },
}
"""An empty ``go.mod`` is none."""


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in ODD.items()])
def test_an_odd_lab_is_taken_as_it_is(change: Change, tmp_path: Path, run: Run) -> None:
    """It compiles, elects, commits, and goes on over a crash."""
    lab = copy_lab(tmp_path, LAB)
    apply(change, lab / "src")
    result = run(lab, "TestPersist12C")
    assert result.verdict is Verdict.PASSED, result.failure


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("CondInstallSnapshot(a, b, c, d int) bool { return false }", id="four-arguments"),
        pytest.param("wantsSnapshot() bool { return true }", id="missing"),
    ],
)
def test_a_snapshot_is_not_asked_for_in_vain(condition: str, tmp_path: Path, run: Run) -> None:
    """Where there is no CondInstallSnapshot of the lab's three arguments, the service takes each snapshot."""
    lab = copy_lab(tmp_path, LAB)
    apply({SNAPSHOT: (CONDITION, f"func (rf *Raft) {condition}")}, lab / "src")
    result = run(lab, "TestSnapshotInstall2D")
    assert result.verdict is Verdict.PASSED, result.failure


HARNESS: Change = {
    "raft1/test.go": (
        "",
        'package raft\n\nimport tester "6.5840/tester1"\n\ntype Test struct{ *tester.Config }\n',
    ),
    "raft1/server.go": (
        "",
        "package raft\n\ntype rfsrv struct{ ts *Test }\n\nfunc (rs *rfsrv) Kill() { rs.ts.Cleanup() }\n",
    ),
    "tester1/config.go": (
        "",
        'package tester\n\nimport "6.5840/labrpc"\n\ntype Config struct{ net *labrpc.Network }\n',
    ),
    "raft1/election.go": (
        r"^package raft\n",
        'package raft\n\nimport tester "6.5840/tester1"\n\nfunc init() { tester.Annotate("S0", "here", "in full") }\n',
    ),
}


def test_the_harness_of_a_newer_lab_is_left_out(tmp_path: Path, run: Run) -> None:
    """What it has in the package raft and in tester1 does not fit our labrpc; what it says to a lab's picture is heard."""
    lab = copy_lab(tmp_path, NEWER_LAB)
    apply(HARNESS, lab / "src")
    result = run(lab, "TestPersist12C")
    assert result.verdict is Verdict.PASSED, result.failure


def apply(change: Change, source: Path) -> None:
    """Change a lab's files; one that becomes empty goes."""
    for pattern, (old, new) in change.items():
        if not old:
            (source / pattern).parent.mkdir(exist_ok=True)
            (source / pattern).write_text(new)
            continue
        files = [
            file for file in source.glob(pattern) if file.is_file() and not file.name.endswith("_test.go")
        ]
        changed = 0
        for file in files:
            text, count = re.subn(
                old, lambda _, new=new: new, file.read_text(), count=0 if "*" in pattern else 1
            )
            file.write_text(text)
            if not text:
                file.unlink()
            changed += count
        assert changed, f"nothing in {pattern} is like {old}"
