"""The network, held against every figure of the lab's: exactly where it promises a value, else by counting."""

from collections import Counter
from collections.abc import Callable

import pytest
from network_fakes import Net

from raftkit.net import Call, Statistics
from raftkit.trace import (
    Event,
    RpcAnswered,
    RpcDelayed,
    RpcDelivered,
    RpcDropped,
    RpcFailed,
    RpcReplied,
    RpcSent,
)

US, MS = 1_000, 1_000_000
MANY = 4_000


def near(count: int, of: int, share: float) -> bool:
    """Within five standard deviations of a share; with a fixed seed this is one fact, and no gamble."""
    return abs(count - of * share) < 5 * (of * share * (1 - share)) ** 0.5


def test_a_reliable_call_takes_its_latency_twice() -> None:
    """50 to 500 microseconds each way, so that nothing happens at one instant; nothing is lost."""
    net = Net()
    for _ in range(MANY):
        net.send()
    net.run()
    assert len(net.answers) == MANY
    assert all(reply == b"reply" for _, reply in net.answers.values())
    there = list(net.delivered.values())
    back = [net.answers[number][0] - at for number, at in net.delivered.items()]
    for times in (there, back):
        assert 50 * US <= min(times) < 55 * US
        assert 495 * US < max(times) <= 500 * US
    assert not net.of(RpcDropped)
    assert not net.of(RpcDelayed)


def test_a_steady_call_takes_275_microseconds_each_way() -> None:
    """Always the same, so that none overtakes another."""
    net = Net()
    net.network.steady = True
    for _ in range(5):
        net.send()
    net.run()
    assert list(net.delivered.values()) == [275 * US] * 5
    assert list(net.answers.values()) == [(550 * US, b"reply")] * 5


