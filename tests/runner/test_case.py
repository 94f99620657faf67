"""One test, one seed, one result: verdicts, places, limits, traces."""

import hashlib
import json
import signal

import pytest

from raftkit.model import SECOND, Oracles, Verdict

LEADER_WITH = """
    import threading, time
    from raftkit.contract import ApplyMsg, log

    class Raft:
        def __init__(self, peers, me, persister, apply_ch):
            self.peers, self.me, self.apply_ch, self.log = peers, me, apply_ch, []
            self.lock = threading.Lock()
            {init}
        def start(self, command):
            if self.me != 0:
                return -1, 1, False
            self.log.append(command)
            {start}
            return len(self.log), 1, True
        def get_state(self):
            {get_state}
            return 1, self.me == 0
        def snapshot(self, index, snapshot):
            {snapshot}
        def ping(self, args):
            {ping}
        def kill(self):
            pass
"""


def implementation(**bodies: str) -> str:
    """Server 0 leads and keeps a list; the bodies say what happens in each place."""
    places = {"init": "pass", "start": "pass", "get_state": "pass", "snapshot": "pass", "ping": "return args"}
    places.update(bodies)
    return LEADER_WITH.format(**{name: body.replace("\n", "\n            ") for name, body in places.items()})


def test_a_pass_has_its_figures(run):
    """The five figures of the lab's line, and the trace's digest."""
    result = run("- check_one_leader: {save: leader}\n")
    assert result.verdict is Verdict.PASSED
    assert (result.id, result.part, result.title, result.seed) == ("TestMini", "mini", "mini", 1)
    assert (result.servers, result.rpcs, result.bytes, result.commits) == (3, 0, 0, 0)
    assert 0.45 < result.lab_seconds < 0.6
    assert result.reason == ""


def test_the_digest_is_that_of_the_trace_file(run, tmp_path):
    """And the trace begins with the seed and ends with the verdict."""
    result = run("- check_one_leader: {save: leader}\n", seed=77)
    data = (tmp_path / "trace.jsonl").read_bytes()
    assert result.trace_digest == hashlib.sha256(data).hexdigest()
    first, *_, last = map(json.loads, data.splitlines())
    assert (first["event"], first["seed"], first["test"]) == ("test_began", 77, "TestMini")
    assert (last["event"], last["verdict"]) == ("test_ended", "passed")


@pytest.mark.parametrize("most", [5, 20, 10_000])
def test_a_run_can_be_given_up_when_too_much_happens(run, most):
    """Right at that event; its end is the one after it, and the trace is whole."""
    result = run("- {repeat: 50, steps: [check_terms]}\n", most_events=most)
    whole = run("- {repeat: 50, steps: [check_terms]}\n")
    assert 20 < whole.events < 10_000
    if most < whole.events:
        assert (result.verdict, result.events) == (Verdict.TIMED_OUT, most + 2)
        assert result.reason == f"TooManyEvents: more than {most:,} events"
    else:
        assert result == whole


def test_a_failed_check_says_where(run, tmp_path):
    """Suite, line, step, moment."""
    result = run("- sleep: 1s\n- check_no_leader: {}\n")
    assert result.verdict is Verdict.FAILED
    assert result.reason == "UnexpectedLeader: server 0 leads without a majority"
    where = result.failure.where
    assert where.suite.endswith("mini.yaml")
    assert (where.line, where.step, where.test) == (10, "2", "TestMini")
    assert where.at_ns > SECOND


@pytest.mark.parametrize(("sleep_s", "verdict"), [(119, Verdict.PASSED), (121, Verdict.TIMED_OUT)])
def test_the_limit_is_120_lab_seconds(run, sleep_s, verdict):
    """Judged on the lab clock."""
    result = run(f"- sleep: {sleep_s}s\n")
    assert result.verdict is verdict
    assert result.lab_seconds <= 120


def test_a_limit_that_strikes_is_named(run):
    """And the step that was under way."""
    result = run("- sleep: 10s\n", limit_s=5)
    assert result.reason == "TestLimitExceeded: the test limit of 5.000s on the lab clock was crossed"
    assert "--test-limit" in result.failure.expected
    assert "step 1" in result.failure.observed


