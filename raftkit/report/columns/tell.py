"""What each kind of event says, in a line; RPCs are ``story``'s."""

from collections.abc import Callable
from typing import Any

from raftkit.model import MS
from raftkit.report.columns.line import Line, Look, safe
from raftkit.report.columns.rpc import compact, number, pairs, plain_fields
from raftkit.trace import (
    Applied,
    Connected,
    Disconnected,
    Event,
    FaultBegan,
    FaultBit,
    FaultEnded,
    LockOverCall,
    Logged,
    NetworkChanged,
    OperationCalled,
    OperationReturned,
    Persisted,
    Raised,
    RanOn,
    Restored,
    SaveFailed,
    ServerCrashed,
    ServerCreated,
    SnapshotApplied,
    SnapshotTaken,
    Started,
    StateRead,
    StepBegan,
    TestBegan,
    TestEnded,
    UnknownEvent,
    Warned,
)

TEST = "TEST"
_BAD_TOPICS = frozenset({"ERRO", "ERROR", "CRITICAL"})


def tell(event: Event) -> Line | None:
    """Return the line for an event, or None for one that says nothing by itself."""
    teller = _TELLERS.get(type(event))
    return teller(event) if teller is not None else None


# --- the test ---


def _test_began(event: TestBegan) -> Line:
    weather = f"{event.network} network" + ("" if event.service == "plain" else f", {event.service} service")
    text = f"{event.test}  part {event.part}  seed {event.seed}  {event.servers} servers, {weather}"
    return Line(event.at_ns, TEST, safe(text), Look.TEST)


def _step_began(event: StepBegan) -> Line:
    look = Look.SUBSTEP if "." in event.step else Look.STEP
    return Line(event.at_ns, TEST, safe(f"step {event.step}  {event.text}"), look)


def _warned(event: Warned) -> Line:
    return Line(event.at_ns, "WARN", safe(f"warning: {event.text}"), Look.FAULT)


def _test_ended(event: TestEnded) -> Line:
    look = Look.TEST if event.verdict == "passed" else Look.FAILURE
    verdict = event.verdict.replace("_", " ").upper()
    return Line(event.at_ns, TEST, safe(f"{verdict}  {event.reason}".rstrip()), look)


# --- faults ---


def _server_created(event: ServerCreated) -> Line:
    if event.incarnation == 1:
        return Line(event.at_ns, TEST, f"S{event.server} started", Look.FAULT)
    saved = f"state {event.state_bytes} B"
    if event.snapshot_bytes:
        saved += f", snapshot {event.snapshot_bytes} B"
    return Line(event.at_ns, TEST, f"S{event.server} restarted with {saved}", Look.FAULT)


def _server_crashed(event: ServerCrashed) -> Line:
    return Line(event.at_ns, TEST, f"S{event.server} crashed", Look.FAULT)


def _connected(event: Connected) -> Line:
    return Line(event.at_ns, TEST, f"S{event.server} connected", Look.FAULT)


def _disconnected(event: Disconnected) -> Line:
    return Line(event.at_ns, TEST, f"S{event.server} cut off", Look.FAULT)


def _network_changed(event: NetworkChanged) -> Line:
    weather = "unreliable" if event.unreliable else "reliable"
    late = ", replies may be overtaken" if event.long_reordering else ""
    return Line(event.at_ns, TEST, f"the network is {weather}{late}", Look.FAULT)


def _fault_began(event: FaultBegan) -> Line:
    return Line(event.at_ns, TEST, safe(f"fault {event.fault}: {event.text}"), Look.FAULT)


def _fault_bit(event: FaultBit) -> Line:
    return Line(event.at_ns, TEST, safe(f"fault {event.fault} bites: {event.text}"), Look.FAULT)


def _fault_ended(event: FaultEnded) -> Line:
    bites = "without effect" if event.bites == 0 else f"bit {event.bites}×"
    return Line(event.at_ns, TEST, f"fault {event.fault} is over, {bites}", Look.FAULT)


# --- clients ---


def _operation_called(event: OperationCalled) -> Line:
    values = " → ".join(value for value in (event.expected, event.value) if value)
    text = f"client {event.client} #{event.operation} {event.kind} {event.key} {values}".rstrip()
    return Line(event.at_ns, "CLNT", safe(text), Look.CLIENT)


def _operation_returned(event: OperationReturned) -> Line:
    answer = "" if event.result is None else f" {compact(event.result)}"
    text = f"client {event.client} #{event.operation} {event.outcome}{answer}"
    return Line(event.at_ns, "CLNT", safe(text), Look.CLIENT)


