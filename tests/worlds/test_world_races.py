"""Data races in a server: what the harness hands over orders its threads, and what it says of a race."""

from typing import Any

import msgspec
import pytest

from raftkit.model import Instrumentation
from raftkit.worlds import Snapshot, Start, TakeApply

RACE = Instrumentation.RACE


def races(hand: Any) -> list[str]:
    """The races that were told."""
    return [output.summary for output in hand.raised() if output.kind == "DataRace"]


def test_the_constructor_comes_before_everything(hand: Any) -> None:
    """What it leaves may be read by every handler, call and thread, without a lock."""
    server = hand(
        """
        def begin(self):
            self.items = []
            threading.Thread(target=self.work).start()
            self.term = 1
            self.items.append(self.term)
        def work(self): pass
        def start(self, command): return self.term, len(self.items), True
        def get_state(self): return self.term, False
        """,
        instrument=RACE,
    )
    server.create()
    assert server.start() == [1, 1, True]
    assert server.get_state() == [1, False]
    assert races(server) == []


def test_a_thread_that_the_constructor_starts_does_not_see_what_comes_after(hand: Any) -> None:
    """The start hands over what was there by then."""
    server = hand(
        """
        def begin(self):
            threading.Thread(target=self.work, name="early").start()
            self.term = 1
        def work(self):
            time.sleep(0.1)
            return self.term
        """,
        instrument=RACE,
    )
    server.create()
    server.run()
    assert races(server) == ["server 0: two threads use Raft.term at the same time, and nothing orders them"]


def test_a_call_comes_before_its_reply(hand: Any) -> None:
    """Handlers may run at the same time; the thread that called goes on when its reply is there."""
    server = hand(
        """
        def begin(self):
            self.seen = 0
        def start(self, command):
            box = [1]
            box.append(self.peers[0].call("echo", box))
            return len(box), 1, True
        def echo(self, args):
            return args
        """,
        instrument=RACE,
    )
    server.create()
    server.world.send(Start(server.call(), 0, msgspec.msgpack.encode("x")))
    server.carry(server.run())
    assert server.raised() == []


def test_two_handlers_are_ordered_by_nothing(hand: Any) -> None:
    """Even when one runs long after the other: another seed has them at once."""
    server = hand(
        """
        def begin(self):
            self.count = 0
        def start(self, command):
            self.count += 1
            return 1, 1, True
        """,
        instrument=RACE,
    )
    server.create()
    server.start()
    server.start()
    assert races(server)


SERVICE = """
    def begin(self):
        self.applied = 0
        self.base = 0
        threading.Thread(target=self.apply, name="applier").start()
    def apply(self):
        for index in (1, 2):
            self.applied = index
            self.apply_ch.put(ApplyMsg(command_valid=True, command="x", command_index=index))
        return self.base
    def snapshot(self, index, snapshot):
        self.base = index
        return None if self.applied else None
"""


def test_the_service_takes_snapshots_and_goes_on(hand: Any) -> None:
    """It is told by ``put``, calls ``snapshot``, and takes the next message: these follow each other."""
    server = hand(SERVICE, instrument=RACE)
    server.create()
    server.world.send(TakeApply(0))
    server.run()
    server.world.send(TakeApply(0))
    server.world.send(Snapshot(server.call(), 0, 2, b""))
    server.run()
    # The applier writes nothing any more; but it reads what the call has written, and has not waited for that.
    assert races(server) == ["server 0: two threads use Raft.base at the same time, and nothing orders them"]


def test_a_snapshot_comes_after_what_was_taken_and_after_nothing_else(hand: Any) -> None:
    """The applier may be a message ahead of the service."""
    server = hand(SERVICE, instrument=RACE)
    server.create()
    server.world.send(TakeApply(0))
    server.run()  # the second message waits by now
    server.world.send(Snapshot(server.call(), 0, 1, b""))
    server.run()
    assert races(server) == [
        "server 0: two threads use Raft.applied at the same time, and nothing orders them"
    ]


