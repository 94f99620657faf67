"""The local world, driven by boundary messages as the harness drives it."""

import pickle
from typing import Any

import msgspec
import pytest

from raftkit.worlds import (
    Answer,
    ApplyMessage,
    CreateServer,
    DeliverRequest,
    LogLine,
    Persisted,
    RpcReply,
    RpcRequest,
    ServerRaised,
    Snapshot,
    TakeApply,
)
from raftkit.worlds.local import STEP_NS

SECOND_NS = 1_000_000_000
unpack = msgspec.msgpack.decode


def of(kind: type, said: list[Any]) -> list[Any]:
    return [output for output in said if type(output) is kind]


# -- questions and answers -----------------------------------------------------


def test_the_constructor_is_answered_when_it_has_returned(hand: Any) -> None:
    """Only then is a server on the network."""
    world = hand("def begin(self): time.sleep(0.5)")
    assert world.create() == []
    said = world.run()
    assert [type(output) for output in said] == [Answer]
    assert world.world.kernel.tasks() == []


def test_start_and_get_state_are_answered_with_plain_data(hand: Any) -> None:
    """A world in another language answers the same."""
    world = hand("def start(self, command): return [len(command), 3, 1]")
    world.create()
    assert world.start(["a", "b"]) == [2, 3, True]
    assert world.get_state() == [2, False]


def test_questions_wait_for_the_constructor(hand: Any) -> None:
    """Nobody has the instance before it is made, and that is not the implementation's fault."""
    world = hand("def begin(self): time.sleep(0.5)")
    world.create()
    assert world.get_state() == [2, False]
    assert world.raised() == []


OUT_OF_SHAPE = {
    "nothing": "pass",
    "too-few": "return 1, True",
    "too-many": "return 1, 2, True, 4",
    "no-tuple": "return 5",
    "none-inside": "return None, 2, True",
    "bool-for-index": "return True, 2, True",
    "text": "return '1', 2, True",
    "no-flag": "return 1, 2, 'yes'",
    "float": "return 1.0, 2, True",
    "too-large": "return 2**70, 2, True",
}


@pytest.mark.parametrize("name", OUT_OF_SHAPE)
def test_an_answer_out_of_shape_is_the_implementations_fault(hand: Any, name: str) -> None:
    """It is shown beside what was wanted, and it is no crash."""
    world = hand(f"def start(self, command): {OUT_OF_SHAPE[name]}")
    world.create()
    [raised] = world.start()
    assert (raised.verdict, raised.kind) == ("failed", "ContractBroken")
    assert raised.summary.startswith("server 0: start() returned ")
    assert raised.expected == "(index: int, term: int, is_leader: bool)"


def test_int_subclasses_are_ints(hand: Any) -> None:
    """An IntEnum for a term, or a flag that is 0 or 1, is in shape."""
    world = hand(
        "def get_state(self): return Term.ONE, 1",
        before="import enum\nclass Term(enum.IntEnum): ONE = 1\n",
    )
    world.create()
    assert world.get_state() == [1, True]


# -- RPC -----------------------------------------------------------------------

PING = """
def start(self, command):
    threading.Thread(target=self.send, args=(command,)).start()
    return 1, 1, True
def send(self, command):
    reply = self.peers[1].call("ping", command)
    log.info("got", reply=repr(reply))
def ping(self, args): return {"from": self.me, "args": args}
"""


def test_a_call_goes_out_is_handled_and_comes_back(hand: Any) -> None:
    """Request, handler and reply, each at its own moment; the caller waits meanwhile."""
    world = hand(PING)
    world.create(0)
    world.create(1)
    world.start("hello")
    [request] = of(RpcRequest, world.said)
    assert (request.source, request.target, request.method) == (0, 1, "ping")
    [reply] = of(RpcReply, world.request(request))
    assert (reply.call, reply.server) == (request.call, 1)
    said = world.reply(reply.call, reply.reply)
    [line] = of(LogLine, said)
    assert unpack(line.fields) == {"reply": "{'from': 1, 'args': 'hello'}"}


