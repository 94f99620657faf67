"""``rpc_flood`` convicts a loop without pause, and nobody else."""

import pytest

from raftkit.errors import CaseFailed
from raftkit.oracles import ORACLES, RpcFlood
from raftkit.oracles._rpc_flood import BUDGET
from raftkit.trace import RpcAnswered, RpcSent

SECOND = 1_000_000_000


def _sent(at_ns: int, source: int = 0) -> RpcSent:
    return RpcSent(at_ns, 1, source, 1, "append_entries", 10, None)


def test_it_is_on_in_every_run() -> None:
    """The table is what a run subscribes."""
    assert ORACLES["rpc_flood"] is RpcFlood


def test_one_call_more_than_the_budget_in_a_lab_second_is_a_flood() -> None:
    """The error carries who, how many, when and what."""
    oracle = RpcFlood()
    for count in range(BUDGET):
        oracle(_sent(3 * SECOND + count))
    with pytest.raises(CaseFailed) as caught:
        oracle(_sent(4 * SECOND - 1))
    failure = caught.value.failure
    assert failure.kind == "RpcFlood"
    assert failure.summary == "server 0 sends RPCs without pause"
    assert failure.observed.startswith(
        f"{BUDGET + 1} RPCs in the second from t=3s, the last one append_entries"
    )


@pytest.mark.parametrize("spread", ["over-two-seconds", "over-servers", "answers"])
def test_as_much_traffic_spread_out_is_none(spread: str) -> None:
    """The same number of events in a shape that sane implementations come near."""
    oracle = RpcFlood()
    for count in range(2 * BUDGET):
        if spread == "over-two-seconds":
            oracle(_sent(count * SECOND // BUDGET))
        elif spread == "over-servers":
            oracle(_sent(count, source=count % 2))
        else:
            oracle(RpcAnswered(count, 1, 0, 1, "append_entries"))
