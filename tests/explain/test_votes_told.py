"""Who voted twice, and whether a restart made it forget: only one that lies between the two votes did."""

import pytest

from raftkit.report.explain._votes import second_vote
from raftkit.trace import Event, RpcReplied, RpcSent, ServerCreated

RESTART = "its restart at"


def ask(call: int, source: int, term: int) -> Event:
    """A request for server 0's vote, or one by it."""
    return RpcSent(call, call, source, 1 - source, "request_vote", 9, {"term": term, "candidate_id": source})


def grant(call: int, source: int) -> RpcReplied:
    """Server 0's vote for another."""
    return RpcReplied(call + 100, call, source, 0, "request_vote", 9, {"term": 3, "vote_granted": True})


def restart(server: int) -> Event:
    return ServerCreated(50, server, 2, 0, 0)


@pytest.mark.parametrize(
    ("before", "is_told"),
    [
        pytest.param([ask(1, 0, 3), restart(0)], True, id="after-it-stood"),
        pytest.param([ask(1, 2, 3), grant(1, 2), restart(0)], True, id="after-it-voted"),
        pytest.param([restart(0), ask(1, 0, 3)], False, id="before-its-first-vote"),
        pytest.param([ask(1, 0, 3), restart(2)], False, id="of-another"),
        pytest.param([ask(1, 0, 2), restart(0), ask(2, 0, 3)], False, id="after-a-vote-of-another-term"),
    ],
)
def test_a_restart_is_blamed_if_it_lies_between_the_votes(before: list[Event], is_told: bool) -> None:
    last = grant(9, 1)
    text = second_vote([*before, ask(9, 1, 3), last], 3, last)
    assert text.startswith("S0 at t=")
    assert (RESTART in text) is is_told
