"""Each oracle on the wire: an illegal history that it convicts, and legal ones of the same shape."""

import pytest
from history import History, judge

from raftkit.errors import CaseFailed
from raftkit.oracles import ORACLES


def two_leaders_on_the_wire():
    return History().append(0, 1, term=3).append(2, 1, term=3)


def two_leaders_by_their_word():
    return History().leads(0, 3).append(2, 1, term=3)


def one_leader_a_term():
    history = History().leads(0, 3).append(0, 1, term=3).append(2, 1, term=4).leads(2, 4)
    return history.append(0, 1, term=3, success=False)


def votes_for_two():
    return History().vote(0, 1, term=2).vote(2, 1, term=2)


def votes_for_itself_and_another():
    history = History()
    history.send(1, 0, "request_vote", term=2, candidate_id=1)
    return history.vote(2, 1, term=2)


def votes_again_after_a_restart():
    return History().vote(0, 1, term=2).restart(1).vote(2, 1, term=2)


def votes_once_a_term():
    return (
        History()
        .vote(0, 1, 2)
        .vote(2, 1, 2, granted=False)
        .vote(0, 1, 2)
        .vote(2, 1, 3)
        .restart(1)
        .vote(2, 1, 3)
    )


def two_entries_of_a_term():
    return History().append(0, 1, 1, (0, 0), [(1, "x")]).append(2, 1, 2, (0, 0), [(1, "y")])


def histories_that_differ():
    return (
        History().append(0, 1, 3, (0, 0), [(1, "a"), (3, "x")]).append(2, 1, 4, (0, 0), [(2, "b"), (3, "x")])
    )


def entries_replaced_by_a_later_term():
    return (
        History()
        .append(0, 1, 1, (0, 0), [(1, "x"), (1, "y")])
        .append(2, 1, 2, (0, 0), [(1, "x"), (2, "z")])
        .append(0, 2, 1, (1, 1), [(1, "y")], success=False)
    )


def a_later_leader_lacks_a_committed_entry():
    return History().append(0, 1, 1, (0, 0), [(1, "x")]).apply(0, 1, "x").append(2, 1, 2, (0, 0), [(2, "y")])


def a_later_leader_has_it():
    return (
        History()
        .append(0, 1, 1, (0, 0), [(1, "x")])
        .apply(0, 1, "x")
        .append(2, 1, 2, (0, 0), [(1, "x"), (2, "y")])
        .append(
            0, 2, 1, (1, 1), [(1, "late")], success=False
        )  # a leader of the past may send what it likes behind
    )


def committed_on_one_server():
    return History().append(0, 1, 1, (0, 0), [(1, "x")], success=False).append(0, 2, 1, (1, 1), commit=1)


def committed_on_what_was_sent():
    history = History()
    history.send(0, 1, "append_entries", term=1, prev_log_index=0, prev_log_term=0, entries=[{"term": 1, "command": "x"}], leader_commit=0)  # fmt: skip
    return history.apply(0, 1, "x")


def committed_on_a_majority():
    return (
        History()
        .append(0, 1, 1, (0, 0), [(1, "x")])
        .apply(0, 1, "x")
        .append(0, 2, 1, (0, 0), [(1, "x")], commit=1)
        .apply(2, 1, "x")
    )


def an_old_term_committed_by_counting():
    return (
        History()
        .append(0, 1, 1, (0, 0), [(1, "x")], success=False)
        .append(0, 1, 2, (0, 0), [(1, "x")])
        .apply(0, 1, "x")
    )


def an_old_term_committed_along_with_a_new_one():
    return (
        History()
        .append(0, 1, 1, (0, 0), [(1, "x")], success=False)
        .append(0, 1, 2, (0, 0), [(1, "x"), (2, "y")])
        .apply(0, 1, "x")
        .apply(0, 2, "y")
    )


def applied_by_one_who_heard_of_no_commit():
    return History().append(0, 1, 1, (0, 0), [(1, "x")]).apply(1, 1, "x")


def a_snapshot_is_committed():
    return (
        History()
        .append(0, 1, 1, (0, 0), [(1, "x")])
        .apply(0, 1, "x")
        .install(0, 2, 1, 1, 1)
        .snapshot_applied(2, 1)
        .append(0, 1, 1, (1, 1), [(1, "y")], commit=1)
        .apply(1, 1, "x")
    )


def messages_with_names_of_their_own():
    history = History()
    history.send(0, 1, "append_entries", t=1, stuff=[1, 2])
    return history.append(0, 1, 1, (0, 0), [(1, "x")], success=False).apply(0, 1, "x")


def a_vote_not_saved():
    return History().restart(2).vote(0, 1, term=2, saves=False)


def a_vote_not_saved_by_one_who_crashes():
    return History().vote(0, 1, term=2, saves=False).restart(1)