def test_an_unreliable_network_delays_each_request_by_0_to_26_ms() -> None:
    """Uniform, in whole milliseconds, and all 27 of them."""
    net = Net()
    net.network.unreliable = True
    for _ in range(MANY):
        net.send()
    net.run()
    delays = Counter(at // MS for at in net.delivered.values())
    assert sorted(delays) == list(range(27))
    assert all(near(count, len(net.delivered), 1 / 27) for count in delays.values())
    assert all(at % MS == 0 for at in net.delivered.values())


def test_an_unreliable_network_loses_one_request_and_one_reply_in_ten() -> None:
    """The handler of a lost request never runs; that of a lost reply has run; the caller knows at once."""
    net = Net()
    net.network.unreliable = True
    sent_at = {}
    for _ in range(MANY):
        sent_at[net.send()] = net.kernel.now_ns
    net.run()
    dropped = net.of(RpcDropped)
    requests = [event for event in dropped if event.lost == "request"]
    replies = [event for event in dropped if event.lost == "reply"]
    assert near(len(requests), MANY, 0.1)
    assert near(len(replies), MANY - len(requests), 0.1)
    assert len(net.delivered) == MANY - len(requests)
    for event in requests:
        assert event.call not in net.delivered
        assert net.answers[event.call] == (event.at_ns, None)
        assert event.at_ns <= 26 * MS
    for event in replies:
        assert net.answers[event.call] == (event.at_ns, None)
        assert event.at_ns == net.delivered[event.call]
    assert len(net.answers) == MANY


def test_long_reordering_holds_two_replies_of_three() -> None:
    """For 200 ms and up to two seconds more; short waits are likelier, for the bound is itself drawn."""
    net = Net()
    net.network.long_reordering = True
    for _ in range(MANY):
        net.send()
    net.run()
    held = net.of(RpcDelayed)
    assert near(len(held), MANY, 2 / 3)
    waits = [(event.until_ns - event.at_ns) // MS for event in held]
    assert 200 <= min(waits) < 210
    assert 1_900 < max(waits) < 2_200
    assert sum(wait < 700 for wait in waits) > sum(wait >= 1_200 for wait in waits)
    for event in held:
        assert net.answers[event.call] == (event.until_ns, b"reply")


def test_replies_overtake_each_other() -> None:
    """That is what it is for."""
    net = Net()
    net.network.long_reordering = True
    for _ in range(50):
        net.send()
    net.run()
    order = [event.call for event in net.of(RpcAnswered)]
    assert sorted(order) == list(range(1, 51))
    assert order != sorted(order)


@pytest.mark.parametrize("why", ["link cut", "server down", "source cut"])
def test_a_call_to_nobody_fails_after_up_to_seven_seconds(why: str) -> None:
    """The caller cannot tell it from a slow network: 0 to 6999 ms, uniform."""
    net = Net()
    if why == "server down":
        net.network.detach(1)
    else:
        net.network.disable(1 if why == "link cut" else 0)
    for _ in range(MANY):
        net.send()
    net.run()
    assert not net.delivered
    waits = [at // MS for at, reply in net.answers.values()]
    assert all(reply is None for _, reply in net.answers.values())
    assert 0 <= min(waits) < 20
    assert 6_980 < max(waits) <= 6_999
    assert near(sum(wait < 3_500 for wait in waits), MANY, 0.5)
    assert {event.why for event in net.of(RpcFailed)} == {why.replace("source", "link")}


# -- while the handler runs ----------------------------------------------------


def _slow() -> Net:
    """A network whose handlers have not returned yet."""
    net = Net(handler=lambda net, call: None)
    net.send()
    net.run(MS)
    assert net.delivered
    return net


def _replace_target(net: Net) -> None:
    net.network.detach(1)
    net.network.attach(1, 2)


def _reply_and_cut(net: Net, call: Call) -> None:
    net.reply(call)
    net.network.disable(1)


LOSSES: dict[str, Callable[[Net], None]] = {
    "target cut": lambda net: net.network.disable(1),
    "source cut": lambda net: net.network.disable(0),
    "target crashed": lambda net: net.network.detach(1),
    "target replaced": _replace_target,
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("at_ms", "noticed"), [(30, 1), (99, 1), (101, 2), (250, 3)])
def test_a_loss_while_the_handler_runs_is_noticed_at_the_next_100_ms(
    loss: str, at_ms: int, noticed: int
) -> None:
    """Counted from when the handler began."""
    net = _slow()
    began = net.delivered[1]
    net.kernel.call_at(began + at_ms * MS, LOSSES[loss], net)
    net.run()
    assert net.answers == {1: (began + noticed * 100 * MS, None)}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_is_noticed_when_the_handler_returns(loss: str) -> None:
    """Never the reply, and no later than that."""
    net = _slow()
    began = net.delivered[1]
    net.kernel.call_at(began + 10 * MS, LOSSES[loss], net)
    net.kernel.call_at(began + 20 * MS, net.network.reply, 1, 1, b"reply", b"\xc0")
    net.run()
    assert net.answers == {1: (began + 20 * MS, None)}


def test_a_link_that_is_back_before_anybody_looks_was_never_gone() -> None:
    """The lab's tester only looks now and then; so does this one."""
    net = _slow()
    began = net.delivered[1]
    net.kernel.call_at(began + 10 * MS, net.network.disable, 1)
    for pair in ((0, 1), (1, 0)):
        net.kernel.call_at(began + 50 * MS, net.network.enable, *pair)
    net.kernel.call_at(began + 150 * MS, net.network.reply, 1, 1, b"reply", b"\xc0")
    net.run()
    assert net.answers[1][1] == b"reply"


def test_a_reply_after_the_call_has_failed_reaches_nobody() -> None:
    """The handler goes on after its caller has given up."""
    net = _slow()
    net.network.disable(1)
    net.run()
    net.network.reply(1, 1, b"reply", b"\xc0")
    net.run()
    assert len(net.answers) == 1
    assert not net.of(RpcReplied)


def test_a_reply_of_another_incarnation_is_no_reply() -> None:
    """And the call still ends: at the next look, for its own server is gone."""
    net = _slow()
    net.network.reply(1, 9, b"reply", b"\xc0")
    assert net.answers == {}
    net.network.reply(1, 1, b"reply", b"\xc0")
    net.run()
    assert net.answers[1][1] == b"reply"


def test_a_message_in_flight_over_a_cut_link_is_lost() -> None:
    """As if the cable had been pulled: request and reply alike."""
    net = Net()
    net.send()
    net.network.disable(1)
    net.run()
    assert not net.delivered
    assert net.of(RpcDropped)[0].lost == "request"
    net = Net(handler=_reply_and_cut)
    net.send()
    net.run()
    assert net.answers[1][1] is None
    assert net.of(RpcDropped)[0].lost == "reply"


# -- links, counters, events ---------------------------------------------------


def test_cutting_a_server_cuts_its_links_both_ways_and_no_others() -> None:
    """Also the one to itself."""
    net = Net()
    net.network.disable(1)
    for source in range(3):
        for target in range(3):
            net.send(source, target)
    net.run(10 * MS)
    reached = {(event.source, event.target) for event in net.of(RpcDelivered)}
    assert reached == {(0, 0), (0, 2), (2, 0), (2, 2)}


def test_calls_count_when_they_are_sent_and_bytes_when_they_travel() -> None:
    """Also on a cut link; replies only when they are delivered."""
    net = Net()
    net.send(args=b"x" * 100)
    net.run()
    assert net.network.statistics() == Statistics(1, 105)
    net.network.disable(1)
    net.send(args=b"x" * 10)
    net.run()
    assert net.network.statistics() == Statistics(2, 115)
    assert net.network.received(1) == 1
    net.send(0, 2)
    net.run()
    assert (net.network.received(1), net.network.received(2)) == (1, 1)
    net.network.attach(1, 2)
    assert net.network.received(1) == 0


def test_a_lost_reply_is_not_counted() -> None:
    """Its bytes never arrived."""
    net = Net(seed=3)
    net.network.unreliable = True
    for _ in range(500):
        net.send(args=b"1")
    net.run()
    answered = sum(reply is not None for _, reply in net.answers.values())
    assert net.network.statistics() == Statistics(500, 500 + 5 * answered)


def test_events_tell_the_whole_way_of_a_call() -> None:
    """One call, five or so events, tied together by its number."""
    net = Net()
    net.send()
    net.run()
    assert [type(event) for event in net.events] == [RpcSent, RpcDelivered, RpcReplied, RpcAnswered]
    assert [event.at_ns for event in net.events] == sorted(event.at_ns for event in net.events)
    assert {event.call for event in net.events} == {1}  # type: ignore[attr-defined]


def test_one_seed_gives_one_network() -> None:
    """Chance comes from the network's own stream, and from nowhere else."""

    def run(seed: int) -> list[Event]:
        net = Net(seed=seed)
        net.network.unreliable = net.network.long_reordering = True
        for _ in range(200):
            net.send()
        net.run()
        return net.events

    assert run(1) == run(1)
    assert run(1) != run(2)