@pytest.mark.parametrize(
    ("bodies", "step", "reason"),
    [
        pytest.param({"init": "1 / 0"}, "- sleep: 1s", "server 0 raised ZeroDivisionError: division by zero in its constructor", id="constructor"),
        pytest.param({"start": "[][0]"}, "- start: {server: 0, command: 1}", "server 0 raised IndexError: list index out of range in start()", id="start"),
        pytest.param({"get_state": "None.x"}, "- check_one_leader: {save: leader}", "server 0 raised AttributeError: 'NoneType' object has no attribute 'x' in get_state()", id="get_state"),
        pytest.param(
            {"init": "threading.Thread(target=lambda: 1 / 0, name='T').start()"}, "- sleep: 1s",
            "server 0 raised ZeroDivisionError: division by zero in thread T", id="thread",
        ),
        pytest.param(
            {"start": "self.peers[1].call('ping', 1)", "ping": "raise KeyError('x')"}, "- start: {server: 0, command: 1}",
            "server 1 raised KeyError: 'x' in ping from S0", id="handler",
        ),
        pytest.param({"init": "import nothing_of_that_name"}, "- sleep: 1s", "server 0 raised ModuleNotFoundError: No module named 'nothing_of_that_name' in its constructor", id="import"),
    ],
)  # fmt: skip
def test_an_exception_ends_as_crashed(run, bodies, step, reason):
    """Wherever it is raised, with its traceback."""
    result = run(step + "\n", implementation(**bodies))
    assert result.verdict is Verdict.CRASHED
    assert result.failure.summary == reason
    assert "mini_raft.py:" in result.failure.details
    assert "raftkit/" not in result.failure.details


@pytest.mark.parametrize(
    ("bodies", "step"),
    [
        pytest.param({"init": "while True: pass"}, "- sleep: 1s", id="constructor"),
        pytest.param({"start": "while True: pass"}, "- start: {server: 0, command: 1}", id="start"),
        pytest.param({"get_state": "while True: pass"}, "- check_one_leader: {save: leader}", id="get_state"),
        pytest.param(
            {"start": "self.peers[1].call('ping', 1)", "ping": "while True: pass"},
            "- start: {server: 0, command: 1}", id="handler",
        ),
        pytest.param(
            {"init": "def poll():\n    while True:\n        with self.lock: pass\nthreading.Thread(target=poll).start()"},
            "- sleep: 30s", id="a poller that never sleeps",
        ),
    ],
)  # fmt: skip
def test_a_loop_that_never_waits_ends_as_busy(run, bodies, step):
    """With the place where it loops."""
    result = run(step + "\n", implementation(**bodies))
    assert result.verdict is Verdict.BUSY
    assert "loops without ever waiting" in result.reason
    assert "mini_raft.py:" in result.failure.details


def test_a_poller_whose_condition_comes_true_is_not_busy(run):
    """It burns CPU, as it would anywhere, and time passes meanwhile."""
    source = implementation(init="until = time.monotonic() + 0.2\nwhile time.monotonic() < until: pass")
    assert run("- sleep: 1s\n", source).verdict is Verdict.PASSED


SNAPSHOT_UNDER_LOCK = implementation(
    init="threading.Thread(target=self.apply, name='applier').start()",
    snapshot="with self.lock: pass",
) + (
    "        def apply(self):\n            time.sleep(0.1)\n            with self.lock:\n                for i in range(1, 20):\n"
    "                    self.apply_ch.put(ApplyMsg(command_valid=True, command=7, command_index=i))\n"
)


def test_a_lock_held_over_put_that_snapshot_needs_is_a_deadlock(run):
    """The lab's best trap, told with both stacks."""
    result = run(
        "- start: {server: 0, command: 7}\n- sleep: 60s\n", SNAPSHOT_UNDER_LOCK, service="snapshotting"
    )
    assert result.verdict is Verdict.DEADLOCKED
    assert result.lab_seconds < 5
    details = result.failure.details
    assert "'snapshot()' waits for a Lock held by thread 'applier'" in details
    assert (
        "'applier' waits for the service to take an ApplyMsg; the service is still in its call of snapshot()"
        in details
    )


def test_the_same_lock_without_snapshots_is_fine(run):
    """The pair of the test above."""
    assert (
        run("- start: {server: 0, command: 7}\n- sleep: 60s\n", SNAPSHOT_UNDER_LOCK).verdict is Verdict.PASSED
    )


def test_a_lock_that_is_never_released_is_a_deadlock(run):
    """The call of the tester that hangs behind it says so, long before the limit."""
    source = implementation(start="self.lock.acquire()", get_state="with self.lock: pass")
    result = run("- start: {server: 0, command: 1}\n- check_one_leader: {save: leader}\n", source)
    assert result.verdict is Verdict.DEADLOCKED
    assert result.lab_seconds < 15
    assert "it has ended without releasing the lock" in result.failure.details


def test_two_locks_in_opposite_order_are_a_deadlock(run):
    """A circle of two threads."""
    source = implementation(
        init="other = threading.Lock()\n"
        "def one():\n    with self.lock:\n        time.sleep(0.1)\n        with other: pass\n"
        "def two():\n    with other:\n        time.sleep(0.1)\n        with self.lock: pass\n"
        "threading.Thread(target=one, name='one').start(); threading.Thread(target=two, name='two').start()"
    )
    result = run("- sleep: 60s\n", source)
    assert result.verdict is Verdict.DEADLOCKED
    assert "'one'" in result.failure.observed
    assert "'two'" in result.failure.observed


