"""Liveness in calm weather: what counts as reached, how long that may take, and what is told when it is not."""

from typing import Any

import pytest

from raftkit.errors import CaseFailed
from raftkit.model import SECOND

COMMAND = 7
WITHIN_NS = 5 * SECOND


def apply_at(lab: Any, *servers: int) -> None:
    """Let these servers apply whatever a leader accepts."""

    def on_start(leader: int, command: Any) -> None:
        for server in servers:
            lab.world.apply(server, lab.world.servers[leader].last_index, command)

    lab.world.on_start = on_start


def check(lab: Any) -> float:
    """Check it: how many seconds it took."""
    began_ns = lab.cluster.now_ns
    lab.cluster.check_liveness(COMMAND, WITHIN_NS)
    return (lab.cluster.now_ns - began_ns) / SECOND


def test_a_cluster_that_works_is_soon_left_alone(lab):
    """One command, one look after it."""

    def steps():
        lab.lead(1)
        apply_at(lab, 0, 1, 2)
        return check(lab)

    assert lab.run(steps) < 0.1
    assert lab.cluster.highest_applied == 1


def test_a_leader_that_comes_late_is_in_time(lab):
    """Up to the very end of what is allowed."""

    def elect():
        lab.cluster.sleep(WITHIN_NS - SECOND)
        lab.lead(2)

    def steps():
        apply_at(lab, 0, 1, 2)
        lab.cluster.spawn(elect, name="election")
        return check(lab)

    assert 4 <= lab.run(steps) < 4.2


def test_nobody_leads(lab):
    """With the terms that servers are in: those of a cluster that stands again and again are high."""

    def steps():
        lab.world.servers[1].term = 9
        check(lab)

    with pytest.raises(CaseFailed) as caught:
        lab.run(steps)
    failure = caught.value.failure
    assert (failure.kind, failure.summary) == (
        "NoLeader",
        "the weather has cleared, and nobody leads within 5.000s",
    )
    assert (
        failure.observed == "none ever said so; at last server 0: term 1, server 1: term 9, server 2: term 1"
    )


def test_a_leader_that_a_minority_follows_commits_nothing(lab):
    """The command is offered again and again; the last index is told, and who has it."""

    def steps():
        lab.lead(1, term=4)
        apply_at(lab, 1)
        check(lab)

    with pytest.raises(CaseFailed) as caught:
        lab.run(steps)
    failure = caught.value.failure
    assert failure.kind == "NothingCommits"
    assert "index 3, which the leader of term 4 accepted, does not commit within 5.000s" in failure.summary
    assert "server 1 led term 4 at t=" in failure.observed
    assert failure.observed.endswith("servers that have applied so far: 1")


def test_another_command_at_its_index_is_no_commit(lab):
    """What a leader accepted may be overwritten by another."""

    def on_start(leader: int, command: Any) -> None:
        for server in range(3):
            lab.world.apply(server, lab.world.servers[leader].last_index, 99)

    def steps():
        lab.lead(1)
        lab.world.on_start = on_start
        check(lab)

    with pytest.raises(CaseFailed, match="does not commit"):
        lab.run(steps)


def test_a_new_leader_is_asked_at_once(lab):
    """Nobody waits for what an old one has accepted."""

    def depose():
        lab.cluster.sleep(SECOND // 2)
        apply_at(lab, 0, 1, 2)
        lab.world.servers[2].last_index = 1
        for server in range(3):
            lab.world.apply(server, 1, 5)
        lab.lead(2, term=2)

    def steps():
        lab.lead(0)
        lab.cluster.spawn(depose, name="deposition")
        return check(lab)

    assert 0.5 <= lab.run(steps) < 0.7


def test_a_server_that_lags_has_seven_seconds_more(lab):
    """A call of before the calm may fail so late, and its caller may have waited for it."""

    def catch_up(index: int) -> None:
        lab.cluster.sleep(11 * SECOND)
        lab.world.apply(2, index, COMMAND)

    def steps():
        lab.lead(0)
        apply_at(lab, 0, 1)
        lab.cluster.spawn(catch_up, 1, name="catching up")
        return check(lab)

    assert 11 <= lab.run(steps) < 12


def test_a_server_that_never_catches_up(lab):
    """Named, with how far everybody has come."""

    def steps():
        lab.lead(0)
        apply_at(lab, 0, 1)
        check(lab)

    with pytest.raises(CaseFailed) as caught:
        lab.run(steps)
    failure = caught.value.failure
    assert failure.kind == "NotCaughtUp"
    assert failure.summary == "the weather has cleared, and server 2 does not catch up: it lacks index 1"
    assert "server 2 has applied up to index 0" in failure.observed


def test_what_was_applied_before_a_restart_does_not_count(lab):
    """The service of a restarted server has to take everything anew."""

    def steps():
        lab.lead(0)
        apply_at(lab, 0, 1, 2)
        check(lab)
        lab.cluster.restart(2)
        lab.cluster.connect(2)
        apply_at(lab, 0, 1)
        check(lab)

    with pytest.raises(CaseFailed, match="server 2 does not catch up: it lacks index 1"):
        lab.run(steps)


def test_calm_weather_is_told_from_trouble(lab):
    """What a suite must end before it may ask for liveness."""

    def steps():
        calm = lab.cluster.troubles()
        lab.cluster.crash(1)
        lab.cluster.disconnect(2)
        lab.cluster.set_network(unreliable=True, long_reordering=True)
        return calm, lab.cluster.troubles()

    calm, troubles = lab.run(steps)
    assert calm == []
    assert troubles == [
        "server 1 is down",
        "server 1 is cut off",
        "server 2 is cut off",
        "the network is unreliable",
        "replies are held back",
    ]
