"""``elected`` counts votes as they reach their candidate, and only where it can read them."""

import pytest
from history import History, judge

from raftkit.errors import CaseFailed
from raftkit.oracles import ORACLES, Elected
from raftkit.trace import RpcFailed


def a_vote_of_the_term_before_is_counted():
    history = History(servers=3)
    late = history.reply(history.deliver(history.stand(0, 1, term=4)), term=4, vote_granted=True)
    history.stand(0, 1, term=5)
    return history.answer(late).leads(0, 5)


def a_refusal_is_counted():
    return History().vote(0, 1, 1).leads(0, 1).vote(2, 1, 2, granted=False).append(2, 1, 2)


def one_vote_is_counted_twice():
    return History(servers=5).vote(0, 1, 1).vote(0, 1, 1).start(0, "x", 1, 1)


def a_leader_goes_on_in_a_term_that_it_hears_of():
    return History().vote(0, 1, 1).leads(0, 1).append(0, 1, 1).append(0, 1, 7)


def a_vote_is_lost_and_counted():
    history = History(servers=5).vote(0, 1, 1)
    lost = history.reply(history.deliver(history.stand(0, 2, term=1)), term=1, vote_granted=True)
    return history.add(RpcFailed(history.now, lost, 0, 2, "request_vote", "reply lost")).leads(0, 1)


ILLEGAL = {
    a_vote_of_the_term_before_is_counted: "server 0 leads term 5 without the votes of a majority",
    a_refusal_is_counted: "server 2 leads term 2 without the votes of a majority",
    one_vote_is_counted_twice: "server 0 leads term 1 without the votes of a majority",
    a_leader_goes_on_in_a_term_that_it_hears_of: "server 0 leads term 7 without the votes of a majority",
    a_vote_is_lost_and_counted: "server 0 leads term 1 without the votes of a majority",
}


def a_majority_votes():
    return History(servers=5).vote(0, 1, 1).vote(0, 2, 1, granted=False).vote(0, 3, 1).leads(0, 1)


def it_asks_itself_too():
    return History(servers=3).vote(0, 0, 1).vote(0, 1, 1).leads(0, 1)


def it_is_alone():
    return History(servers=1).leads(0, 1).append(0, 0, 1)


def it_leads_before_any_vote_could_be_read():
    return History().leads(0, 1).append(0, 1, 1)


def a_vote_has_no_name_that_we_know():
    history = History().vote(0, 1, 1).leads(0, 1)
    history.answer(history.reply(history.deliver(history.stand(2, 1, term=2)), verdict="yes"))
    return history.leads(2, 2)


def votes_come_by_a_message_of_their_own():
    history = History().vote(0, 1, 1).leads(0, 1)
    history.send(1, 2, "take_my_vote", term=2)
    return history.leads(2, 2)


def a_pre_vote_goes_before():
    history = History()
    history.answer(history.reply(history.deliver(history.send(0, 1, "pre_vote", term=1)), granted=True))
    return history.vote(0, 1, 1).leads(0, 1)


LEGAL = [
    a_majority_votes, it_asks_itself_too, it_is_alone, it_leads_before_any_vote_could_be_read,
    a_vote_has_no_name_that_we_know, votes_come_by_a_message_of_their_own, a_pre_vote_goes_before,
]  # fmt: skip


@pytest.mark.parametrize("history", ILLEGAL, ids=lambda history: history.__name__)
def test_whoever_leads_without_a_majority_of_votes_is_convicted(history):
    """However it shows that it leads."""
    with pytest.raises(CaseFailed) as caught:
        judge(Elected(), history())
    failure = caught.value.failure
    assert (failure.kind, failure.summary) == ("ElectedWithoutMajority", ILLEGAL[history])
    assert "Raft §5.2" in failure.expected


@pytest.mark.parametrize("history", LEGAL, ids=lambda history: history.__name__)
@pytest.mark.parametrize("name", ORACLES)
def test_an_election_that_may_be_sound_alarms_nobody(name, history):
    """What cannot be seen is not judged."""
    judge(ORACLES[name](), history())


def test_the_vote_that_came_too_late_is_named():
    """It is probably the one that was counted."""
    with pytest.raises(CaseFailed) as caught:
        judge(Elected(), a_vote_of_the_term_before_is_counted())
    assert (
        "votes that it had for term 5: its own; server 1's for term 4 reached it at"
        in caught.value.failure.observed
    )