def test_a_lock_used_as_a_signal_is_no_deadlock(run):
    """A thread that waits for itself by the book is woken by another one later."""
    source = implementation(
        init="signal = threading.Lock(); signal.acquire()\n"
        "def wait():\n    signal.acquire()\n"
        "def wake():\n    time.sleep(20)\n    signal.release()\n"
        "threading.Thread(target=wait).start(); threading.Thread(target=wake).start()"
    )
    assert run("- sleep: 60s\n", source).verdict is Verdict.PASSED


def test_a_start_that_hangs_times_out_with_its_stack(run):
    """The step under way, the call that has not returned, and where it stands."""
    source = implementation(start="time.sleep(1000)")
    result = run("- start: {server: 0, command: 1}\n", source, limit_s=20)
    assert result.verdict is Verdict.TIMED_OUT
    assert "start() of server 0 has not returned since" in result.failure.observed
    assert "time.sleep(1000)" in result.failure.details


@pytest.mark.parametrize(
    ("bodies", "step", "reason"),
    [
        pytest.param({"start": "return 1, 2"}, "- start: {server: 0, command: 1}", "start() returned (1, 2)", id="start"),
        pytest.param({"get_state": "return 'one', 'yes'"}, "- check_one_leader: {save: leader}", "get_state() returned ('one', 'yes')", id="get_state"),
        pytest.param({"start": "self.peers[1].call('ping', 1)", "ping": "pass"}, "- start: {server: 0, command: 1}", "the handler ping returned nothing", id="handler"),
        pytest.param({"start": "self.peers[1].call('pong', 1)"}, "- start: {server: 0, command: 1}", "there is no RPC handler 'pong'", id="no such handler"),
    ],
)  # fmt: skip
def test_an_answer_out_of_shape_fails(run, bodies, step, reason):
    """With what was wanted."""
    result = run(step + "\n", implementation(**bodies))
    assert result.verdict is Verdict.FAILED
    assert reason in result.failure.summary
    assert result.failure.expected


def test_an_argument_that_cannot_be_marshalled_names_the_field(run):
    """The smallest part that cannot be copied."""
    source = implementation(start="self.peers[1].call('ping', {'term': 1, 'extra': [0, self.lock]})")
    result = run("- start: {server: 0, command: 1}\n", source)
    assert result.verdict is Verdict.CRASHED
    assert "args['extra'][1] (Lock) cannot be sent to another server" in result.failure.summary


def test_what_belongs_to_the_harness_is_named_and_not_looked_into(run):
    """Its author knows a peer, and not what is inside."""
    result = run(
        "- start: {server: 0, command: 1}\n", implementation(start="self.peers[1].call('ping', [self])")
    )
    assert result.verdict is Verdict.CRASHED
    assert (
        "args[0].peers[0] (LocalPeer) cannot be sent to another server: a peer stays"
        in result.failure.summary
    )


def test_an_import_that_is_refused_reaches_past_the_world(run):
    """As does a call that is refused; whoever catches it has another way, and goes on."""
    result = run("- start: {server: 0, command: 1}\n", implementation(start="import socket"))
    assert result.verdict is Verdict.FAILED
    assert result.reason == "OutsideWorld: server 0 imports socket, in start()"

    caught = implementation(start="try:\n    import socket\nexcept ImportError: pass")
    assert run("- start: {server: 0, command: 1}\n", caught).verdict is Verdict.PASSED


def test_recursion_without_end_is_told_in_a_few_lines(run):
    """And not in a thousand equal ones."""
    result = run("- start: {server: 0, command: 1}\n", implementation(start="self.start(command)"))
    assert result.verdict is Verdict.CRASHED
    assert "RecursionError" in result.reason
    assert "times on end: recursion)" in result.failure.details
    assert len(result.failure.details.splitlines()) < 8


def test_what_did_not_happen_in_time_comes_with_the_calls_that_do_not_return(run):
    """And with the threads that ended without a word."""
    source = implementation(
        start="threading.Thread(target=lambda: self.peers[1].call('ping', 1)).start()",
        ping="while True: time.sleep(0.1)",
        init="import sys; threading.Thread(target=sys.exit, args=('tired',), name='ticker').start()",
    )
    result = run("- agree: {command: 1, servers: 3, retry: false}\n", source)
    assert result.verdict is Verdict.FAILED
    assert result.failure.kind == "AgreementFailed"
    details = result.failure.details
    assert "server 2, thread 'ticker' waits for nothing: it has ended itself by SystemExit: tired" in details
    assert "server 1, thread 'ping from S0' waits for its sleep to end (it began at t=0." in details
    assert "while True: time.sleep(0.1)" in details


