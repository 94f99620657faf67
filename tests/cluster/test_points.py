"""Points at which a server can be struck, servers that stand still, and clocks that are wrong."""

import msgspec
import pytest

from raftkit.cluster import Point
from raftkit.model import MS
from raftkit.worlds import FreezeServer, RpcReply, RpcRequest, ThawServer

encode = msgspec.msgpack.encode


def names(lab, *wanted):
    """Which of these events the trace holds, in order."""
    told = [type(event).__name__ for event in lab.events]
    return [name for name in told if name in wanted]


def crash_at(lab, point):
    """Crash server 0 when it comes to a point; gives the points that it came to."""
    seen = []

    def watch(server, reached):
        seen.append(reached)
        if server == 0 and reached is point:
            lab.cluster.crash(server)

    lab.cluster.points.watch(watch)
    return seen


@pytest.mark.parametrize(("point", "survives"), [(Point.SAVING, b"old"), (Point.SAVED, b"new")])
def test_a_crash_around_a_save_decides_what_the_disk_holds(lab, point, survives):
    """Before it the old bytes, after it the new ones; of what else was said in that moment nothing is heard."""

    def steps():
        lab.world.save(0, b"old")
        lab.cluster.sleep(MS)
        crash_at(lab, point)
        lab.world.save(0, b"new")
        lab.world.save(0, b"later")
        lab.world.apply(0, 1, "x")
        lab.cluster.sleep(MS)
        lab.cluster.restart(0)

    lab.run(steps)
    assert lab.world.created[-1].state == survives
    assert names(lab, "Applied") == []
    assert names(lab, "Persisted") == ["Persisted"] * (1 + (survives == b"new"))


def test_a_crash_before_a_reply_lets_nobody_hear_of_it(lab):
    """The reply is in no trace, and the caller learns that its call has failed."""

    def steps():
        incarnation = lab.world.servers[1].incarnation
        lab.world.say(RpcRequest(7, 1, incarnation, 0, "ping", encode(1), b""))
        lab.cluster.sleep(MS)
        assert crash_at(lab, Point.REPLYING) == []
        lab.world.say(RpcReply(7, 0, lab.world.servers[0].incarnation, encode(1), b""))
        lab.cluster.sleep(200 * MS)

    lab.run(steps)
    assert names(lab, "RpcDelivered", "ServerCrashed", "RpcReplied", "RpcFailed") == [
        "RpcDelivered",
        "ServerCrashed",
        "RpcFailed",
    ]


def test_a_crash_while_it_applies_leaves_the_service_without(lab):
    """It was handed over, and never taken."""

    def steps():
        seen = crash_at(lab, Point.APPLYING)
        lab.world.apply(0, 1, "x")
        lab.world.apply(1, 1, "x")
        lab.cluster.sleep(MS)
        return seen

    assert lab.run(steps) == [Point.APPLYING, Point.APPLYING]
    assert [event.server for event in lab.events if type(event).__name__ == "Applied"] == [1]


def test_who_no_longer_watches_is_told_nothing(lab):
    """The function that watching returns ends it."""
    seen = []

    def steps():
        end = lab.cluster.points.watch(lambda server, point: seen.append(point))
        lab.world.save(0, b"a")
        lab.cluster.sleep(MS)
        end()
        lab.world.save(0, b"b")
        lab.cluster.sleep(MS)

    lab.run(steps)
    assert seen == [Point.SAVING, Point.SAVED]


def test_a_server_that_stands_still_cannot_be_asked(lab):
    """It is alive and connected all the same; a crash ends that, and so does the end of it."""
    sent = []

    def steps():
        send, lab.world.send = lab.world.send, lambda message: sent.append(type(message)) or send(message)
        lab.cluster.freeze(0)
        lab.cluster.freeze(0)
        still = (lab.cluster.get_state(0), lab.cluster.start(0, "x"))
        assert lab.cluster.is_alive(0)
        assert lab.cluster.is_connected(0)
        lab.cluster.thaw(0)
        lab.cluster.thaw(0)
        asked = lab.cluster.get_state(0)
        lab.cluster.freeze(0)
        lab.cluster.restart(0)
        return still, asked, lab.cluster.get_state(0)

    still, asked, afterwards = lab.run(steps)
    assert still == (None, None)
    assert asked is not None
    assert afterwards is not None
    assert [kind for kind in sent if kind in (FreezeServer, ThawServer)] == [
        FreezeServer,
        ThawServer,
        FreezeServer,
    ]


def test_a_restart_does_not_mend_a_clock(lab):
    """It is the machine's, and not the process's."""

    def steps():
        lab.cluster.set_clock(0, ahead_ns=7, drift_ppm=9)
        lab.cluster.restart(0)
        lab.cluster.set_clock(0)
        lab.cluster.restart(0)

    lab.run(steps)
    assert [(made.ahead_ns, made.drift_ppm) for made in lab.world.created[-2:]] == [(7, 9), (0, 0)]
