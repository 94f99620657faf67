"""Servers come and go: links, persisters, questions, snapshots, the limit."""

import msgspec
import pytest

from raftkit.errors import CaseFailed
from raftkit.model import MS, SECOND, Verdict
from raftkit.worlds import ApplyMessage, LogLine, Persisted, RpcRequest

encode = msgspec.msgpack.encode


def call(lab, source, target, number):
    """Have a server send a request; says which events of its call the trace then holds."""
    incarnation = lab.world.servers[source].incarnation
    lab.world.say(RpcRequest(number, source, incarnation, target, "ping", encode(1), b""))
    lab.cluster.sleep(MS)
    return [type(event).__name__ for event in lab.events if getattr(event, "call", 0) == number]


def test_a_new_cluster_is_connected(lab):
    """Every server reaches every other, and itself."""

    def steps():
        return [
            call(lab, source, target, 1 + 3 * source + target) for source in range(3) for target in range(3)
        ]

    assert lab.run(steps) == [["RpcSent", "RpcDelivered"]] * 9


def test_servers_start_a_little_apart(lab):
    """One that seeds its chance from the clock must not get its peers' seed."""
    lab.run(lambda: None)
    moments = [event.at_ns for event in lab.events if type(event).__name__ == "ServerCreated"]
    assert len(set(moments)) == 3
    assert max(moments) < 20 * MS


def test_disconnecting_cuts_both_ways(lab):
    """The others go on."""

    def steps():
        lab.cluster.disconnect(1)
        return [call(lab, *pair, number) for number, pair in enumerate([(0, 1), (1, 0), (0, 2)], 1)]

    assert lab.run(steps) == [["RpcSent"], ["RpcSent"], ["RpcSent", "RpcDelivered"]]


def test_connecting_leaves_links_to_the_disconnected_cut(lab):
    """Two servers that come back one after the other do not meet before both are back."""

    def steps():
        lab.cluster.disconnect(1)
        lab.cluster.disconnect(2)
        lab.cluster.connect(1)
        before = call(lab, 1, 2, 1)
        lab.cluster.connect(2)
        return before, call(lab, 1, 2, 2)

    assert lab.run(steps) == (["RpcSent"], ["RpcSent", "RpcDelivered"])


def test_a_crash_keeps_what_was_saved_and_nothing_later(lab):
    """The old incarnation can no longer write."""

    def steps():
        lab.world.save(0, b"state", b"snapshot")
        lab.cluster.sleep(MS)
        lab.cluster.crash(0)
        lab.world.say(Persisted(0, 1, b"too late", None))
        lab.cluster.sleep(MS)
        lab.cluster.restart(0)
        return lab.world.created[-1]

    created = lab.run(steps)
    assert (created.incarnation, created.state, created.snapshot) == (2, b"state", b"snapshot")
    assert lab.world.killed == [0]


def test_saving_only_the_state_keeps_the_snapshot(lab):
    """As the lab's persister does."""

    def steps():
        lab.world.save(0, b"one", b"snapshot")
        lab.world.save(0, b"two")
        lab.cluster.sleep(MS)
        lab.cluster.restart(0)
        return lab.world.created[-1]

    created = lab.run(steps)
    assert (created.state, created.snapshot) == (b"two", b"snapshot")


def test_a_restarted_server_stays_disconnected(lab):
    """Until it is connected, and then it is reached."""

    def steps():
        lab.cluster.restart(2)
        before = lab.cluster.is_alive(2), lab.cluster.is_connected(2), call(lab, 0, 2, 1)
        lab.cluster.connect(2)
        return before, call(lab, 0, 2, 2)

    assert lab.run(steps) == ((True, False, ["RpcSent"]), ["RpcSent", "RpcDelivered"])


def test_what_an_old_incarnation_says_is_ignored(lab):
    """Applied messages and requests of the past do not count."""

    def steps():
        lab.cluster.restart(0)
        lab.world.say(ApplyMessage(0, 1, 7, encode("ghost")))
        lab.world.say(RpcRequest(1, 0, 1, 1, "ping", encode(1), b""))
        lab.cluster.sleep(MS)
        return lab.cluster.rpcs(), lab.cluster.highest_applied

    assert lab.run(steps) == (0, 0)


def test_a_crashed_server_answers_none(lab):
    """Asked before or while it goes down."""
    answers = []

    def ask():
        answers.append(lab.cluster.get_state(1))

    def steps():
        lab.world.servers[1].silent = True
        asking = lab.cluster.spawn(ask, name="asking")
        lab.cluster.sleep(SECOND)
        assert lab.cluster.unanswered() == [("get_state() of server 1", lab.cluster.now_ns - SECOND)]
        lab.cluster.crash(1)
        asking.join()
        return lab.cluster.start(1, "x"), lab.cluster.unanswered()

    assert lab.run(steps) == (None, [])
    assert answers == [None]


def test_a_server_whose_constructor_still_runs_is_not_asked(lab):
    """Two tasks of a test may meet at a server: one restarts it, the other offers it a command."""

    def steps():
        lab.world.slow_constructors = True
        restarting = lab.cluster.spawn(lab.cluster.restart, 1, name="restarting")
        lab.cluster.sleep(MS)
        during = lab.cluster.is_alive(1), lab.cluster.start(1, "x"), lab.cluster.get_state(1)
        lab.world.finish_constructors()
        restarting.join()
        return during, lab.cluster.is_alive(1), lab.cluster.get_state(1)

    assert lab.run(steps) == ((False, None, None), True, (1, False))