def test_what_did_not_happen_in_time_has_no_details_when_nobody_is_stuck(run):
    """The pair of the test above."""
    result = run("- agree: {command: 1, servers: 3, retry: false}\n", implementation())
    assert result.failure.kind == "AgreementFailed"
    assert result.failure.details == ""


def test_a_keyboard_interrupt_that_no_key_has_made_is_a_crash(run, monkeypatch):
    """In a runner child no key reaches the test; elsewhere it means the whole run."""
    source = implementation(start="raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        run("- start: {server: 0, command: 1}\n", source)

    monkeypatch.setattr("signal.getsignal", lambda number: signal.SIG_IGN)
    result = run("- start: {server: 0, command: 1}\n", source)
    assert result.verdict is Verdict.CRASHED
    assert "raise KeyboardInterrupt" in result.failure.details
    assert "raftkit/" not in result.failure.details


FLOOD = implementation(
    init="def flood(peer):\n    while True: self.peers[peer].call('ping', 1)\n"
    "for peer in range(3):\n    threading.Thread(target=flood, args=(peer,)).start()"
)
"""Threads that call again at once."""


def test_rpcs_without_pause_are_a_flood(run):
    result = run("- sleep: 5s\n", FLOOD)
    assert result.verdict is Verdict.FAILED
    assert "sends RPCs without pause" in result.reason


def test_an_oracle_that_a_test_names_does_not_judge_it(run):
    assert run("- sleep: 5s\n", FLOOD, not_judged_by="rpc_flood").verdict is Verdict.PASSED
    assert run("- sleep: 5s\n", FLOOD, not_judged_by="one_vote").verdict is Verdict.FAILED


def test_the_lab_alone_has_no_oracles(run):
    assert run("- sleep: 5s\n", FLOOD, oracles=Oracles.LAB).verdict is Verdict.PASSED


def test_logs_and_prints_are_events_of_their_server(run, tmp_path):
    """With virtual time, topic and fields."""
    source = implementation(
        init="time.sleep(0.5); log.vote('granted', term=4, candidate=me); print('hello', me)"
    )
    run("- sleep: 1s\n", source)
    events = [json.loads(line) for line in (tmp_path / "trace.jsonl").read_bytes().splitlines()]
    logged = [event for event in events if event["event"] == "logged" and event["server"] == 1]
    assert [(event["topic"], event["text"], event["fields"]) for event in logged] == [
        ("VOTE", "granted", {"term": 4, "candidate": 1}),
        ("PRNT", "hello 1", {}),
    ]
    assert logged[0]["at_ns"] >= SECOND // 2


def test_servers_share_nothing(run):
    """A module's globals belong to one server, and to one life of it."""
    source = implementation(init="counter.append(me)\nassert counter == [me], counter").replace(
        "class Raft", "counter = []\n\n    class Raft"
    )
    assert run("- sleep: 1s\n- restart: all\n- sleep: 1s\n", source).verdict is Verdict.PASSED


def test_our_own_fault_is_nobodys_failure(run, monkeypatch):
    """An exception inside raftkit ends as error, whatever the implementation did."""
    from raftkit.cluster import Cluster

    def broken(self):
        raise LookupError("ours")

    monkeypatch.setattr(Cluster, "check_one_leader", broken)
    result = run("- check_one_leader: {save: leader}\n")
    assert result.verdict is Verdict.ERROR
    assert "raftkit's own fault: ours" in result.reason


ASKS_FIRST = implementation(
    init="if me == 0: threading.Timer(0.1, lambda: [peer.call('ping', 1) for peer in peers[1:]]).start()"
)
"""Its leader hears from the others, as one does that has been elected."""


def test_a_pass_in_which_nothing_happened_is_vacuous(run):
    """The facts that a test names must be in its trace."""
    steps = "- check_one_leader: {save: leader}\n"
    result = run(steps, ASKS_FIRST, must_happen="leader_elected, leader_crashed, snapshot_taken")
    assert result.verdict is Verdict.VACUOUS
    assert result.reason == (
        "Vacuous: nothing broke, but it never happened that a leader crashed, "
        "nor that a service made a snapshot and handed it to its Raft"
    )


def test_a_pass_that_bit_is_a_pass(run):
    """The pair of the test above."""
    steps = "- check_one_leader: {save: leader}\n"
    assert run(steps, ASKS_FIRST, must_happen="leader_elected").verdict is Verdict.PASSED


def test_a_leader_that_heard_from_nobody_was_not_elected(run):
    """It only says that it leads."""
    steps = "- check_one_leader: {save: leader}\n"
    assert run(steps, implementation(), must_happen="leader_elected").verdict is Verdict.VACUOUS


def test_a_failure_stays_a_failure(run):
    """What did not happen does not matter then."""
    assert run("- check_no_leader: {}\n", must_happen="snapshot_taken").verdict is Verdict.FAILED
