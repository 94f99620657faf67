"""Rules on the network's links: what is cut, lost, late and doubled, and what stays as it was."""

from random import Random
from typing import Any

import pytest
from network_fakes import Net

from raftkit.net import Aim, Call, Cut, Fate, Strike
from raftkit.trace import RpcDelayed, RpcDelivered, RpcDropped, RpcDuplicated, RpcFailed, RpcReplied
from raftkit.trace.messages import Kind

MS = 1_000_000
LOSE = Fate(lost="dropped")


def cut(net: Net, *links: tuple[int, int]) -> Any:
    """Cut links; gives what mends them, and the list of bites."""
    bites: list[str] = []
    return net.network.rules.add(Cut(frozenset(links), "partition", Random(1), bites.append)), bites


def strike(net: Net, aim: Aim, fate: Fate = LOSE) -> list[str]:
    """Strike what is aimed at; gives the list of bites."""
    bites: list[str] = []
    net.network.rules.add(Strike(aim, lambda random: ("is struck", fate), Random(1), bites.append))
    return bites


def test_a_request_on_a_cut_link_is_lost_at_once_and_its_caller_learns_it_late() -> None:
    """Within seven seconds, as from a server that is down."""
    net = Net()
    _, bites = cut(net, (0, 1))
    for _ in range(200):
        net.send(0, 1)
    net.run()
    assert not net.delivered
    assert {(event.at_ns, event.lost, event.why) for event in net.of(RpcDropped)} == {
        (0, "request", "partition")
    }
    learns = [at // MS for at, reply in net.answers.values() if reply is None]
    assert len(learns) == len(bites) == 200
    assert 0 <= min(learns) < 500
    assert 6_500 < max(learns) <= 6_999


def test_a_link_that_is_cut_one_way_still_carries_requests_the_other_way_and_loses_their_replies() -> None:
    """The handler runs; the caller learns nothing of it."""
    net = Net()
    cut(net, (0, 1))
    net.send(1, 0)
    net.run()
    assert list(net.delivered) == [1]
    assert [event.lost for event in net.of(RpcDropped)] == ["reply"]
    assert net.answers[1][1] is None


def test_other_links_are_left_alone() -> None:
    """To the nanosecond: rules draw from streams of their own."""
    plain, ruled = Net(), Net()
    cut(ruled, (0, 1), (1, 0))
    for net in (plain, ruled):
        net.send(0, 2)
        net.send(2, 0)
        net.run()
    assert plain.answers == ruled.answers
    assert plain.events == ruled.events


@pytest.mark.parametrize(("link", "lost"), [((0, 1), "request"), ((1, 0), "reply")])
def test_what_is_on_its_way_is_lost_when_it_should_arrive(link: tuple[int, int], lost: str) -> None:
    """As if the cable had been pulled; the caller learns it there and then."""

    def pull(net: Net, call: Call) -> None:
        net.reply(call)
        cut(net, (1, 0))

    net = Net(handler=pull if lost == "reply" else None)
    net.send(0, 1)
    if lost == "request":
        cut(net, link)
    net.run()
    assert [(event.lost, event.why) for event in net.of(RpcDropped)] == [(lost, "partition")]
    assert [event.at_ns for event in net.of(RpcFailed)] == [event.at_ns for event in net.of(RpcDropped)]


def test_a_mended_link_carries_again() -> None:
    """And only the rule that was taken away is gone."""
    net = Net()
    mend, _ = cut(net, (0, 1))
    cut(net, (1, 0))
    mend()
    net.send(0, 1)
    net.run()
    assert [event.lost for event in net.of(RpcDropped)] == ["reply"]


def test_a_lost_message_is_known_at_once() -> None:
    """As on an unreliable network."""
    net = Net()
    bites = strike(net, Aim())
    net.send(0, 1)
    net.run()
    assert net.answers == {1: (0, None)}
    assert bites == ["the request of ping from S0 to S1 is struck"]


@pytest.mark.parametrize(
    ("aim", "struck"),
    [
        pytest.param(Aim(links=frozenset({(0, 1)})), {"request 0 1", "reply 0 1"}, id="link"),
        pytest.param(Aim(is_reply=True), {"reply 1 0", "reply 2 1", "reply 0 1"}, id="replies"),
        pytest.param(
            Aim(is_reply=False, links=frozenset({(1, 2)})), {"request 1 2"}, id="requests-on-a-link"
        ),
        pytest.param(Aim(rpc=Kind.REQUEST_VOTE, is_reply=False), {"request 1 2"}, id="rpc"),
        pytest.param(Aim(term=4), {"request 1 2", "reply 2 1"}, id="term"),
        pytest.param(Aim(rpc=Kind.REQUEST_VOTE, term=5), set(), id="nobody"),
    ],
)
def test_an_aim_is_every_condition_at_once(aim: Aim, struck: set[str]) -> None:
    """A reply is of the term that its request named."""
    net = Net()
    bites = strike(net, aim, Fate(delay_ns=MS, why="delay"))
    net.send(0, 1)
    net.send(1, 2, method="RequestVote", shown={"term": 4})
    net.send(1, 0)
    net.run()
    told = {(words[1], words[5][1], words[7][1]) for words in map(str.split, bites)}
    assert {f"{what} {sender} {receiver}" for what, sender, receiver in told} == struck


def test_a_count_ends_and_a_chance_leaves_some() -> None:
    """The first three; then half of four thousand."""
    net = Net()
    assert len(sent(net, strike(net, Aim(is_reply=False, count=3)), 10)) == 3
    net = Net()
    bites = sent(net, strike(net, Aim(is_reply=False, chance=0.5)), 4_000)
    assert abs(len(bites) - 2_000) < 160


def sent(net: Net, bites: list[str], count: int) -> list[str]:
    for _ in range(count):
        net.send(0, 1)
    net.run()
    return bites


def test_delays_add_up_and_say_until_when() -> None:
    """Two rules, both ways; the network's own latency comes on top."""
    net = Net()
    strike(net, Aim(), Fate(delay_ns=10 * MS, why="delay"))
    strike(net, Aim(is_reply=True), Fate(delay_ns=5 * MS, why="delay"))
    net.send(0, 1)
    net.run()
    there, (back, reply) = net.delivered[1], net.answers[1]
    assert 10 * MS < there <= 10.5 * MS
    assert 15 * MS < back - there <= 15.5 * MS
    assert reply == b"reply"
    assert [(event.held, event.until_ns) for event in net.of(RpcDelayed)] == [
        ("request", there),
        ("reply", back),
    ]


def test_a_doubled_request_runs_its_handler_twice_and_is_answered_once() -> None:
    """The copy comes as much later as it says; a failure of the copy is nobody's."""
    seen: list[tuple[int, bool]] = []

    def note(net: Net, call: Call) -> None:
        seen.append((net.kernel.now_ns, call.is_copy))
        net.reply(call)

    net = Net(handler=note)
    strike(net, Aim(is_reply=False), Fate(copies_ns=(20 * MS,), why="duplicate"))
    net.send(0, 1)
    net.run()
    (first, is_copy), (second, is_other) = seen
    assert (is_copy, is_other) == (False, True)
    assert second - first == 20 * MS
    assert [event.until_ns for event in net.of(RpcDuplicated)] == [second]
    assert [event.copy for event in net.of(RpcDelivered)] == [False, True]
    assert [event.copy for event in net.of(RpcReplied)] == [False, True]
    assert len(net.answers) == 1


def test_a_copy_whose_server_is_gone_disturbs_nobody() -> None:
    """Its call has long been answered."""
    net = Net()
    strike(net, Aim(is_reply=False), Fate(copies_ns=(20 * MS,), why="duplicate"))
    net.send(0, 1)
    net.run(10 * MS)
    net.network.detach(1)
    net.run()
    assert net.answers[1][1] == b"reply"
    assert not net.of(RpcDropped)
    assert not net.of(RpcFailed)
