"""Messages are understood by the names that people give them."""

import pytest

from raftkit.trace import RpcSent
from raftkit.trace.messages import Append, Ballot, Kind, append_of, ballot_of, field, flag, kind_of, number

APPEND = Append(3, 4, 2, (3, 3), ("x", "y"), 4)


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("request_vote", Kind.REQUEST_VOTE),
        ("RequestVote", Kind.REQUEST_VOTE),
        ("Raft.RequestVote", Kind.REQUEST_VOTE),
        ("append_entries", Kind.APPEND_ENTRIES),
        ("handle_append_entries", Kind.APPEND_ENTRIES),
        ("heartbeat", Kind.APPEND_ENTRIES),
        ("InstallSnapshot", Kind.INSTALL_SNAPSHOT),
        ("ping", None),
        ("pre_vote", None),
    ],
)
def test_a_method_is_known_by_its_name(method, kind):
    """However it is spelled."""
    assert kind_of(method) is kind


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(
            {"term": 3, "prev_log_index": 4, "prev_log_term": 2, "leader_commit": 4,
             "entries": [{"term": 3, "command": "x"}, {"term": 3, "command": "y"}]}, id="snake",
        ),
        pytest.param(
            {"Term": 3, "PrevLogIndex": 4, "PrevLogTerm": 2, "LeaderCommit": 4,
             "Entries": [{"Term": 3, "Command": "x"}, {"Term": 3, "Command": "y"}]}, id="Go",
        ),
        pytest.param(
            {"term": 3, "prevLogIndex": 4, "prevLogTerm": 2, "leaderCommit": 4, "leaderId": 1,
             "entries": [{"term": 3, "cmd": "x", "index": 5}, {"term": 3, "cmd": "y", "index": 6}]}, id="camel",
        ),
    ],
)  # fmt: skip
def test_append_entries_is_understood(message):
    """Term, what comes before, entries and commit index."""
    assert append_of(message) == APPEND


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(None, id="nothing"),
        pytest.param([3, 4, 2], id="a tuple"),
        pytest.param(
            {"term": "3", "prev_log_index": 4, "prev_log_term": 2, "entries": []}, id="a text for a number"
        ),
        pytest.param(
            {"term": 3, "prev_log_index": 4, "prev_log_term": 2, "entries": [7]}, id="entries without a term"
        ),
        pytest.param(
            {"term": 3, "prev_log_index": True, "prev_log_term": 2, "entries": []}, id="a flag for a number"
        ),
        pytest.param({"t": 3, "p": 4, "q": 2, "e": []}, id="names of its own"),
    ],
)
def test_what_is_not_understood_is_not_judged(message):
    """No guesses."""
    assert append_of(message) is None


def test_a_heartbeat_vouches_for_what_lies_before_it():
    """Without entries, or with null for none."""
    for entries in ([], None):
        append = append_of({"term": 3, "prev_log_index": 4, "prev_log_term": 2, "entries": entries})
        assert append.last_index == 4


def test_fields_have_types():
    """True is no number, 1 is no flag."""
    assert number({"term": True}, "term") is None
    assert flag({"vote_granted": 1}, "granted") is None
    assert flag({"VoteGranted": True}, "granted") is True


def requests_a_vote(method="request_vote", **args):
    return RpcSent(0, 1, 2, 0, method, 10, args)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(requests_a_vote(term=3, candidate_id=2, last_log_index=4, last_log_term=2), id="snake"),
        pytest.param(requests_a_vote("Raft.RequestVote", Term=3, CandidateId=2, LastLogIndex=4, LastLogTerm=2), id="Go"),
        pytest.param(requests_a_vote(term=3, lastLogIndex=4, lastLogTerm=2), id="without-its-candidate"),
        pytest.param(requests_a_vote(term=3, candidate=2, is_pre_vote=False, seq=7, group="lab"), id="with-more"),
    ],
)  # fmt: skip
def test_a_ballot_is_understood(request_):
    """Who stands, in which term."""
    assert ballot_of(request_) == Ballot(3, 2)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(requests_a_vote("append_entries", term=3, candidate_id=2), id="another-message"),
        pytest.param(requests_a_vote(candidate_id=2, last_log_index=4), id="no-term"),
        pytest.param(requests_a_vote("vote", term=3, granted=True), id="the-vote-itself"),
        pytest.param(requests_a_vote(term=3, candidate_id=1), id="for-somebody-else"),
        pytest.param(requests_a_vote(term=3, candidate_id=2, PreVote=True), id="a-flag"),
        pytest.param(requests_a_vote(term=3, candidate_id=2, stage="pre-election"), id="a-text"),
        pytest.param(requests_a_vote(term=3, candidate_id=2, type=1), id="a-kind"),
    ],
)
def test_what_may_be_no_ballot_is_none(request_):
    """Nobody may be standing in that term."""
    assert ballot_of(request_) is None


@pytest.mark.parametrize("key", [7, b"term", None, ("term",)], ids=repr)
def test_keys_that_are_no_text_are_passed_over(key):
    """A message is whatever an implementation sends."""
    assert number({key: 1, "term": 3}, "term") == 3
    assert field({key: 1}, "term") is None
    assert append_of({"term": 3, "prev_log_index": 4, "prev_log_term": 2, "entries": [{key: 1}]}) is None
    assert ballot_of(RpcSent(0, 1, 2, 0, "request_vote", 10, {key: 1, "term": 3, "candidate": 2})) == Ballot(
        3, 2
    )
