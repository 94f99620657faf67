"""Explanations: the story of elections, of shortened messages, and a rule for every kind of failure."""

import pytest

from raftkit.model import MS, SECOND, Failure
from raftkit.report.explain import explain
from raftkit.report.explain._rules import CODE, RULES
from raftkit.report.explain._texts import entry_text
from raftkit.report.explain._wire import span
from raftkit.trace import RpcAnswered, RpcReplied, RpcSent, TestBegan

BEGAN = TestBegan(0, 1, "T", "2A", 1, 3, "reliable", "plain")


def vote(call, at_ns, source, target, term):
    args = {"term": term, "candidate_id": source}
    return RpcSent(at_ns, call, source, target, "request_vote", 1, args)


def no_leader(*events):
    failure = Failure(kind="NoLeader", summary="expected one leader, got none")
    return [moment.text for moment in explain(failure, [BEGAN, *events]).moments]


def test_split_votes_are_told():
    """Servers that stand at the same moment, term after term."""
    events = [
        vote(10 * term + server, term * SECOND + server, server, (server + 1) % 3, term)
        for term in (1, 2, 3)
        for server in (0, 1, 2)
    ]
    story = "\n".join(no_leader(*events))
    assert "3 terms were stood for" in story
    assert (
        "In 3 of them servers stood within 30 ms of each other and the votes split, last in term 3" in story
    )


def test_a_winner_that_does_nothing_is_told():
    """It had the votes."""
    events = [
        vote(1, SECOND, 0, 1, 4),
        RpcReplied(SECOND + 1, 1, 0, 1, "request_vote", 1, {"term": 4, "vote_granted": True}),
    ]
    assert "S0 had 2 of 3 votes in term 4, and never acted as its leader." in no_leader(*events)


def test_timers_that_stop_are_told():
    """The last time that anybody stood."""
    later = RpcSent(60 * SECOND, 9, 0, 1, "other", 1, None)
    (text,) = no_leader(vote(1, SECOND, 0, 1, 1), later)
    assert text.startswith(
        "No server asked for a vote after t=1.000s, for 59.000s: election timers have stopped"
    )


def test_a_long_pause_between_candidates_is_told():
    """And that it is too long; a candidate is a line of the trace."""
    events = [vote(1, 1 * SECOND, 0, 1, 1), vote(2, 5 * SECOND, 2, 1, 2), vote(3, 6 * SECOND, 0, 1, 3)]
    assert (
        "From t=1.000s to t=5.000s nobody stood: election timeouts of that length are too long"
        in "\n".join(no_leader(*events))
    )
    moments = explain(Failure(kind="NoLeader", summary=""), [BEGAN, *events]).moments
    assert [(m.line, m.at_ns, m.text) for m in moments if m.line][-1] == (
        4, 6 * SECOND, "S0 stood for term 3; votes: S0",
    )  # fmt: skip


def test_what_makes_a_server_send_again_is_told():
    """Each call as soon as the one before has ended; who sends little is left out."""
    events = [vote(9999, 0, 1, 0, 1)]
    for call in range(50):
        at = SECOND + call * MS
        args = {"term": 1, "prevLogIndex": 4, "entries": [] if call < 40 else [{"term": 1, "command": 7}]}
        events.append(RpcSent(at, call, 0, 1, "AppendEntries", 100, args))
        events.append(RpcAnswered(at + MS - 1000, call, 0, 1, "AppendEntries"))
    (moment,) = explain(Failure(kind="TooManyRPCs", summary=""), [BEGAN, *events]).moments
    assert moment.text == (
        "S0 → S1  from here on 50 AppendEntries, 5,000 bytes; one every 1.0 ms; 40 without entries; "
        "49 of them as soon as the call before had ended"
    )
    assert (moment.at_ns, moment.line) == (SECOND, 3)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [([], (5, 4)), ([1, 2], (5, 6)), ([1, 2, 3, 4, 5, "… 94 more …", 100], (5, 104)), (None, (5, 4))],
)
def test_shortened_lists_keep_their_length(entries, expected):
    """The file shows the ends of a long list and how many items are left out."""
    args = {"term": 1, "prevLogIndex": 4, "entries": entries}
    assert span(RpcSent(0, 1, 0, 1, "AppendEntries", 1, args)) == expected


@pytest.mark.parametrize(
    ("index", "expected"),
    [(5, "index 5 ('a', term 1)"), (9, "index 9 ('e', term 1)"), (10, "index 10"), (103, "index 103"),
     (104, "index 104 ('z', term 2)")],
)  # fmt: skip
def test_an_entry_is_named_where_the_trace_shows_it(index, expected):
    """At the ends of a long list, and not in its middle."""
    shown = [{"term": 1, "command": letter} for letter in "abcde"]
    args = {"term": 2, "prevLogIndex": 4, "entries": [*shown, "… 94 more …", {"term": 2, "command": "z"}]}
    assert entry_text(RpcSent(0, 1, 0, 1, "AppendEntries", 1, args), index) == expected


@pytest.mark.parametrize("kind", [*RULES, "ZeroDivisionError"])
def test_every_kind_has_a_rule(kind):
    """Where it stands, what it says, where to look; an unknown kind is an exception of the implementation's own."""
    explanation = explain(Failure(kind=kind, summary="server 1 did it at index 3 in term 2"), [BEGAN])
    assert explanation.source
    assert explanation.rule.endswith(".")
    assert explanation.look
    assert (explanation.source == CODE.source) == (kind == "ZeroDivisionError")


@pytest.mark.parametrize("kind", ["ProtocolBroken", "ProcessDisturbed"])
def test_who_meddles_with_the_process_is_told_about_the_process(kind):
    """And not about an exception that nobody raised."""
    explanation = explain(Failure(kind=kind, summary="bytes that no world sends"), [BEGAN])
    assert explanation.source == "docs/isolation.md"
    assert "descriptors" in explanation.look


@pytest.mark.parametrize(
    ("kind", "look"), [("NothingAnswered", "no majority"), ("LinearizabilityUnknown", "fewer clients")]
)
def test_what_says_nothing_about_the_answers_is_no_exception_of_the_authors(kind, look):
    """Neither blames code; each names what in the test may be the reason."""
    explanation = explain(Failure(kind=kind, summary="operations of server 1's clients"), [BEGAN])
    assert explanation.source != CODE.source
    assert "traceback" not in explanation.look
    assert look in explanation.look
