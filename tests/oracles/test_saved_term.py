"""``saved_term`` convicts a server that acts in a term that it has not saved, and nobody who has."""

import pytest
from history import History, judge

from raftkit.errors import CaseFailed
from raftkit.oracles import ORACLES, SavedTerm


def in_term_1():
    """A run in which servers restart; server 1 has accepted the leader of term 1."""
    return History().restart(2).save(1).append(0, 1, term=1)


def accepts_a_new_leader_without_saving():
    return in_term_1().append(2, 1, term=3)


def votes_without_saving():
    return in_term_1().vote(2, 1, term=3, saves=False)


def stands_without_saving():
    history = in_term_1()
    history.stand(1, 2, term=2)
    return history


def crashes_before_it_saves():
    return History().save(1).append(0, 1, term=1).append(2, 1, term=3).restart(1)


def crashes_before_it_saves_and_stays_away():
    return History().save(1).append(0, 1, term=1).append(2, 1, term=3).crash(1)


ILLEGAL = {
    accepts_a_new_leader_without_saving: "server 1 acted in term 3 without saving it",
    votes_without_saving: "server 1 acted in term 3 without saving it",
    stands_without_saving: "server 1 acted in term 2 without saving it",
    crashes_before_it_saves: "server 1 acted in term 3 without saving it",
    crashes_before_it_saves_and_stays_away: "server 1 acted in term 3 without saving it",
}


def saves_before_it_answers():
    return in_term_1().save(1).append(2, 1, term=3)


def saves_when_it_stood_and_hears_of_the_winner_later():
    history = in_term_1().save(1)  # it stands, and nobody hears of it
    return history.append(2, 1, term=2).append(2, 1, term=2)


def stays_in_its_term():
    return in_term_1().append(0, 1, term=1).append(0, 1, term=1)


def refuses_a_vote_in_a_term_that_is_an_echo():
    return in_term_1().vote(2, 1, term=3, granted=False, saves=False)


def accepts_what_comes_late():
    """A sloppy answer to a leader of the past says nothing about the server's own term."""
    history = in_term_1().save(1).append(2, 1, term=3)
    old = history.send(
        0, 1, "append_entries", term=1, prev_log_index=0, prev_log_term=0, entries=[], leader_commit=0
    )
    history.answer(history.reply(history.deliver(old), term=3, success=True))
    return history.append(2, 1, term=3)


def asks_before_it_stands():
    """A PreVote: nobody is in that term yet."""
    history = in_term_1()
    history.send(
        1, 2, "request_vote", term=2, candidate_id=1, last_log_index=0, last_log_term=0, pre_vote=True
    )
    return history


def saves_before_anybody_restarts_or_never():
    return History().append(0, 1, term=1).append(2, 1, term=3).save(1).restart(1)


LEGAL = [
    saves_before_it_answers, saves_when_it_stood_and_hears_of_the_winner_later, stays_in_its_term,
    refuses_a_vote_in_a_term_that_is_an_echo, accepts_what_comes_late, asks_before_it_stands,
    saves_before_anybody_restarts_or_never,
]  # fmt: skip


@pytest.mark.parametrize("history", ILLEGAL, ids=lambda history: history.__name__)
def test_a_term_that_is_acted_in_must_have_been_saved(history):
    """As soon as servers restart in the run."""
    with pytest.raises(CaseFailed) as caught:
        judge(SavedTerm(), history())
    failure = caught.value.failure
    assert (failure.kind, failure.summary) == ("TermNotSaved", ILLEGAL[history])
    assert "Raft §5.1" in failure.expected
    assert "it was in term 1 after" in failure.observed


@pytest.mark.parametrize("history", LEGAL, ids=lambda history: history.__name__)
@pytest.mark.parametrize("name", ORACLES)
def test_a_term_that_may_have_been_saved_alarms_nobody(name, history):
    """Whoever heard of it, and however."""
    judge(ORACLES[name](), history())
