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

BROKEN = Path(__file__).parents[1] / "tests" / "broken"
FAILURES = (
    ("two_leaders", "TestReElection2A"),
    ("votes_twice", "TestManyElections2A"),
    ("fires_all_together", "TestInitialElection2A"),
    ("commits_alone", "TestFailNoAgree2B"),
    ("compares_lengths_alone", "TestRejoin2B"),
    ("counts_what_was_sent", "TestConcurrentStarts2B"),
    ("raises_in_a_handler", "TestFailAgree2B"),
    ("forgets_its_log", "TestPersist12C"),
    ("commits_old_terms_by_counting", "TestFigure8Unreliable2C"),
    ("locks_in_two_orders", "TestBasicAgree2B"),
    ("holds_lock_over_put", "TestSnapshotBasic2D"),
)
"""Elections, replication, exceptions, crashes, an unreliable network, two deadlocks."""


def raftkit(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in a folder."""
    command = [sys.executable, "-P", "-m", "raftkit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def stored_failures(folder: Path, seeds: int) -> list[Path]:
    """Let wrong implementations fail; the folders that are left."""
    shutil.copyfile(BROKEN / "reference.py", folder / "reference.py")
    for name, test in FAILURES:
        shutil.copyfile(BROKEN / f"{name}.py", folder / f"{name}.py")
        raftkit(folder, "test", test, "--impl", f"{name}.py", "--seeds", f"1..{seeds}", "-q", "-j", "1")
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