# --- servers ---


def _persisted(event: Persisted) -> Line:
    snapshot = "" if event.snapshot_bytes is None else f", snapshot {event.snapshot_bytes} B"
    return Line(event.at_ns, "PERS", f"saves {event.state_bytes} B{snapshot}", Look.QUIET, event.server)


def _save_failed(event: SaveFailed) -> Line:
    return Line(event.at_ns, "PERS", "cannot save: its disk fails", Look.BAD, event.server)


def _started(event: Started) -> Line:
    command = compact(event.command)
    if event.accepted:
        text = f"start({command}) → index {event.index}"
        return Line(event.at_ns, "CLNT", text, Look.PLAIN, event.server, term=event.term)
    return Line(event.at_ns, "CLNT", f"start({command}) → does not lead", Look.QUIET, event.server)


def _state_read(event: StateRead) -> Line:
    says = "leads" if event.leader else "does not lead"
    text = f"says it {says}, T{event.term}"
    return Line(event.at_ns, TEST, text, Look.QUIET, event.server, term=event.term)


def _applied(event: Applied) -> Line:
    command = compact(event.command)
    line = Line(event.at_ns, "CMIT", f"applies {event.index}: {command}", Look.PLAIN, event.server)
    line.run.append((event.index, command))
    return line


def _snapshot_applied(event: SnapshotApplied) -> Line:
    text = f"takes a snapshot up to {event.index}/{event.term}, {event.bytes} B"
    return Line(event.at_ns, "SNAP", text, Look.PLAIN, event.server)


def _snapshot_taken(event: SnapshotTaken) -> Line:
    return Line(
        event.at_ns, "SNAP", f"snapshot up to {event.index}, {event.bytes} B", Look.PLAIN, event.server
    )


def _restored(event: Restored) -> Line:
    return Line(event.at_ns, "SNAP", f"restored up to {event.index}", Look.PLAIN, event.server)


def _logged(event: Logged) -> Line:
    topic = safe(event.topic).upper()
    text = safe(f"{event.text} {pairs(event.fields)}".rstrip())
    look = Look.BAD if topic in _BAD_TOPICS else Look.PLAIN
    return Line(event.at_ns, topic, text, look, event.server, term=number(plain_fields(event.fields), "term"))


def _raised(event: Raised) -> Line:
    return Line(event.at_ns, "ERRO", safe(f"raises {event.kind}: {event.summary}"), Look.BAD, event.server)


def _lock_over_call(event: LockOverCall) -> Line:
    held = f"thread {event.holder} holds {event.lock}, while it waits for {event.over}"
    text = safe(f"{held}; thread {event.waiter} has waited for it for {event.waited_ns / MS:.0f} ms")
    return Line(event.at_ns, "WARN", text, Look.BAD, event.server)


def _ran_on(event: RanOn) -> Line:
    text = safe(f"thread {event.thread} runs on after kill()")
    return Line(event.at_ns, "WARN", text, Look.BAD, event.server)


def _unknown(event: UnknownEvent) -> Line:
    server = event.fields.get("server")
    text = safe(f"{event.kind} {pairs(event.fields)}".rstrip())
    if type(server) is int and server >= 0:
        return Line(event.at_ns, "INFO", text, Look.PLAIN, server)
    return Line(event.at_ns, "INFO", text, Look.FAULT)


_TELLERS: dict[type[Event], Callable[[Any], Line]] = {
    TestBegan: _test_began,
    StepBegan: _step_began,
    Warned: _warned,
    TestEnded: _test_ended,
    ServerCreated: _server_created,
    ServerCrashed: _server_crashed,
    Connected: _connected,
    Disconnected: _disconnected,
    NetworkChanged: _network_changed,
    FaultBegan: _fault_began,
    FaultBit: _fault_bit,
    FaultEnded: _fault_ended,
    OperationCalled: _operation_called,
    OperationReturned: _operation_returned,
    Persisted: _persisted,
    SaveFailed: _save_failed,
    Started: _started,
    StateRead: _state_read,
    Applied: _applied,
    SnapshotApplied: _snapshot_applied,
    SnapshotTaken: _snapshot_taken,
    Restored: _restored,
    Logged: _logged,
    LockOverCall: _lock_over_call,
    Raised: _raised,
    RanOn: _ran_on,
    UnknownEvent: _unknown,
}
