"""The tester's checks: what they find, how long they wait, and what they say."""

from typing import Any

import pytest

from raftkit.errors import CaseFailed
from raftkit.model import MS, SECOND


def commit_everywhere(lab: Any, *, servers: int = 3) -> None:
    """Let a leader's commands be applied by the first ``servers`` servers at once."""

    def on_start(leader: int, command: Any) -> None:
        index = lab.world.servers[leader].last_index
        for server in range(servers):
            lab.world.apply(server, index, command)

    lab.world.on_start = on_start


def test_one_leader_is_found_at_the_first_look(lab):
    """The first look comes after 450 to 549 ms, as in the lab."""

    def steps():
        lab.lead(1)
        began = lab.cluster.now_ns
        return lab.cluster.check_one_leader(), lab.cluster.now_ns - began

    leader, waited = lab.run(steps)
    assert leader == 1
    assert 450 * MS <= waited <= 549 * MS


def test_the_leader_of_the_highest_term_counts(lab):
    """A deposed leader that has not heard of it yet is no breach."""

    def steps():
        lab.lead(0, term=1)
        lab.world.servers[2].leads = True
        lab.world.servers[2].term = 2
        return lab.cluster.check_one_leader()

    assert lab.run(steps) == 2


def test_two_leaders_of_one_term_are_a_breach(lab):
    """Election safety, as the lab sees it."""

    def steps():
        lab.lead(0, term=4)
        lab.world.servers[2].leads = True
        lab.cluster.check_one_leader()

    with pytest.raises(CaseFailed) as caught:
        lab.run(steps)
    assert caught.value.failure.kind == "ElectionSafetyViolated"
    assert caught.value.failure.summary == "term 4 has 2 leaders"
    assert "server 0 and server 2" in caught.value.failure.observed


def test_a_disconnected_leader_is_not_asked(lab):
    """It may believe what it likes."""

    def steps():
        lab.lead(0)
        lab.world.servers[1].leads = True
        lab.cluster.disconnect(0)
        return lab.cluster.check_one_leader()

    assert lab.run(steps) == 1


def test_without_a_leader_ten_looks_are_taken(lab):
    """Ten rounds of about half a second."""
    with pytest.raises(CaseFailed, match="NoLeader: expected one leader, got none"):
        lab.run(lab.cluster.check_one_leader)
    assert 4.5 * SECOND <= lab.cluster.now_ns <= 5.5 * SECOND


def test_terms_must_agree_among_the_connected(lab):
    """A disconnected server may lag behind."""

    def steps():
        lab.world.servers[0].term = 7
        lab.cluster.disconnect(0)
        agreed = lab.cluster.check_terms()
        lab.cluster.connect(0)
        lab.cluster.check_terms()
        return agreed

    with pytest.raises(CaseFailed) as caught:
        lab.run(steps)
    assert caught.value.failure.kind == "TermsDiffer"
    assert caught.value.failure.observed == "server 0: 7, server 1: 1, server 2: 1"


def test_no_leader_is_checked_among_the_connected(lab):
    """A leader behind cut links does not count, a connected one does."""

    def steps():
        lab.lead(2)
        lab.cluster.disconnect(2)
        lab.cluster.check_no_leader()
        lab.cluster.connect(2)
        lab.cluster.check_no_leader()

    with pytest.raises(CaseFailed, match="UnexpectedLeader: server 2 leads without a majority"):
        lab.run(steps)


def test_agreement_returns_the_index(lab):
    """The command is offered to one connected server after another until one accepts."""
    commit_everywhere(lab)

    def steps():
        lab.lead(2)
        return [lab.cluster.agree(command, 3, retry=False) for command in (10, 20, 30)]

    assert lab.run(steps) == [1, 2, 3]


def test_agreement_without_retry_fails_after_two_seconds(lab):
    """A leader that accepted gets one chance."""
    commit_everywhere(lab, servers=2)

    def steps():
        lab.lead(0)
        lab.began = lab.cluster.now_ns
        lab.cluster.agree("x", 3, retry=False)

    with pytest.raises(CaseFailed) as caught:
        lab.run(steps)
    assert caught.value.failure.kind == "AgreementFailed"
    assert (
        "accepted by server 0 at index 1; applied there by server 0, server 1"
        in caught.value.failure.observed
    )
    assert 2 * SECOND <= lab.cluster.now_ns - lab.began <= 2.1 * SECOND


def test_agreement_with_retry_offers_again_for_ten_seconds(lab):
    """Each offer gets two seconds."""
    offers: list[int] = []
    lab.world.on_start = lambda leader, command: offers.append(leader)

    def steps():
        lab.lead(0)
        lab.cluster.agree("x", 3, retry=True)

    with pytest.raises(CaseFailed, match="AgreementFailed: command 'x' failed to reach agreement"):
        lab.run(steps)
    assert len(offers) == 5


