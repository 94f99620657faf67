"""The same seed gives the same bytes, wherever the implementation runs."""

import shutil
from pathlib import Path

import pytest

from raftkit.model import Limits, Mode, Result
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild
from raftkit.suite import suites_dir

ROOT = Path(__file__).parents[2]
TESTS = (
    "TestInitialElection2A",
    "TestManyElections2A",
    "TestRejoin2B",
    "TestPersist22C",
    "TestUnreliableAgree2C",
    "TestSnapshotInstallUnCrash2D",
)


def run(
    test: str,
    implementation: Path,
    seed: int,
    trace: Path,
    *,
    isolate: bool,
    apart: bool = False,
    suite: Path | None = None,
) -> Result:
    request = RunRequest(
        suite=str(suite or suites_dir() / f"{test[-2:]}.yaml"),
        test=test,
        implementation=str(implementation),
        seed=seed,
        limits=Limits(),
        trace_file=str(trace),
        mode=Mode(isolate=isolate, apart=apart),
    )
    return CHILD.run(request, About(part=test[-2:], title=test, servers=3))


CHILD = RunnerChild()


@pytest.fixture(scope="module", autouse=True)
def _end_of_the_child():
    yield
    CHILD.close()


@pytest.mark.parametrize("implementation", ["reference", "reference_asyncio"])
@pytest.mark.parametrize("test", TESTS)
def test_a_locked_process_gives_the_same_bytes(test: str, implementation: str, tmp_path: Path) -> None:
    """Two seeds of each; the reference in both of its styles."""
    for seed in (1, 2):
        here, there = tmp_path / f"{seed}-here.jsonl", tmp_path / f"{seed}-there.jsonl"
        local = run(test, ROOT / "impls" / implementation, seed, here, isolate=False)
        isolated = run(test, ROOT / "impls" / implementation, seed, there, isolate=True)
        assert here.read_bytes() == there.read_bytes()
        assert (local.verdict, local.trace_digest) == (isolated.verdict, isolated.trace_digest)


@pytest.mark.parametrize("deviations", [0, 40])
def test_schedulers_become_first_in_first_out_alike(deviations: int, tmp_path: Path) -> None:
    """Here and in a locked process, in one world and apart; and the seed's choices are not all the same ones."""
    lab = (suites_dir() / "2C.yaml").read_text()
    bound = lab.replace("  TestPersist22C:\n", f"  TestPersist22C:\n    deviations: {deviations}\n")
    suite = tmp_path / "2C.yaml"
    suite.write_text(bound)
    digests = {}
    for apart in (False, True):
        here, there = (
            run(
                "TestPersist22C",
                ROOT / "impls" / "reference",
                1,
                tmp_path / "trace.jsonl",
                isolate=isolate,
                apart=apart,
                suite=suite,
            )
            for isolate in (False, True)
        )
        assert (here.verdict, here.trace_digest) == ("passed", there.trace_digest)
        digests[apart] = here.trace_digest
    free = run("TestPersist22C", ROOT / "impls" / "reference", 1, tmp_path / "trace.jsonl", isolate=False)
    assert free.trace_digest not in digests.values()


@pytest.mark.parametrize("implementation", ["reference", "reference_asyncio"])
@pytest.mark.parametrize("test", ["TestManyElections2A", "TestPersist22C", "TestSnapshotInstallUnCrash2D"])
def test_servers_apart_pass_and_give_the_same_bytes(test: str, implementation: str, tmp_path: Path) -> None:
    """With a process for each server, and a new one after each crash, as with a world for each in this process."""
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    local = run(test, ROOT / "impls" / implementation, 1, here, isolate=False, apart=True)
    isolated = run(test, ROOT / "impls" / implementation, 1, there, isolate=True, apart=True)
    assert here.read_bytes() == there.read_bytes()
    assert (local.verdict, isolated.verdict, local.trace_digest) == (
        "passed",
        "passed",
        isolated.trace_digest,
    )
    assert isolated.cpu_seconds > 0.0


@pytest.mark.parametrize("apart", [False, True], ids=["together", "apart"])
@pytest.mark.parametrize(
    "wrong",
    [
        "tests/broken/keeps_the_lock.py",
        "tests/broken/locks_in_two_orders.py",
        "tests/broken/raises_in_a_thread.py",
        "tests/broken/spins_in_a_handler.py",
        "impls/mutants/two_leaders.py",
    ],
)
def test_failures_are_the_same(wrong: str, apart: bool, tmp_path: Path) -> None:
    """Verdict, words, evidence and trace: whoever looks for a mistake sees no difference."""
    path = tmp_path / Path(wrong).name  # a copy: in the locked process, links lead nowhere
    shutil.copy(ROOT / wrong, path)
    shutil.copy(ROOT / "impls/reference/raft.py", tmp_path / "reference.py")
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    local = run("TestBasicAgree2B", path, 1, here, isolate=False, apart=apart)
    isolated = run("TestBasicAgree2B", path, 1, there, isolate=True, apart=apart)
    assert here.read_bytes() == there.read_bytes()
    assert local.failure == isolated.failure
    assert local.verdict == isolated.verdict
