"""Repeat more than a hundred stored failures, each in a process of its own, and compare every trace byte for byte.

    python bench/replays.py              eleven wrong implementations, ten seeds each
    python bench/replays.py --seeds 20   more seeds

Ends with 0 if every failure was repeated. ``make stress`` runs it; the quick tests do the same with twenty.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
FAILURES = (
    ("impls/mutants/two_leaders.py", "TestReElection2A"),
    ("impls/mutants/votes_twice.py", "TestManyElections2A"),
    ("impls/mutants/fires_all_together.py", "TestInitialElection2A"),
    ("impls/mutants/commits_alone.py", "TestFailNoAgree2B"),
    ("impls/mutants/compares_lengths_alone.py", "TestRejoin2B"),
    ("impls/mutants/counts_what_was_sent.py", "TestConcurrentStarts2B"),
    ("impls/mutants/raises_in_a_handler.py", "TestFailAgree2B"),
    ("impls/mutants/forgets_its_log.py", "TestPersist12C"),
    ("impls/mutants/commits_old_terms_by_counting.py", "TestFigure8Unreliable2C"),
    ("tests/broken/locks_in_two_orders.py", "TestBasicAgree2B"),
    ("impls/mutants/holds_lock_over_put.py", "TestSnapshotBasic2D"),
)
"""Elections, replication, exceptions, crashes, an unreliable network, two deadlocks."""


def raftkit(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in a folder."""
    command = [sys.executable, "-P", "-m", "raftkit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def stored_failures(folder: Path, seeds: int) -> list[Path]:
    """Let wrong implementations fail; the folders that are left."""
    shutil.copyfile(ROOT / "impls/reference/raft.py", folder / "reference.py")
    for wrong, test in FAILURES:
        name = shutil.copyfile(ROOT / wrong, folder / Path(wrong).name).name
        raftkit(folder, "test", test, "--impl", name, "--seeds", f"1..{seeds}", "-q", "-j", "1")
    return sorted(path.parent for path in (folder / ".raftkit" / "runs").glob("2*/*/result.json"))


def is_repeated(folder: Path, failure: Path) -> bool:
    """Replay one, and compare the two traces ourselves as well."""
    done = raftkit(folder, "replay", str(failure))
    same = (failure / "replay.jsonl").read_bytes() == (failure / "trace.jsonl").read_bytes()
    if done.returncode != 0 or not same:
        print(f"{failure.name}: not repeated, exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.returncode == 0 and same


def main() -> int:
    """Make the failures, repeat them, say how many were the same."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=10, help="of each wrong implementation; default 10")
    seeds = parser.parse_args().seeds
    with tempfile.TemporaryDirectory(prefix="raftkit-replays-") as name:
        folder, began = Path(name), time.monotonic()
        failures = stored_failures(folder, seeds)
        repeated = sum(is_repeated(folder, failure) for failure in failures)
        took = time.monotonic() - began
    print(
        f"{repeated} of {len(failures)} stored failures repeated, traces identical byte for byte; {took:.0f} s"
    )
    return 0 if failures and repeated == len(failures) else 1


if __name__ == "__main__":
    sys.exit(main())