def an_entry_not_saved():
    return History().restart(2).append(0, 1, 1, (0, 0), [(1, "x")], saves=False)


def saved_before_it_arrived():
    return History().restart(2).save(1).append(0, 1, 1, (0, 0), [(1, "x")], saves=False)


def all_saved():
    return (
        History()
        .restart(2)
        .vote(0, 1, term=1)
        .append(0, 1, 1, (0, 0), [(1, "x"), (1, "y")])
        .append(0, 1, 1, (0, 0), [(1, "x")], saves=False)  # a late repetition has nothing new
        .append(0, 1, 1, (2, 1))  # nor has a heartbeat
        .vote(0, 1, term=2, granted=False, saves=False)
    )


def nothing_is_ever_saved_nor_restarted():
    return History().vote(0, 1, 1, saves=False).append(0, 1, 1, (0, 0), [(1, "x")], saves=False)


def its_own_entry_comes_back():
    return (
        History()
        .restart(2)
        .append(1, 0, 1, (0, 0), [(1, "x")])
        .append(0, 1, 2, (0, 0), [(1, "x")], saves=False)
    )


def its_snapshot_covers_the_entry():
    return (
        History().restart(2).install(0, 1, 1, 5, 1).append(0, 1, 1, (3, 1), [(1, "d"), (1, "e")], saves=False)
    )


ILLEGAL = [
    ("election_safety", two_leaders_on_the_wire, "ElectionSafetyViolated", "term 3 has two leaders"),
    ("election_safety", two_leaders_by_their_word, "ElectionSafetyViolated", "term 3 has two leaders"),
    ("one_vote", votes_for_two, "VotedTwice", "server 1 voted twice in term 2"),
    ("one_vote", votes_for_itself_and_another, "VotedTwice", "server 1 voted twice in term 2"),
    ("one_vote", votes_again_after_a_restart, "VotedTwice", "server 1 voted twice in term 2"),
    ("log_matching", two_entries_of_a_term, "LogMatchingViolated", "two entries of term 1 stand at index 1"),
    ("log_matching", histories_that_differ, "LogMatchingViolated", "two logs agree at index 2 (term 3) and differ before it"),
    ("leader_completeness", a_later_leader_lacks_a_committed_entry, "LeaderCompletenessViolated", "the leader of term 2 lacks the committed entry at index 1"),
    ("commit_safety", committed_on_one_server, "CommittedWithoutMajority", "the leader of term 1 commits index 1 without a majority"),
    ("commit_safety", committed_on_what_was_sent, "CommittedWithoutMajority", "the leader of term 1 commits index 1 without a majority"),
    ("commit_safety", an_old_term_committed_by_counting, "CommittedOldTerm", "the leader of term 2 commits index 1, of term 1, by counting"),
    ("commit_safety", applied_by_one_who_heard_of_no_commit, "AppliedUncommitted", "server 1 applied index 1, which no leader had committed"),
    ("saved_first", a_vote_not_saved, "AnsweredBeforeSaving", "server 1 granted its vote for term 2 without saving it"),
    ("saved_first", a_vote_not_saved_by_one_who_crashes, "AnsweredBeforeSaving", "server 1 granted its vote for term 2 without saving it"),
    ("saved_first", an_entry_not_saved, "AnsweredBeforeSaving", "server 1 acknowledged index 1 without saving its log"),
    ("saved_first", saved_before_it_arrived, "AnsweredBeforeSaving", "server 1 acknowledged index 1 without saving its log"),
]  # fmt: skip

LEGAL = [
    one_leader_a_term, votes_once_a_term, entries_replaced_by_a_later_term, a_later_leader_has_it, committed_on_a_majority,
    an_old_term_committed_along_with_a_new_one, a_snapshot_is_committed, all_saved, nothing_is_ever_saved_nor_restarted,
    its_own_entry_comes_back, its_snapshot_covers_the_entry, messages_with_names_of_their_own,
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "history", "kind", "summary"), ILLEGAL, ids=lambda value: getattr(value, "__name__", None)
)
def test_an_illegal_history_is_convicted(name, history, kind, summary):
    """With both sides of the contradiction and where to look."""
    with pytest.raises(CaseFailed) as caught:
        judge(ORACLES[name](), history())
    failure = caught.value.failure
    assert (failure.kind, failure.summary) == (kind, summary)
    assert "Raft §" in failure.expected
    assert failure.observed
    assert failure.advice


@pytest.mark.parametrize("history", LEGAL, ids=lambda history: history.__name__)
@pytest.mark.parametrize("name", ORACLES)
def test_a_legal_history_alarms_nobody(name, history):
    """Every oracle, not only the one that it was written for."""
    judge(ORACLES[name](), history())
