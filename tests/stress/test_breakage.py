"""What belongs together: failures of the wrong implementations, and texts as they come."""

from pathlib import Path

import pytest

from raftkit.model import SECOND, Failure, Limits, Result, Verdict, Where
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.stress.breakage import breakage

ROOT = Path(__file__).parents[2]


def result(kind="Broken", summary="it broke", details="", step="3.1", verdict=Verdict.FAILED, test="TestA"):
    where = Where(suite="2A.yaml", line=7, test=test, step=step, at_ns=SECOND)
    failure = Failure(kind=kind, summary=summary, details=details, where=where)
    return Result(id=test, part="2A", title="a", verdict=verdict, seed=1, reason=summary, failure=failure)


def key(*arguments, **options):
    found = breakage(result(*arguments, **options), "/home/me/raft.py")
    return found.key if found else None


def test_a_pass_breaks_nothing():
    assert breakage(result(verdict=Verdict.PASSED), "/home/me/raft.py") is None


def test_invariants_come_together_whatever_test_found_them():
    """Terms, indexes and servers differ; the sentence does not."""
    one = key("ElectionSafetyViolated", "term 4 has two leaders", test="TestA", step="1")
    assert one == key("ElectionSafetyViolated", "term 17 has two leaders", test="TestB", step="2.3")
    assert one != key("ElectionSafetyViolated", "server S1 led twice")


def test_checks_come_together_by_test_and_step():
    one = key("AgreementFailed", "command 7 failed to reach agreement")
    assert one == key("AgreementFailed", "command 99 failed to reach agreement")
    assert one != key("AgreementFailed", "command 7 failed to reach agreement", step="4")
    assert one != key("AgreementFailed", "command 7 failed to reach agreement", test="TestB")


def test_crashes_come_together_by_the_innermost_own_line():
    """Frames of the library are nobody's fault."""
    stack = "/home/me/raft.py:9 in start\n    self.go()\n/home/me/log.py:{line} in go\n    x\n/usr/lib/queue.py:5 in get\n"
    one = key("KeyError", "server 0 raised KeyError: 5", stack.format(line=3), verdict=Verdict.CRASHED)
    assert one == ("KeyError", "log.py:3 in go", "")
    assert one == key("KeyError", "server 2 raised KeyError: 6", stack.format(line=3), step="9")
    assert one != key("KeyError", "server 0 raised KeyError: 5", stack.format(line=4))


def test_deadlocks_come_together_by_where_each_thread_stands_whichever_comes_first():
    threads = [
        "server {n}, thread 'a' waits for lock 1\n    /home/me/raft.py:5 in f\n",
        "server {n}, thread 'b' waits for lock 2\n    /home/me/raft.py:8 in g\n",
    ]
    one = key("Deadlock", "threads of server 0 wait", "".join(threads).format(n=0))
    assert one[1] == "raft.py:5 in f + raft.py:8 in g"
    assert one == key("Deadlock", "threads of server 2 wait", "".join(threads[::-1]).format(n=2))


@pytest.mark.parametrize(
    ("file", "test", "kind", "place"),
    [
        pytest.param(
            "tests/broken/raises_in_a_thread.py",
            "TestPersist12C",
            "AttributeError",
            "raises_in_a_thread.py",
            id="crash",
        ),
        pytest.param(
            "impls/mutants/forgets_its_log.py",
            "TestPersist12C",
            "LeaderCompletenessViolated",
            "",
            id="invariant",
        ),
        pytest.param(
            "impls/mutants/never_elects.py",
            "TestInitialElection2A",
            "NoLeader",
            "TestInitialElection2A step",
            id="check",
        ),
    ],
)
def test_wrong_implementations_fall_into_one_group(file, test, kind, place):
    """Different seeds, one cause, one group."""
    path = ROOT / file
    keys = set()
    for seed in (1, 2, 3):
        request = RunRequest(
            suite=str(ROOT / "suites" / f"{test[-2:]}.yaml"), test=test, implementation=str(path), seed=seed, limits=Limits()
        )  # fmt: skip
        found = breakage(run_case(request), str(path))
        assert found is not None
        keys.add(found.key)
    assert len(keys) == 1
    (only,) = keys
    assert only[0] == kind
    assert only[1].startswith(place)
