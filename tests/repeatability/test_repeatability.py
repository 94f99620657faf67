"""The same seed gives the same bytes: in other processes, with any number of workers, beside other tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ["TestManyElections2A", "TestRejoin2B", "TestUnreliableAgree2C", "TestSnapshotInstallUnCrash2D"]


def traces(folder: Path, *arguments: str, hash_seed: str | None = None) -> dict[str, bytes]:
    """Run the command; every test's trace, by name."""
    environment = dict(os.environ)
    environment.pop("PYTHONHASHSEED", None)
    if hash_seed is not None:
        environment["PYTHONHASHSEED"] = hash_seed
    command = [sys.executable, str(ROOT / "cli.py"), "test", "--impl", str(ROOT / "impls/reference")]
    report = folder / "report.json"
    done = subprocess.run(
        [*command, "--trace", str(folder), "--json", str(report), *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    digests = {test["id"]: test["trace_digest"] for test in json.loads(report.read_text())["tests"]}
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("**/*.jsonl"))}
    assert len(files) == len(digests) > 0
    return files


def test_workers_and_hash_seeds_change_nothing(tmp_path):
    """One worker, two workers, another hash seed, a test alone: byte for byte."""
    runs = {}
    for name, arguments, hash_seed in [
        ("one", [*TESTS, "--seed", "5", "-j", "1"], "0"),
        ("two", [*TESTS, "--seed", "5", "-j", "2"], "12345"),
        ("alone", [TESTS[2], "--seed", "5"], None),
    ]:
        folder = tmp_path / name
        folder.mkdir()
        runs[name] = traces(folder, *arguments, hash_seed=hash_seed)
    assert runs["one"] == runs["two"]
    (alone,) = runs["alone"].items()
    assert runs["one"][alone[0]] == alone[1]


def test_seeds_differ(tmp_path):
    """Another seed explores another run."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    one = traces(first, TESTS[0], "--seed", "1")
    two = traces(second, TESTS[0], "--seed", "2")
    assert list(one.values()) != list(two.values())


@pytest.mark.parametrize("word", ["0x7f", "/tmp", str(ROOT)])
def test_traces_hold_nothing_of_the_machine(tmp_path, word):
    """No addresses, no paths, no wall clock."""
    (trace,) = traces(tmp_path, TESTS[1], "--seed", "3").values()
    assert word.encode() not in trace