def test_what_a_snapshot_has_done_is_done_when_the_next_message_is_taken(hand: Any) -> None:
    """The service returns to the channel after its call."""
    server = hand(SERVICE.replace("return None if self.applied else None", "pass"), instrument=RACE)
    server.create()
    server.world.send(TakeApply(0))
    server.run()
    server.world.send(Snapshot(server.call(), 0, 1, b""))
    server.run()
    server.world.send(TakeApply(0))
    server.run()
    assert races(server) == []


def test_what_is_sent_is_read(hand: Any) -> None:
    """Arguments are encoded by the thread that calls; a list of the server's own among them may change meanwhile."""
    server = hand(
        """
        def begin(self):
            self.log = []
            threading.Thread(target=self.send, name="sender").start()
        def send(self):
            self.peers[1].call("echo", {"entries": self.log})  # read
        def start(self, command):
            with self.lock:
                self.log.append(command)  # written
            return 1, 1, True
        def echo(self, args):
            return args
        """,
        instrument=RACE,
    )
    server.create()
    server.start()
    assert races(server) == [
        "server 0: two threads use the list self.log at the same time, and nothing orders them"
    ]


def test_nobody_hears_of_a_race_with_kill(hand: Any) -> None:
    """``kill`` sets a flag that others look at, and then they are gone."""
    server = hand(
        """
        def begin(self):
            self.dead = False
            threading.Thread(target=self.work).start()
        def work(self):
            while not self.dead:
                time.sleep(0.01)
        def kill(self):
            self.dead = True
        """,
        instrument=RACE,
    )
    server.create()
    server.run()
    server.kill()
    server.run()
    assert server.raised() == []


def test_an_event_loop_is_one_thread(hand: Any) -> None:
    """Coroutines share what they like: nothing comes between two awaits."""
    server = hand(
        """
        async def start(self, command):
            import asyncio
            self.count = getattr(self, "count", 0) + 1
            await asyncio.sleep(0.01)
            self.count += 1
            return self.count, 1, True
        """,
        instrument=RACE,
    )
    server.create()
    for _ in range(3):
        server.start()
    assert server.raised() == []


REPORT = """\
server 0: two threads use Raft.term at the same time, and nothing orders them
expected: of two threads that use the same thing, one of them writing, one comes after the other by a lock that both \
take, or because the one starts, joins, wakes or signals the other
observed: thread 'start()' writes it at {file}:23 in Raft.start, holding self.lock; thread 'reader' reads it at \
{file}:20 in Raft.work, holding no lock
advice: hold self.lock at both places; docs/race.md says what orders threads, and what to do about a flag that needs no \
lock
write, t=0.001s, thread 'start()', holding self.lock
    {file}:23 in Raft.start
        self.term += 1
read, t=0.200072s, thread 'reader', holding no lock
    {file}:20 in Raft.work
        return self.term"""


def test_a_race_is_told_with_both_places(hand: Any) -> None:
    """What is shared, which threads, where, and under which locks."""
    server = hand(
        """
        def begin(self):
            self.term = 0
            threading.Thread(target=self.work, name="reader").start()
        def work(self):
            time.sleep(0.2)
            return self.term
        def start(self, command):
            with self.lock:
                self.term += 1
            return 1, 1, True
        """,
        instrument=RACE,
    )
    server.create()
    server.start()
    (race,) = [output for output in server.said if getattr(output, "kind", "") == "DataRace"]
    text = "\n".join(
        [
            race.summary,
            f"expected: {race.expected}",
            f"observed: {race.observed}",
            f"advice: {race.advice}",
            race.details,
        ]
    )
    assert text == REPORT.format(file=server.world.location.path)


@pytest.mark.parametrize("instrument", [Instrumentation.BUDGET, Instrumentation.PREEMPT])
def test_other_modes_say_nothing_of_races(hand: Any, instrument: Instrumentation) -> None:
    """Only who asks is told."""
    server = hand(
        """
        def begin(self):
            self.count = 0
        def start(self, command):
            self.count += 1
            return 1, 1, True
        """,
        instrument=instrument,
    )
    server.create()
    server.start()
    server.start()
    assert server.raised() == []
