"""``heartbeats`` convicts a leader that sends more than ten a second for nothing, and no other traffic."""

from collections.abc import Iterator

import pytest

from raftkit.errors import CaseFailed
from raftkit.model import MS, SECOND
from raftkit.oracles import ORACLES, Heartbeats
from raftkit.trace import Event, FaultBegan, FaultEnded, NetworkChanged, RpcFailed, RpcReplied, RpcSent

STEADY = {
    "term": 1,
    "leader_id": 0,
    "prev_log_index": 3,
    "prev_log_term": 1,
    "entries": [],
    "leader_commit": 3,
}
EARLY = {"Term": 1, "LeaderId": 0}
"""What is enough in part 2A."""


def beat(
    every_ms: float, *, seconds: float = 5, args: dict | None = None, call: int = 0
) -> Iterator[RpcSent]:
    """Heartbeats of server 0 to server 1."""
    for number in range(int(seconds * 1000 / every_ms)):
        at_ns = int(number * every_ms * MS)
        yield RpcSent(at_ns, call + number, 0, 1, "append_entries", 70, dict(args or STEADY))


def judge(*events: Event) -> None:
    """Show them in the order of their times."""
    oracle = Heartbeats()
    for event in sorted(events, key=lambda event: event.at_ns):
        if type(event) in oracle.reads:
            oracle(event)


@pytest.mark.parametrize("args", [STEADY, EARLY, {**STEADY, "entries": None}])
@pytest.mark.parametrize("every_ms", [20, 50, 80])
def test_too_many_are_convicted(every_ms, args):
    """Whatever the message has beside its lack of entries."""
    with pytest.raises(CaseFailed) as caught:
        judge(*beat(every_ms, args=args))
    failure = caught.value.failure
    assert failure.kind == "TooManyHeartbeats"
    assert failure.summary == f"server 0 sends server 1 {1000 / every_ms:.0f} heartbeats a second"
    assert "from t=0.000s to t=2.000s" in failure.observed


def test_a_breach_later_on_is_a_breach():
    """What is sent for a second is not yet held against anybody, what is sent for another one is."""
    slow = list(beat(100, seconds=4))
    fast = [
        RpcSent(4 * SECOND + n * 30 * MS, 100 + n, 0, 1, "append_entries", 70, STEADY) for n in range(200)
    ]
    judge(*slow, *fast[:30])
    with pytest.raises(CaseFailed):
        judge(*slow, *fast)


@pytest.mark.parametrize("every_ms", [90, 100, 110, 1000])
def test_ten_a_second_are_allowed(every_ms):
    """And a few more, for timers that are not exact."""
    judge(*beat(every_ms, seconds=60))


def test_a_burst_and_one_more_long_after_are_no_rate():
    """What counts is how many there are for the time that they take."""
    late = RpcSent(100 * SECOND, 99, 0, 1, "append_entries", 70, STEADY)
    judge(*beat(60, seconds=1.8), late)


def test_each_follower_has_its_own():
    """Four followers are forty a second."""
    judge(
        *(
            RpcSent(e.at_ns, 10 * e.call + to, 0, to, e.method, 70, e.args)
            for e in beat(100)
            for to in (1, 2, 3, 4)
        )
    )


def test_what_carries_entries_is_no_heartbeat():
    """Also when it is sent again and again, to somebody who does not answer."""
    judge(*beat(20, args={**STEADY, "entries": [{"term": 1, "command": 7}]}))
    judge(*beat(20, args={"term": 1, "new_ones": [7]}))


def test_what_brings_news_is_no_heartbeat():
    """A commit index, a place in the log, a term, a number of the sender's own."""
    for field in ("leader_commit", "prev_log_index", "term", "round"):
        judge(*(RpcSent(e.at_ns, e.call, 0, 1, e.method, 70, {**STEADY, field: e.call}) for e in beat(20)))


def test_a_burst_at_an_election_is_none_of_its_business():
    """Five at once, and then one every hundred milliseconds."""
    judge(
        *beat(1, seconds=0.005),
        *(RpcSent(SECOND + e.at_ns, 99 + e.call, 0, 1, e.method, 70, e.args) for e in beat(110)),
    )


@pytest.mark.parametrize(
    "trouble",
    [
        RpcFailed(0, 1, 0, 1, "append_entries", "request lost"),
        RpcReplied(0, 1, 0, 1, "append_entries", 5, {"term": 1, "success": False}),
        NetworkChanged(0, True, False),
        FaultEnded(0, 1, 0),
    ],
    ids=lambda event: type(event).__name__,
)
def test_retries_are_none_of_its_business(trouble):
    """A message that was lost or refused may be sent again at once; so may one that waited for the end of a fault."""
    troubles = [type(trouble)(second * SECOND, *_rest(trouble)) for second in range(5)]
    judge(*beat(50), *troubles)


def _rest(event: Event) -> list[object]:
    return [getattr(event, field) for field in event.__struct_fields__[1:]]


def test_a_fault_may_make_clocks_run_too_fast():
    """Nobody is judged while one is on, and everybody afterwards."""
    fault = FaultBegan(1, 1, "clock", "S0: clocks 50% fast", 7, [0])
    judge(fault, *beat(60, seconds=20))
    with pytest.raises(CaseFailed):
        judge(fault, FaultEnded(10 * SECOND, 1, 3), *beat(60, seconds=20))


@pytest.mark.parametrize("name", ORACLES)
def test_a_steady_leader_alarms_nobody(name):
    """None of the others either."""
    oracle = ORACLES[name]()
    for event in beat(100):
        if type(event) in oracle.reads:
            oracle(event)
