"""``raftkit chaos`` as people run it: what it keeps of a failure, and that nothing but seed and options matters."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from raftkit.chaos import ChaosOptions, draw_suite

ROOT = Path(__file__).parents[2]
MUTANTS = ROOT / "impls" / "mutants"
WRONG = "votes_twice.py"
SEEDS = "9796800,9796804"
"""The first convicts it within a second, the second later."""
CASE = "TestChaos-9796800"


def raftkit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def hunt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a run in ``hunt``, and what the command said."""
    folder = tmp_path_factory.mktemp("chaos")
    for name in (WRONG, "reference.py"):  # a locked process reads no link that leads out of its folder
        shutil.copyfile(MUTANTS / name, folder / name)
    done = raftkit(
        folder, "chaos", "--seeds", SEEDS, "-j1", "--impl", WRONG, "-o", "hunt", "--json", "found.json"
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return folder, done.stdout


def test_a_failure_is_kept_with_its_scenario_and_all_that_tells_of_it(hunt: tuple[Path, str]) -> None:
    """The suite is the one that the seed draws; the command repeats it."""
    folder, said = hunt
    case = folder / "hunt" / CASE
    assert {path.name for path in case.iterdir()} == {
        *("suite.yaml", "trace.jsonl", "result.json", "repeat.sh", "report.html"),
    }
    assert (case / "suite.yaml").read_text() == draw_suite(ChaosOptions(), 9796800)
    result = json.loads((case / "result.json").read_text())
    assert result["failure"]["kind"] == "VotedTwice"
    assert result["failure"]["where"]["suite"] == "suite.yaml"
    assert f"raftkit chaos --impl {WRONG} --seeds 9796800" in said
    (group,) = json.loads((folder / "found.json").read_text())["groups"]
    assert group["kind"] == "VotedTwice"
    assert group["repeat"] == result["repeat"]


def test_two_at_a_time_in_locked_processes_the_same_happens(hunt: tuple[Path, str]) -> None:
    """Traces are equal, byte for byte."""
    folder, _ = hunt
    done = raftkit(folder, "chaos", "--seeds", SEEDS, "-j2", "--isolate", "--impl", WRONG, "-o", "again")
    assert done.returncode == 1, done.stdout + done.stderr
    for case in ("TestChaos-9796800", "TestChaos-9796804"):
        first, second = (folder / run / case / "trace.jsonl" for run in ("hunt", "again"))
        assert first.read_bytes() == second.read_bytes()


def test_the_scenario_is_an_ordinary_suite(hunt: tuple[Path, str]) -> None:
    """Replayed, or run as a file of one's own with the same seed, it gives the same trace."""
    folder, _ = hunt
    done = raftkit(folder, "replay", f"hunt/{CASE}")
    assert "REPEATED" in done.stdout, done.stdout + done.stderr
    (folder / "kept.yaml").write_text((folder / "hunt" / CASE / "suite.yaml").read_text())
    done = raftkit(folder, "test", "kept.yaml", "--impl", WRONG, "--seed", "9796800", "--trace", "traces")
    assert done.returncode == 1, done.stdout + done.stderr
    (trace,) = (folder / "traces").glob("*.jsonl")
    assert trace.read_bytes() == (folder / "hunt" / CASE / "trace.jsonl").read_bytes()


def test_a_run_goes_on_with_the_options_that_it_began_with(tmp_path: Path) -> None:
    """More seeds of the same two servers; what is missing says by which command it is made."""
    fair = ("--servers", "2", "--nemesis", "lossy", "--workload", "append", "--impl", "reference")
    done = raftkit(tmp_path, "chaos", "-n", "1", "-j1", *fair, "-o", "hunt")
    assert done.returncode == 0, done.stdout + done.stderr
    done = raftkit(tmp_path, "chaos", "--resume", "hunt", "-n", "2", "-j1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS  2 runs" in done.stdout
    asked = json.loads((tmp_path / "hunt" / "stress.json").read_text())
    assert asked["tests"][0]["chaos"] == {
        "servers": 2, "workload": "append", "service": "", "nemeses": ["lossy"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--nemesis", "crash,fire"], "'fire' is none of partition,"),
        (["--servers", "0051"], "'0051' is no size of a cluster: write a whole number from 2 to 9"),
        (["--servers", "1"], "write a whole number from 2 to 9"),
        (["--servers", "2", "--nemesis", "partial"], "partial takes 3 servers or more"),
        (["--workload", "bank"], "'bank' is none of kv, append, plain"),
        (["hunt"], "add --resume"),
        (["--resume", "--servers", "3"], "a run goes on as it began"),
        (["--seeds", "1", "-n", "5"], "give one of --seeds and -n"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, arguments: list[str], says: str) -> None:
    """With exit code 4, and what would do."""
    done = raftkit(tmp_path, "chaos", *arguments)
    assert done.returncode == 4
    assert says in " ".join(done.stderr.split())


def test_show_prints_what_would_run(tmp_path: Path) -> None:
    """A suite that ``raftkit suites check`` finds well formed."""
    done = raftkit(tmp_path, "chaos", "show", "17", "--servers", "5", "--nemesis", "crash")
    assert done.stdout == draw_suite(ChaosOptions(servers=5, nemeses=("crash",)), 17)
    (tmp_path / "drawn.yaml").write_text(done.stdout)
    assert raftkit(tmp_path, "suites", "check", "drawn.yaml").returncode == 0
