"""Each nemesis bites: a sound implementation comes through, and its trace shows what happened to it.

The suite is ``tests/broken/2N.yaml``, where for each nemesis somebody does not come through.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from raftkit.model import Limits, Verdict
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.suite import load_suite
from raftkit.trace import (
    Event,
    FaultBegan,
    FaultBit,
    FaultEnded,
    RpcAnswered,
    RpcDelayed,
    RpcDelivered,
    RpcDropped,
    RpcDuplicated,
    RpcFailed,
    RpcReplied,
    RpcSent,
    SaveFailed,
    ServerCrashed,
    read_trace,
)

BROKEN = Path(__file__).parents[1] / "broken"
MUTANTS = Path(__file__).parents[2] / "impls" / "mutants"
SUITE = BROKEN / "2N.yaml"
TESTS = [test.id for test in load_suite(SUITE).tests]


def lost(why: str, *, what: str = "") -> Callable[[Event], bool]:
    """A message that a fault has lost."""
    return lambda event: type(event) is RpcDropped and event.why == why and what in ("", event.lost)


def held(what: str) -> Callable[[Event], bool]:
    """A message that a fault holds back."""
    return lambda event: type(event) is RpcDelayed and event.why == "delay" and event.held == what


def crashed(event: Event) -> bool:
    """A server that goes down."""
    return type(event) is ServerCrashed


def unsaved(event: Event) -> bool:
    """A save that a disk does not take."""
    return type(event) is SaveFailed


def bitten(event: Event) -> bool:
    """A fault's first effect, where no other event shows it."""
    return type(event) is FaultBit


def doubled(event: Event) -> bool:
    """A request that arrives twice."""
    return type(event) is RpcDuplicated


EFFECTS: dict[str, dict[str, tuple[Callable[[Event], bool], int]]] = {
    "TestIsolatedLeader2N": {"partition": (lost("partition"), 20)},
    "TestMinority2N": {"partition": (lost("partition"), 80)},
    "TestMajority2N": {"partition": (lost("partition"), 80)},
    "TestHalves2N": {"partition": (lost("partition"), 80)},
    "TestBridge2N": {"partition": (lost("partition"), 80)},
    "TestRing2N": {"partition": (lost("partition"), 80)},
    "TestDeafLeader2N": {"partition": (lost("partition", what="reply"), 20)},
    "TestMuteServer2N": {"partition": (lost("partition"), 10), "drop": (lost("dropped", what="request"), 5)},
    "TestOneCable2N": {"partition": (lost("partition"), 50)},
    "TestFlapping2N": {"partition": (lost("partition"), 50)},
    "TestLoss2N": {"drop": (lost("dropped"), 100)},
    "TestLostAnswer2N": {"drop": (lost("dropped"), 2)},
    "TestDelays2N": {"delay": (held("request"), 100), "partition": (lost("partition"), 20)},
    "TestReordering2N": {"delay": (held("reply"), 50), "partition": (lost("partition"), 20)},
    "TestDuplicates2N": {"duplicate": (doubled, 50)},
    "TestSlowLink2N": {"delay": (held("request"), 20)},
    "TestSlowServer2N": {"delay": (held("reply"), 20)},
    "TestFreeze2N": {"freeze": (bitten, 4)},
    "TestTimeOfDay2N": {"clock": (bitten, 3)},
    "TestDrift2N": {"clock": (bitten, 2)},
    "TestRestartStorm2N": {"down": (crashed, 20)},
    "TestCrashBeforeSave2N": {"crash": (crashed, 10)},
    "TestCrashAfterSave2N": {"crash": (crashed, 10)},
    "TestCrashBeforeReply2N": {"crash": (crashed, 10)},
    "TestCrashDuringApply2N": {"crash": (crashed, 10)},
    "TestDiskErrors2N": {"disk_error": (unsaved, 5), "down": (crashed, 10)},
    "TestThirdSave2N": {"disk_error": (unsaved, 5)},
    "TestCrashesInBackground2N": {"crash": (crashed, 10)},
}
"""By test: the kinds of its faults, how each shows in a trace, and how often at least."""


def events_of(test: str, folder: Path, seed: int) -> list[Event]:
    """Run it on the reference, which passes."""
    trace = folder / "trace.jsonl"
    result = run_case(
        RunRequest(
            suite=str(SUITE),
            test=test,
            implementation=str(BROKEN / "reference.py"),
            seed=seed,
            limits=Limits(),
            trace_file=str(trace),
        )
    )
    assert result.verdict is Verdict.PASSED, result.reason
    return list(read_trace(trace))


@pytest.mark.parametrize("test", TESTS)
def test_it_bites_and_a_sound_implementation_comes_through(test: str, tmp_path: Path) -> None:
    """Its faults are in the trace: from when to when, that they bit, and each message that they struck."""
    events = events_of(test, tmp_path, seed=4)
    kinds = {event.fault: event.kind for event in events if type(event) is FaultBegan}
    assert set(kinds.values()) == set(EFFECTS[test])
    assert {kinds[event.fault] for event in events if type(event) is FaultBit} == set(EFFECTS[test])
    for kind, (effect, at_least) in EFFECTS[test].items():
        assert sum(map(effect, events)) >= at_least, kind


def test_each_test_convicts_somebody() -> None:
    """The headers of the files in impls/mutants and tests/broken say whom."""
    headers = "".join(path.read_text() for folder in (MUTANTS, BROKEN) for path in folder.glob("*.py"))
    assert [test for test in TESTS if f"# expect: {test} " not in headers] == []


def test_nothing_comes_from_a_server_that_stands_still(tmp_path: Path) -> None:
    """Requests reach it, and are answered when it goes on; the others elect somebody else meanwhile."""
    frozen: set[int] = set()
    servers: dict[int, int] = {}
    waited = 0
    for event in events_of("TestFreeze2N", tmp_path, seed=1):
        if type(event) is FaultBegan:
            (servers[event.fault],) = event.servers
            frozen.add(servers[event.fault])
        elif type(event) is FaultEnded:
            frozen.remove(servers[event.fault])
        elif isinstance(event, RpcSent | RpcAnswered | RpcFailed):
            assert type(event) is not RpcSent or event.source not in frozen
        elif isinstance(event, RpcReplied):
            assert event.target not in frozen
        elif isinstance(event, RpcDelivered):
            waited += event.target in frozen
        else:
            assert getattr(event, "server", None) not in frozen
    assert waited > 4


def test_bites_are_counted_from_the_first_to_the_last(tmp_path: Path) -> None:
    """A fault's end says how often it bit; its first bite comes in between."""
    events = events_of("TestMinority2N", tmp_path, seed=1)
    order = Counter[int]()
    for event in events:
        if isinstance(event, FaultBegan | FaultBit | FaultEnded):
            assert order[event.fault] == (FaultBegan, FaultBit, FaultEnded).index(type(event))
            order[event.fault] += 1
    assert set(order.values()) == {3}
    assert sum(event.bites for event in events if type(event) is FaultEnded) == sum(
        map(lost("partition"), events)
    )