def test_a_server_may_crash_while_its_constructor_runs(lab):
    """And start again."""

    def steps():
        lab.world.slow_constructors = True
        restarting = lab.cluster.spawn(lab.cluster.restart, 1, name="restarting")
        lab.cluster.sleep(MS)
        lab.cluster.crash(1)
        restarting.join()
        after_crash = lab.cluster.is_alive(1)
        lab.world.slow_constructors = False
        lab.cluster.restart(1)
        return after_crash, lab.cluster.is_alive(1)

    assert lab.run(steps) == (False, True)


def test_the_limit_strikes_at_its_moment(lab):
    """At 120 s exactly, wherever the test stands."""
    with pytest.raises(CaseFailed) as caught:
        lab.run(lambda: lab.cluster.sleep(121 * SECOND))
    assert caught.value.verdict is Verdict.TIMED_OUT
    assert lab.cluster.now_ns == 120 * SECOND


def test_just_below_the_limit_is_fine(lab):
    """The pair of the test above."""
    lab.run(lambda: lab.cluster.sleep(119 * SECOND))
    assert 119 * SECOND <= lab.cluster.now_ns < 120 * SECOND


def test_an_error_beside_the_test_ends_it(lab):
    """Background work is judged like the rest."""

    def fail():
        raise ValueError("beside")

    def steps():
        lab.cluster.spawn(fail, name="failing")
        lab.cluster.sleep(SECOND)

    with pytest.raises(ValueError, match="beside"):
        lab.run(steps)
    assert lab.cluster.now_ns < SECOND


# -- snapshots -----------------------------------------------------------------


def apply_to(lab, server, last):
    for index in range(1, last + 1):
        lab.world.apply(server, index, index)
        lab.cluster.sleep(MS)


def test_the_service_makes_a_snapshot_every_ten_entries(make_lab):
    """After index 9, 19, …: the lab's (index + 1) % 10 == 0."""
    lab = make_lab(snapshots=True)

    def steps():
        apply_to(lab, 0, 25)
        return lab.world.servers[0].snapshots

    assert lab.run(steps) == [9, 19]


def test_a_plain_service_makes_none(lab):
    """The pair of the test above."""

    def steps():
        apply_to(lab, 0, 25)
        return lab.world.servers[0].snapshots

    assert lab.run(steps) == []


def install(lab, server, index, snapshot):
    incarnation = lab.world.servers[server].incarnation
    lab.world.say(ApplyMessage(server, incarnation, index, None, snapshot, 1))
    lab.cluster.sleep(MS)


def test_an_installed_snapshot_counts_as_applied(make_lab):
    """And applying goes on behind it."""
    lab = make_lab(snapshots=True)

    def steps():
        apply_to(lab, 2, 9)
        install(lab, 1, 9, encode([9, [None, *range(1, 10)]]))
        lab.world.apply(1, 10, 10)
        lab.cluster.sleep(MS)
        return lab.cluster.committed(9), lab.cluster.committed(10)

    assert lab.run(steps) == ((2, 9), (1, 10))


@pytest.mark.parametrize(
    ("index", "snapshot", "kind"),
    [
        pytest.param(8, encode([9, [None, *range(1, 10)]]), "SnapshotMismatch", id="another index"),
        pytest.param(9, b"\x00garbage", "SnapshotCorrupt", id="other bytes"),
        pytest.param(9, encode([9, [None, 1]]), "SnapshotCorrupt", id="entries missing"),
        pytest.param(3, encode([3, [None, 1, 7, 3]]), "SnapshotDiffers", id="another command"),
        pytest.param(4, encode([4, [None, 1, 2, 3, 4]]), "SnapshotDiffers", id="more than was ever applied"),
        pytest.param(2, encode([2, [None, 1, 2]]), "SnapshotWentBack", id="older than what was applied"),
    ],
)
def test_a_wrong_snapshot_fails(make_lab, index, snapshot, kind):
    """Its index is the one inside, its bytes are the service's own, and it only goes forward."""
    lab = make_lab(snapshots=True)

    def steps():
        apply_to(lab, 0, 3)
        install(lab, 0, index, snapshot)

    with pytest.raises(CaseFailed) as caught:
        lab.run(steps)
    assert caught.value.failure.kind == kind


def test_a_restart_begins_behind_the_saved_snapshot(make_lab):
    """The service restores itself before the server runs."""
    lab = make_lab(snapshots=True)

    def steps():
        apply_to(lab, 2, 9)
        lab.world.save(0, b"state", encode([9, [None, *range(1, 10)]]))
        lab.cluster.sleep(MS)
        lab.cluster.restart(0)
        lab.world.apply(0, 10, 10)
        lab.cluster.sleep(MS)
        return lab.cluster.committed(10)

    assert lab.run(steps) == (1, 10)


def test_endless_logs_are_cut_with_a_warning(lab):
    """The run goes on, and its trace stays readable."""

    def steps():
        for _ in range(30):
            lab.world.say(LogLine(0, 1, "INFO", "x" * 1_000_000))
            lab.cluster.sleep(MS)
        return len([event for event in lab.events if type(event).__name__ == "Logged"])

    assert lab.run(steps) == 19
    assert lab.cluster.warnings == ["the servers log more than 20 MB: the rest is left out"]