def test_a_failed_call_returns_none(hand: Any) -> None:
    """Lost, cut off, down: the caller cannot tell them apart."""
    world = hand(PING)
    world.create(0)
    world.start("hello")
    [request] = of(RpcRequest, world.said)
    [line] = of(LogLine, world.reply(request.call, None))
    assert unpack(line.fields) == {"reply": "None"}
    assert world.reply(request.call, b"\xc0") == []  # a second answer reaches nobody


def test_handlers_run_at_the_same_time(hand: Any) -> None:
    """One that waits does not keep others from running, as in Go."""
    world = hand("def slow(self, args): time.sleep(5); return 1\ndef fast(self, args): return 2\n" + PING)
    world.create(0)
    for call, method in ((1, "slow"), (2, "fast")):
        world.world.send(DeliverRequest(call, 1, 0, method, pickle.dumps(None, 5)))
    assert [reply.call for reply in of(RpcReply, world.run(for_ns=10 * SECOND_NS))] == [2, 1]


CALLS = {
    "no-such-handler": (
        "self.peers[1].call('RequestVote', 1)",
        "there is no RPC handler 'RequestVote'",
        "ping",
    ),
    "private": ("self.peers[1].call('_ping', 1)", "there is no RPC handler '_ping'", "ping"),
    "no-name": ("self.peers[1].call(None, 1)", "there is no RPC handler None", "ping"),
    "two-parameters": (
        "self.peers[1].call('two', 1)",
        "the RPC handler two cannot be called",
        "def two(self, a, b)",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_of_no_handler_is_told_even_when_the_caller_catches_everything(hand: Any, name: str) -> None:
    """``except Exception: continue`` around a misspelt method would end as "no leader"."""
    source, summary, found = CALLS[name]
    world = hand(
        f"def start(self, command):\n    try: {source}\n    except Exception: pass\n    return 1, 1, True\n"
        "def ping(self, args): return 1\ndef two(self, a, b): return 1\n"
    )
    world.create()
    world.start()
    [raised] = world.raised()
    assert (raised.verdict, raised.kind) == ("failed", "ContractBroken")
    assert summary in raised.summary
    assert found in raised.details


def test_a_handler_that_returns_nothing_is_told(hand: Any) -> None:
    """None means "lost" to the caller, so that a forgotten ``return`` looks like a bad network."""
    world = hand(PING.replace("return {", "x = {"))
    world.create(0)
    world.create(1)
    world.start("x")
    world.carry(of(RpcRequest, world.said))
    [raised] = world.raised()
    assert (raised.server, raised.summary) == (1, "server 1: the handler ping returned nothing")


def test_what_cannot_be_sent_raises_in_the_caller(hand: Any) -> None:
    """Its traceback leads to the call, and its text names the field."""
    world = hand(PING)
    world.create(0)
    world.create(1)
    world2 = hand(PING.replace('call("ping", command)', 'call("ping", [1, lambda: 0])'))
    world2.create(0)
    world2.start("x")
    [raised] = world2.raised()
    assert raised.kind == "MarshalError"
    assert "args[1] (function) cannot be sent to another server" in raised.summary
    assert "0x" not in raised.summary.replace("0x…", "")


# -- trouble -------------------------------------------------------------------

PLACES = {
    "constructor": ("def begin(self): raise ValueError('x')", "its constructor"),
    "start": ("def start(self, command): raise ValueError('x')", "start()"),
    "get-state": ("def get_state(self): raise ValueError('x')", "get_state()"),
    "handler": ("def ping(self, args): raise ValueError('x')", "ping from S1"),
    "snapshot": ("def snapshot(self, index, snapshot): raise ValueError('x')", "snapshot()"),
    "thread": (
        "def begin(self): threading.Thread(target=self.tick, name='ticker').start()\ndef tick(self): raise ValueError('x')",
        "thread ticker",
    ),
    "timer": (
        "def begin(self): threading.Timer(0.1, self.tick).start()\ndef tick(self): raise ValueError('x')",
        "thread Thread-1",
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_an_exception_is_told_with_its_place_and_its_line(hand: Any, name: str) -> None:
    """Wherever it is raised: server, thread or handler, file and line."""
    methods, place = PLACES[name]
    world = hand(methods)
    world.create()
    world.run()
    if name in ("start", "get-state"):
        world.start() if name == "start" else world.get_state()
    elif name == "handler":
        world.world.send(DeliverRequest(1, 1, 0, "ping", pickle.dumps(1, 5)))
    elif name == "snapshot":
        world.world.send(Snapshot(1, 0, 5, b""))
    world.run()
    [raised] = world.raised()
    assert (raised.verdict, raised.kind, raised.place) == ("crashed", "ValueError", place)
    assert raised.summary == f"server 0 raised ValueError: x in {place}"
    assert "raft.py:" in raised.details
    assert "raise ValueError('x')" in raised.details
    assert "raftkit/" not in raised.details


def test_system_exit_is_an_exception_but_in_a_thread_of_its_own(hand: Any) -> None:
    """A server that ends itself has crashed; a thread that does has only ended."""
    world = hand(
        "def start(self, command): raise SystemExit(1)\n"
        "def begin(self): threading.Thread(target=self.leave).start()\ndef leave(self): raise SystemExit"
    )
    world.create()
    world.run()
    assert world.raised() == []
    [raised] = world.start()
    assert raised.kind == "SystemExit"


def test_a_loop_that_never_waits_is_told_and_the_others_go_on(hand: Any) -> None:
    """Its stack is shown, and which locks it keeps from others."""
    world = hand(
        """
        def begin(self): threading.Thread(target=self.spin, name="spinner").start()
        def spin(self):
            with self.lock:
                while True:
                    pass
        def get_state(self):
            with self.lock: return 1, True
        """
    )
    world.create()
    assert world.start() == [1, 2, True]
    world.get_state(for_ns=200 * SECOND_NS)
    [raised] = world.raised()
    assert (raised.verdict, raised.kind, raised.place) == ("busy", "BusyLoop", "spinner")
    assert "in spin" in raised.details
    assert "it holds 1 lock(s) that others wait for" in raised.details


# -- persister, apply channel, log ---------------------------------------------


def test_what_is_saved_reaches_the_harness_and_is_there_for_the_next(hand: Any) -> None:
    """The harness keeps it; a cached copy answers reads."""
    world = hand(
        """
        def start(self, command):
            p = self.persister
            p.save_raft_state(b"one")
            before = p.read_raft_state(), p.read_snapshot(), p.raft_state_size(), p.snapshot_size()
            p.save_state_and_snapshot(bytearray(b"two"), memoryview(b"snap"))
            p.save_state_and_snapshot(b"three", None)
            log.info(repr((before, p.read_raft_state(), p.read_snapshot(), p.snapshot_size())))
            return 1, 1, True
        def get_state(self): self.persister.save_raft_state("text")
        """
    )
    world.create(state=b"old", snapshot=b"s")
    world.start()
    saved = [(output.state, output.snapshot) for output in of(Persisted, world.said)]
    assert saved == [(b"one", None), (b"two", b"snap"), (b"three", None)]
    assert of(LogLine, world.said)[0].text == repr(((b"one", b"s", 3, 1), b"three", b"snap", 4))
    [raised] = world.get_state()
    assert "the persister saves bytes: state is str" in raised.summary


def test_put_blocks_until_the_service_has_taken_the_message(hand: Any) -> None:
    """Unbuffered, as the lab's channel; one after another."""
    world = hand(
        """
        def start(self, command):
            for index in (1, 2):
                self.apply_ch.put(ApplyMsg(command_valid=True, command=(index, command), command_index=index))
                log.info(f"taken {index}")
            return 1, 1, True
        """
    )
    world.create()
    world.start("x")
    for index in (1, 2):
        messages = of(ApplyMessage, world.said)
        assert len(messages) == index
        assert unpack(messages[-1].command) == [index, "x"]
        assert len(of(LogLine, world.said)) == index - 1
        world.world.send(TakeApply(0))
        world.run()
    assert of(Answer, world.said)[-1].value == msgspec.msgpack.encode([1, 1, True])
    world.world.send(TakeApply(0))
    assert world.run() == []


MESSAGES = {
    "no-message": ("5", "apply_ch.put takes an ApplyMsg, not int"),
    "neither": ("ApplyMsg()", "an ApplyMsg has either command_valid or snapshot_valid set, and not both"),
    "both": ("ApplyMsg(command_valid=True, snapshot_valid=True)", "and not both"),
    "no-index": (
        "ApplyMsg(command_valid=True, command_index=None)",
        "ApplyMsg.command_index is None, and not an int",
    ),
    "no-bytes": ("ApplyMsg(snapshot_valid=True, snapshot='x')", "ApplyMsg.snapshot is str"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_an_apply_message_out_of_shape_raises_in_the_implementation(hand: Any, name: str) -> None:
    """At the line that made it."""
    source, text = MESSAGES[name]
    world = hand(f"def start(self, command): self.apply_ch.put({source})")
    world.create()
    [raised] = world.start()
    assert text in raised.summary


def test_snapshots_are_applied_with_index_and_term(hand: Any) -> None:
    """The other kind of message."""
    world = hand(
        "def start(self, c):\n    self.apply_ch.put(ApplyMsg(snapshot_valid=True, snapshot=b's', snapshot_index=7, snapshot_term=3))"
    )
    world.create()
    world.start()
    [message] = of(ApplyMessage, world.said)
    assert (message.index, message.term, message.snapshot, message.command) == (7, 3, b"s", None)


def test_log_and_print_carry_server_and_topic(hand: Any) -> None:
    """Lines are whole, in order, and free of addresses and of what no trace can hold."""
    world = hand(
        r"""
        def start(self, command):
            log.vote("granted %d", 5, term=4, candidate=2)
            log.bind(peer=3).info("hello", topic="x", thing=object())
            print("a", end=""); print("b"); print("one\ntwo"); print("\ud800", object())
            import sys
            print("rest of out", end=""); print("err", file=sys.stderr); print()
            return 1, 1, True
        """
    )
    world.create()
    world.start()
    lines = [(line.topic, line.text, unpack(line.fields)) for line in of(LogLine, world.said)]
    assert lines == [
        ("VOTE", "granted 5", {"term": 4, "candidate": 2}),
        ("INFO", "hello", {"peer": 3, "topic": "x", "thing": "<object object at 0x…>"}),
        ("PRNT", "ab", {}),
        ("PRNT", "one", {}),
        ("PRNT", "two", {}),
        ("PRNT", "\\ud800 <object object at 0x…>", {}),
        ("PRNT", "err", {}),
        ("PRNT", "rest of out", {}),
    ]


# -- crashes -------------------------------------------------------------------


def test_a_killed_server_says_nothing_more(hand: Any) -> None:
    """It is cut off first: what its ``finally`` blocks and its ``kill`` still do reaches nobody."""
    world = hand(
        """
        def begin(self): threading.Thread(target=self.tick).start()
        def tick(self):
            try:
                time.sleep(100)
            finally:
                self.farewell()
        def farewell(self):
            self.persister.save_raft_state(b"too late"); print("too late"); log.info("too late")
            self.apply_ch.put(ApplyMsg(command_valid=True, command_index=1))
            self.peers[1].call("farewell", None)
        def kill(self): self.farewell()
        """
    )
    world.create(0)
    world.run()
    assert world.kill(0) == []
    assert world.world.kernel.tasks() == []
    assert world.run() == []


@pytest.mark.parametrize(
    "kill", ["self.lock.acquire(); self.lock.acquire()", "while True: pass", "time.sleep(9)"]
)
def test_a_kill_that_misbehaves_does_not_keep_a_server_alive(hand: Any, kill: str) -> None:
    """A crash asks nobody."""
    world = hand(f"def kill(self):\n    {kill}")
    world.create(0)
    assert world.kill(0) == []
    assert world.world.kernel.tasks() == []
    assert world.raised() == []


@pytest.mark.parametrize(
    ("kill", "kind"),
    [("def kill(self): 1 / 0", "ZeroDivisionError"), ("async def kill(self): [][0]", "IndexError")],
)
def test_an_exception_in_kill_is_the_last_thing_that_is_heard(hand: Any, kill: str, kind: str) -> None:
    """The server is cut off, and yet its author is told."""
    world = hand(kill)
    world.create(0)
    world.kill(0)
    assert [(error.kind, error.verdict, error.place) for error in world.raised()] == [
        (kind, "crashed", "kill()")
    ]
    assert world.world.kernel.tasks() == []


def test_a_kill_that_waits_again_when_it_is_ended_is_no_exception(hand: Any) -> None:
    """It goes as far as it can without waiting; its end is ours."""
    world = hand(
        """
        async def kill(self):
            try:
                await asyncio.sleep(1)
            finally:
                await asyncio.sleep(1)
        """,
        before="import asyncio\n",
    )
    world.create(0)
    assert world.kill(0) == []
    assert world.raised() == []


def test_a_line_is_cut_before_it_is_looked_at(hand: Any) -> None:
    """Nobody searches a hundred megabytes for addresses; what is shown has none."""
    world = hand("def get_state(self): print('<x at 0x7f00> ' * 7_000_000); return 1, False")
    world.create(0)
    world.get_state(0)
    (line,) = [output.text for output in world.said if isinstance(output, LogLine)]
    assert line.endswith("… (much more)")
    assert len(line) < 2_100
    assert "0x7" not in line


def test_a_restarted_server_has_nothing_but_what_was_saved(hand: Any) -> None:
    """Not even a module's variable."""
    world = hand(
        "def begin(self):\n    COUNT.append(1)\n    log.info(f'{len(COUNT)} {self.persister.read_raft_state()}')",
        before="COUNT = []\n",
    )
    world.create(0)
    world.kill(0)
    world.create(0, state=b"saved")
    assert [line.text for line in of(LogLine, world.said)] == ["1 b''", "1 b'saved'"]
    assert [line.incarnation for line in of(LogLine, world.said)] == [1, 2]


def test_a_request_in_a_handler_ends_with_its_server(hand: Any) -> None:
    """The reply to a call of a dead server finds nobody, and harms nobody."""
    world = hand(PING)
    world.create(0)
    world.start("x")
    [request] = of(RpcRequest, world.said)
    world.kill(0)
    assert world.reply(request.call, b"\xc0") == []


# -- time ----------------------------------------------------------------------


def test_output_stops_the_world_at_its_very_moment(hand: Any) -> None:
    """The harness learns of it when it happens, not when the world was to come back."""
    world = hand("def begin(self):\n    time.sleep(0.123)\n    log.info('now')\n    time.sleep(1)")
    world.world.send(CreateServer(1, 0, 1, 1, b"", b""))
    idle = world.world.run_until(10 * SECOND_NS)
    assert [output.text for output in idle.outputs] == ["now"]
    assert 123_000_000 <= idle.now_ns <= 123_000_000 + 2 * STEP_NS
    assert not idle.quiet


def test_an_idle_world_follows_the_harness_clock_and_says_that_it_is_quiet(hand: Any) -> None:
    """A server without threads still sees time pass."""
    world = hand("def get_state(self): return int(time.monotonic()), True")
    world.create()
    idle = world.world.run_until(5 * SECOND_NS)
    assert (idle.now_ns, idle.quiet) == (5 * SECOND_NS, True)
    assert world.get_state() == [5, True]


def test_one_seed_gives_one_run(hand: Any) -> None:
    """Same messages in, same messages out, at the same moments; another seed differs."""
    methods = """
    def begin(self):
        for n in range(4): threading.Thread(target=self.tick, args=(n,)).start()
    def tick(self, n):
        for _ in range(10):
            with self.lock: time.sleep(random.random())
            print(n, time.monotonic(), random.random(), id(object()))
    """

    def run(seed: str) -> list[Any]:
        world = hand(methods, before="import random\n", seed=seed)
        world.create()
        return world.run(for_ns=60 * SECOND_NS)

    assert run("a") == run("a")
    assert run("a") != run("b")
    assert not of(ServerRaised, run("a"))
