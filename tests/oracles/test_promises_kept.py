"""``promises_kept`` convicts a follower that has lost what it acknowledged, and no harmless refusal."""

import pytest
from history import History, judge

from raftkit.errors import CaseFailed
from raftkit.oracles import ORACLES, PromisesKept

TWO = [(1, "x"), (1, "y")]


def acknowledged():
    """Server 1 has acknowledged two entries of term 1."""
    return History().append(0, 1, 1, (0, 0), TWO)


def a_snapshot_takes_the_tail_with_it():
    history = acknowledged().install(0, 1, 1, index=1, index_term=1).snapshot_applied(1, 1)
    return history.append(0, 1, 1, (2, 1), success=False)


def an_old_message_cuts_it_off():
    history = History()
    old = history.send_append(0, 1, 1, (0, 0), TWO[:1])
    history.append(0, 1, 1, (0, 0), TWO)
    history.save(1).answer(history.reply(history.deliver(old), term=1, success=True))
    return history.append(0, 1, 1, (2, 1), success=False)


def a_restart_forgets_it():
    return acknowledged().restart(1).append(0, 1, 1, (2, 1), success=False)


ILLEGAL = [a_snapshot_takes_the_tail_with_it, an_old_message_cuts_it_off, a_restart_forgets_it]


def it_lacks_what_it_never_had():
    return acknowledged().append(0, 1, 1, (3, 1), success=False)


def only_a_heartbeat_was_accepted():
    return History().append(0, 1, 1, (5, 1)).append(0, 1, 1, (5, 1), success=False)


def another_leader_has_cut_it_off():
    history = acknowledged().append(2, 1, 2, (0, 0), [(2, "z")])
    return history.append(2, 1, 2, (2, 1), success=False).append(0, 1, 1, (2, 1), success=False)


def an_old_message_is_refused_as_such():
    history = History()
    old = history.send_append(0, 1, 1, (1, 1), TWO[1:])
    history.append(0, 1, 1, (0, 0), TWO)
    return history.answer(history.reply(history.deliver(old), term=1, success=False))


def what_lies_before_a_commit_is_refused():
    return acknowledged().append(0, 1, 1, (2, 1), commit=2).append(0, 1, 1, (1, 1), success=False)


def what_a_snapshot_covers_is_refused():
    return acknowledged().snapshot_applied(1, 2).append(0, 1, 1, (1, 1), success=False)


def the_service_has_not_taken_the_snapshot_yet():
    history = acknowledged().install(0, 1, 1, index=1, index_term=1)
    return history.append(0, 1, 1, (2, 1), success=False)


def it_has_gone_on_to_another_term():
    history = acknowledged()
    call = history.deliver(history.send_append(0, 1, 1, (2, 1), []))
    return history.answer(history.reply(call, term=2, success=False))


LEGAL = [
    it_lacks_what_it_never_had, only_a_heartbeat_was_accepted, another_leader_has_cut_it_off,
    an_old_message_is_refused_as_such, what_lies_before_a_commit_is_refused, what_a_snapshot_covers_is_refused,
    the_service_has_not_taken_the_snapshot_yet, it_has_gone_on_to_another_term,
]  # fmt: skip


@pytest.mark.parametrize("history", ILLEGAL, ids=lambda history: history.__name__)
def test_a_follower_that_lost_what_it_acknowledged_is_convicted(history):
    """At its first refusal."""
    with pytest.raises(CaseFailed) as caught:
        judge(PromisesKept(), history())
    failure = caught.value.failure
    assert failure.kind == "AcknowledgedEntryLost"
    assert failure.summary == "server 1 has lost index 2, which it had acknowledged in term 1"
    assert "server 1 acknowledged all up to index 2 at t=" in failure.observed


@pytest.mark.parametrize("history", LEGAL, ids=lambda history: history.__name__)
@pytest.mark.parametrize("name", ORACLES)
def test_a_refusal_that_may_be_harmless_alarms_nobody(name, history):
    """Old messages, what is committed, a service that is not ready."""
    judge(ORACLES[name](), history())
