"""Each fact, shown by one short history and not shown by another of the same shape."""

import pytest

from raftkit.oracles import FACTS, FactFinder, describe_fact
from raftkit.trace import (
    Applied,
    Connected,
    Disconnected,
    FaultBegan,
    FaultEnded,
    NetworkChanged,
    RpcAnswered,
    RpcDelayed,
    RpcDelivered,
    RpcDropped,
    RpcSent,
    ServerCrashed,
    ServerCreated,
    SnapshotApplied,
    SnapshotTaken,
    Started,
    StateRead,
    TestBegan,
)

BEGAN = TestBegan(0, 1, "T", "2X", 1, 3, "reliable", "plain")


def leads(server, term):
    return StateRead(1, server, term, True)


def follows(server, term):
    return StateRead(1, server, term, False)


def accepted(server, index, command, term=1):
    return Started(1, server, command, index, term, True)


def refused(server, index, command):
    return Started(1, server, command, index, 1, False)


def applied(server, index, command):
    return Applied(1, server, 1, index, command)


def heartbeat(source, target, term):
    return RpcSent(1, 9, source, target, "append_entries", 1, {"term": term})


def votes(voter, candidate):
    """An RPC by any name, and its reply: whatever they say, a vote may be in it."""
    return [RpcSent(1, 1, candidate, voter, "ask", 1, None), RpcAnswered(1, 1, candidate, voter, "ask")]


def lost(why):
    return RpcDropped(1, 1, 0, 1, "m", "request", why)


def cut(fault, *links):
    return FaultBegan(1, fault, "partition", "", 1, [], list(links))


ALONE = [(0, 1), (0, 2)]
"""What server 0 sends to the others."""

CASES = {
    "leader_elected": ([*votes(1, 0), leads(0, 1)], [*votes(1, 0), leads(1, 1), follows(0, 1)]),
    "leader_replaced": (
        [leads(0, 1), Disconnected(1, 0), leads(1, 2)],
        [leads(0, 1), Disconnected(1, 1), leads(1, 2)],
    ),
    "leader_cut_off": ([leads(0, 1), Disconnected(1, 0)], [leads(0, 1), Disconnected(1, 2)]),
    "leader_cut_from_majority": (
        [leads(0, 1), Disconnected(1, 1), Disconnected(1, 2)],
        [leads(0, 1), Disconnected(1, 1), Connected(1, 1), Disconnected(1, 2)],
    ),
    "leader_crashed": ([leads(0, 1), ServerCrashed(1, 0, 1)], [leads(0, 1), Disconnected(1, 0)]),
    "server_cut_off": ([Disconnected(1, 2)], [Connected(1, 2)]),
    "applied_everywhere": (
        [applied(0, 1, "x"), applied(1, 1, "x"), applied(2, 1, "x")],
        [applied(0, 1, "x"), applied(1, 1, "x"), applied(1, 2, "y")],
    ),
    "caught_up": (
        [applied(0, 1, "x"), Disconnected(1, 2), applied(0, 2, "y"), Connected(1, 2), applied(2, 1, "x"), applied(2, 2, "y")],
        [applied(0, 1, "x"), Disconnected(1, 2), applied(0, 2, "y"), Connected(1, 2), applied(2, 1, "x")],
    ),
    "commands_in_flight": (
        [accepted(0, 1, "x"), accepted(0, 2, "y")],
        [accepted(0, 1, "x"), applied(0, 1, "x"), accepted(0, 2, "y")],
    ),
    "entry_overwritten": (
        [accepted(0, 1, "x"), accepted(1, 1, "y", term=2), applied(1, 1, "y")],
        [accepted(0, 1, "x"), refused(1, 1, "y"), applied(1, 1, "x")],
    ),
    "messages_lost": ([lost("unreliable network")], [lost("link cut on the way")]),
    "replies_reordered": ([RpcDelayed(1, 1, 9)], [NetworkChanged(1, True, True)]),
    "restarted_with_state": ([ServerCreated(1, 0, 2, 5, 0)], [ServerCreated(1, 0, 1, 5, 0), ServerCreated(1, 0, 2, 0, 0)]),
    "restarted_with_snapshot": ([ServerCreated(1, 0, 2, 5, 5)], [ServerCreated(1, 0, 2, 5, 0)]),
    "snapshot_taken": ([SnapshotTaken(1, 0, 9, 5)], [SnapshotApplied(1, 0, 1, 9, 1, 5)]),
    "snapshot_installed": ([SnapshotApplied(1, 0, 1, 9, 1, 5)], [SnapshotApplied(1, 0, 1, 0, 0, 0)]),
}  # fmt: skip


