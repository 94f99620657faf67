"""``terms_never_go_back`` convicts whoever acts in an earlier term than one it was in, and no late messages."""

import pytest
from history import History, judge

from raftkit.errors import CaseFailed
from raftkit.oracles import ORACLES, TermsNeverGoBack
from raftkit.trace import RpcDelivered, RpcFailed, RpcReplied, StateRead

SECOND = 1_000_000_000


def in_term_3(server=1):
    """A server that has accepted the leader of term 3."""
    return History().save(server).append(0, server, term=3)


def read(history, server, term, *, after_ns=0, leader=False):
    return history.add(StateRead(history.now + after_ns, server, term, leader))


def refuse(history, source, target, term, current):
    """An old request is refused with the target's own term."""
    call = history.deliver(history.send_append(source, target, term, (0, 0), []))
    return history.answer(history.reply(call, term=current, success=False))


# -- what is convicted -----------------------------------------------------------


def it_accepts_an_earlier_leader():
    return in_term_3().append(2, 1, term=2)


def it_votes_in_an_earlier_term():
    return in_term_3().vote(2, 1, term=2)


def it_stood_in_a_later_term():
    history = History().save(1)
    history.stand(1, 2, term=5)
    return history.append(0, 1, term=4)


def it_refuses_with_an_earlier_term():
    return refuse(in_term_3(), 2, 1, term=1, current=2)


def it_says_so_long_after():
    return read(in_term_3(), 1, 2, after_ns=2 * SECOND)


def it_stands_again_after_a_restart():
    history = in_term_3().restart(1)
    history.stand(1, 2, term=2)
    return history


def it_has_an_earlier_term_after_a_restart():
    return read(in_term_3().restart(1), 1, 2)


def it_led_and_votes_below_after_a_restart():
    history = History().save(1)
    history.deliver(history.send_append(1, 2, 4, (0, 0), []))
    return history.restart(1).vote(0, 1, term=3)


def it_has_forgotten_after_the_second_restart():
    return read(in_term_3().restart(1).restart(1), 1, 0)


def a_copy_of_what_it_had_accepted_is_refused_before_the_restart():
    """The caller still gets the first answer, and builds on that."""
    history = History().save(1)
    call = history.deliver(history.send_append(0, 1, 3, (0, 0), []))
    history.reply(call, term=3, success=True)
    history.append(2, 1, term=5, answered=False)
    history.add(RpcDelivered(history.now, call, 0, 1, "append_entries", copy=True))
    reply = {"term": 5, "success": False}
    history.add(RpcReplied(history.now, call, 0, 1, "append_entries", 5, reply, copy=True))
    return read(history.answer(call).restart(1), 1, 2)


ILLEGAL = [
    it_accepts_an_earlier_leader, it_votes_in_an_earlier_term, it_stood_in_a_later_term, it_refuses_with_an_earlier_term,
    it_says_so_long_after, it_stands_again_after_a_restart, it_has_an_earlier_term_after_a_restart,
    it_led_and_votes_below_after_a_restart, it_has_forgotten_after_the_second_restart,
    a_copy_of_what_it_had_accepted_is_refused_before_the_restart,
]  # fmt: skip


# -- what is not ------------------------------------------------------------------


def the_answer_was_read_before_and_told_after():
    return read(in_term_3(), 1, 2)


def old_messages_leave_late():
    history = in_term_3()
    history.stand(1, 2, term=2)
    history.send_append(1, 0, 1, (0, 0), [])
    return history


def a_vote_is_overtaken_by_a_later_term_on_its_way():
    """The request of term 2 arrived first; the handler of term 3 was done first."""
    history = History().save(1)
    early = history.deliver(history.stand(2, 1, term=2))
    history.append(0, 1, term=3)
    return history.answer(history.reply(early, term=2, vote_granted=True))


def the_term_moves_on_while_it_answers():
    """The entries were accepted before, and the reply is made afterwards."""
    history = History().save(1)
    call = history.deliver(history.send_append(0, 1, 2, (0, 0), []))
    history.vote(2, 1, term=3)
    return history.answer(history.reply(call, term=3, success=True))


def a_refusal_echoes_the_term_of_its_request():
    return in_term_3().append(2, 1, term=2, success=False)


def a_reply_has_no_term_of_its_own():
    """As where replies are filled in only when they refuse."""
    history = in_term_3()
    call = history.deliver(history.send_append(0, 1, 3, (0, 0), []))
    return history.answer(history.reply(call, term=0, success=True))


def nobody_had_heard_of_the_term_before_the_crash():
    """It stood, its requests were lost, and it crashed before it had to save."""
    history = History().save(1)
    history.stand(1, 2, term=5)
    return read(history.restart(1), 1, 0)


def its_last_answer_was_lost():
    """It saved nothing after it had answered; and so nobody builds on that."""
    history = History().save(1)
    call = history.deliver(history.send_append(0, 1, 3, (0, 0), []))
    history.reply(call, term=3, success=True)
    history.add(RpcFailed(history.now, call, 0, 1, "append_entries", "reply lost"))
    return read(history.restart(1), 1, 2)


def a_copy_of_an_old_request_arrives_after_the_restart():
    """What the server was in before is a matter of its last life, unless others build on it."""
    history = History().save(1)
    history.stand(1, 2, term=5)
    call = history.deliver(history.send_append(0, 1, 4, (0, 0), []))
    history.restart(1)
    history.add(RpcDelivered(history.now, call, 0, 1, "append_entries", copy=True))
    reply = {"term": 4, "success": True}
    return history.add(RpcReplied(history.now, call, 0, 1, "append_entries", 5, reply, copy=True))


def another_server_is_in_an_earlier_term():
    return read(in_term_3(), 2, 1, after_ns=2 * SECOND)


LEGAL = [
    the_answer_was_read_before_and_told_after, old_messages_leave_late, a_vote_is_overtaken_by_a_later_term_on_its_way,
    the_term_moves_on_while_it_answers, a_refusal_echoes_the_term_of_its_request, a_reply_has_no_term_of_its_own,
    nobody_had_heard_of_the_term_before_the_crash, its_last_answer_was_lost,
    a_copy_of_an_old_request_arrives_after_the_restart, another_server_is_in_an_earlier_term,
]  # fmt: skip


@pytest.mark.parametrize("history", ILLEGAL, ids=lambda history: history.__name__)
def test_a_server_that_went_back_is_convicted(history):
    """With what it had shown, and what it shows now."""
    with pytest.raises(CaseFailed) as caught:
        judge(TermsNeverGoBack(), history())
    failure = caught.value.failure
    assert failure.kind == "TermWentBack"
    assert failure.summary.startswith("server 1 went back from term ")
    assert failure.summary.endswith("after a restart") == ("restart" in history.__name__)


@pytest.mark.parametrize("history", LEGAL, ids=lambda history: history.__name__)
def test_late_messages_and_lost_promises_alarm_nobody(history):
    """Messages may be as old as they like; a term that nobody has heard of may be forgotten."""
    judge(TermsNeverGoBack(), history())


def test_it_is_told_with_both_moments():
    """In the order in which the server showed them."""
    with pytest.raises(CaseFailed) as caught:
        judge(ORACLES["terms_never_go_back"](), it_votes_in_an_earlier_term())
    assert caught.value.failure.summary == "server 1 went back from term 3 to term 2"
    assert caught.value.failure.observed == (
        "server 1 accepted server 0 as leader, term 3, at t=0.004s; server 1 granted server 2 its vote, term 2, at t=0.009s"
    )