def test_a_different_command_at_the_index_is_no_agreement(lab):
    """Another leader's command may win the index; the one that was offered counts."""

    def on_start(leader: int, command: Any) -> None:
        for server in range(3):
            lab.world.apply(server, lab.world.servers[leader].last_index, "another")

    lab.world.on_start = on_start

    def steps():
        lab.lead(0)
        lab.cluster.agree("mine", 3, retry=False)

    with pytest.raises(CaseFailed, match="AgreementFailed"):
        lab.run(steps)


def test_true_is_not_one(lab):
    """Commands are compared with their types."""

    def on_start(leader: int, command: Any) -> None:
        for server in range(3):
            lab.world.apply(server, 1, True)

    lab.world.on_start = on_start

    def steps():
        lab.lead(0)
        lab.cluster.agree(1, 3, retry=False)

    with pytest.raises(CaseFailed, match="AgreementFailed"):
        lab.run(steps)


def test_waiting_gives_up_when_the_term_moves_on(lab):
    """The caller starts its attempt again."""

    def steps():
        lab.world.servers[1].term = 5
        return lab.cluster.wait_committed(1, 3, start_term=4)

    assert lab.run(steps) is None


def test_waiting_in_vain_fails_after_thirty_polls(lab):
    """Pauses double from 10 ms to about a second."""
    with pytest.raises(CaseFailed, match="NotCommitted: only 0 servers have applied index 3, wanted 2"):
        lab.run(lambda: lab.cluster.wait_committed(3, 2))
    assert 20 * SECOND < lab.cluster.now_ns < 31 * SECOND


# -- what services report ------------------------------------------------------


@pytest.mark.parametrize(
    ("indexes", "says"),
    [
        pytest.param([1, 3], "server 0 left a gap: index 3 after index 1", id="a gap"),
        pytest.param([1, 2, 2], "server 0 applied twice or went back: index 2 after index 2", id="twice"),
        pytest.param([2], "server 0 left a gap: index 2 after index 0", id="not from the beginning"),
        pytest.param([1, 2, 1], "server 0 applied twice or went back: index 1 after index 2", id="back"),
    ],
)
def test_applying_out_of_order_fails_at_once(lab, indexes, says):
    """Every index once, in order."""

    def steps():
        for index in indexes:
            lab.world.apply(0, index, f"command {index}")
        lab.cluster.sleep(SECOND)

    with pytest.raises(CaseFailed) as caught:
        lab.run(steps)
    assert caught.value.failure.kind == "AppliedOutOfOrder"
    assert caught.value.failure.summary == says
    assert lab.cluster.now_ns < 100 * MS


def test_applying_in_order_is_quiet(lab):
    """The pair of the test above."""

    def steps():
        for index in (1, 2, 3):
            lab.world.apply(0, index, index)
            lab.world.apply(1, index, index)
        lab.cluster.sleep(SECOND)
        return lab.cluster.committed(3), lab.cluster.highest_applied

    assert lab.run(steps) == ((2, 3), 3)


def test_different_commands_at_an_index_fail_at_once(lab):
    """State machine safety, with both sides of the contradiction."""

    def steps():
        lab.world.apply(0, 1, "x")
        lab.world.apply(2, 1, "y")
        lab.cluster.sleep(SECOND)

    with pytest.raises(CaseFailed) as caught:
        lab.run(steps)
    assert caught.value.failure.kind == "StateMachineSafetyViolated"
    assert caught.value.failure.observed == "server 0 applied 'x', server 2 applied 'y'"


def test_a_command_that_nobody_offered_fails_at_once(lab):
    """No-op entries, wrapped commands and other types are not what the service asked for."""
    lab.world.on_apply = lambda command: None

    def steps():
        lab.world.apply(0, 1, {"op": 7})
        lab.cluster.sleep(SECOND)

    with pytest.raises(CaseFailed) as caught:
        lab.run(steps)
    assert caught.value.failure.kind == "UnknownCommand"
    assert caught.value.failure.observed == "command {'op': 7} at index 1"


def test_past_instances_are_compared_too(lab):
    """A restarted server that lost its log and applies something else is convicted by its own past."""

    def steps():
        lab.world.apply(0, 1, "x")
        lab.cluster.sleep(SECOND)
        lab.cluster.restart(0)
        lab.world.apply(0, 1, "y")
        lab.cluster.sleep(SECOND)

    with pytest.raises(CaseFailed, match="StateMachineSafetyViolated"):
        lab.run(steps)


def test_a_restarted_server_applies_from_the_beginning(lab):
    """Nothing of the service survives a crash without snapshots."""

    def steps():
        lab.world.apply(0, 1, "x")
        lab.cluster.sleep(SECOND)
        lab.cluster.restart(0)
        lab.world.apply(0, 1, "x")
        lab.cluster.sleep(SECOND)
        return lab.cluster.committed(1)

    assert lab.run(steps) == (1, "x")