CUT_BY_A_FAULT = [
    pytest.param("leader_cut_off", [leads(0, 1), cut(1, *ALONE)], True, id="in-one-direction-it-is-cut-off-too"),
    pytest.param("leader_cut_off", [leads(1, 1), cut(1, *ALONE)], False, id="somebody-else-leads"),
    pytest.param("leader_cut_off", [leads(0, 1), cut(1, (0, 1)), cut(2, (2, 0))], True, id="two-faults-cut-one-link-each"),
    pytest.param("leader_cut_off", [leads(0, 1), cut(1, (0, 1)), FaultEnded(1, 1, 0), cut(2, (2, 0))], False, id="the-first-is-over"),
    pytest.param("leader_cut_from_majority", [leads(0, 1), cut(1, *ALONE)], True, id="a-majority-does-not-answer"),
    pytest.param("leader_cut_from_majority", [leads(0, 1), cut(1, (0, 1))], False, id="one-of-two-still-does"),
    pytest.param("leader_cut_from_majority", [leads(0, 1), Disconnected(1, 2), cut(1, (0, 1))], True, id="the-other-is-disconnected"),
    pytest.param("server_cut_off", [cut(1, *ALONE)], True, id="whoever-it-is"),
    pytest.param("server_cut_off", [cut(1, (0, 1))], False, id="one-link-is-not-all"),
    pytest.param("leader_replaced", [leads(0, 1), cut(1, *ALONE), leads(1, 2)], True, id="another-leads-later"),
    pytest.param("leader_replaced", [leads(0, 1), cut(1, (1, 2)), leads(1, 2)], False, id="it-was-cut-off-from-nobody"),
    pytest.param("caught_up", [applied(1, 1, "x"), cut(1, *ALONE), applied(1, 2, "y"), FaultEnded(1, 1, 0), applied(0, 2, "y")], True, id="it-applies-what-it-missed"),
    pytest.param("caught_up", [applied(1, 1, "x"), cut(1, *ALONE), applied(1, 2, "y"), applied(0, 2, "y")], False, id="it-is-still-cut-off"),
]  # fmt: skip
"""Faults that cut links are seen by the facts that see ``disconnect``."""


@pytest.mark.parametrize(("name", "events", "happens"), CUT_BY_A_FAULT)
def test_facts_see_links_that_a_nemesis_cuts(name, events, happens):
    """A server is cut off when nobody is left with whom messages go both ways."""
    assert (missing(name, events) == []) is happens


def missing(name, events):
    finder = FactFinder((name,))
    for event in [BEGAN, *events]:
        finder(event)
    return finder.missing


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_is_seen_when_it_happens(name):
    """One history shows it."""
    assert missing(name, CASES[name][0]) == []


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_is_missed_when_it_does_not(name):
    """Another, much like it, does not."""
    assert missing(name, CASES[name][1]) == [name]


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_has_a_sentence(name):
    """It completes 'a pass counts only if …'."""
    assert describe_fact(name)[0].islower()
    assert not describe_fact(name).endswith(".")


def test_several_facts_are_found_in_any_order():
    """Those that are missing keep the suite's order."""
    finder = FactFinder(("snapshot_taken", "leader_elected", "messages_lost"))
    for event in (BEGAN, *votes(1, 0), leads(0, 1)):
        finder(event)
    assert finder.missing == ["snapshot_taken", "messages_lost"]


@pytest.mark.parametrize(
    ("elected", "events"),
    [
        pytest.param(True, [RpcDelivered(1, 1, 1, 0, "my_vote"), leads(0, 1)], id="a-vote-comes-as-a-call"),
        pytest.param(True, [*votes(1, 0), heartbeat(0, 1, 1), leads(0, 1)], id="heartbeats-after-the-vote"),
        pytest.param(False, [leads(0, 1)], id="by-its-word-alone"),
        pytest.param(
            False, [heartbeat(0, 1, 1), *votes(1, 0), leads(0, 1)], id="heartbeats-before-anybody-spoke"
        ),
        pytest.param(False, [RpcSent(1, 1, 0, 1, "ask", 1, None), leads(0, 1)], id="nobody-answered"),
    ],
)
def test_a_leader_that_nobody_can_have_elected_is_none(elected, events):
    """Who leads from its first moment on has won no election, however well it all looks."""
    assert (missing("leader_elected", events) == []) is elected


def test_a_server_that_is_alone_elects_itself():
    """It is the majority."""
    finder = FactFinder(("leader_elected",))
    for event in (TestBegan(0, 1, "T", "2X", 1, 1, "reliable", "plain"), leads(0, 1)):
        finder(event)
    assert finder.missing == []
