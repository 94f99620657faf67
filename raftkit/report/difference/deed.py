"""What an event is, in words: who did what. ``S2 grants its vote for term 4 to S1``."""

from collections.abc import Callable
from typing import Any

from raftkit.report.clean import clean
from raftkit.report.columns.rpc import compact
from raftkit.report.difference._deed import TEST, Deed, Knowledge, server
from raftkit.report.difference._messages import MESSAGES
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


def deed(event: Event, known: Knowledge) -> Deed:
    """Return what an event is, as somebody who knows the events before it would say."""
    teller = _TELLERS[type(event)]
    return teller(event, known)


# --- servers ---


def _persisted(event: Persisted, known: Knowledge) -> Deed:
    snapshot = "" if event.snapshot_bytes is None else f" and a snapshot of {event.snapshot_bytes}"
    return Deed(server(event.server), "save", "saves", f"a state of {event.state_bytes} bytes{snapshot}")


def _save_failed(event: SaveFailed, known: Knowledge) -> Deed:
    return Deed(server(event.server), "fail", "fails", "to save, as its disk does not take it")


def _started(event: Started, known: Knowledge) -> Deed:
    who, command = server(event.server), f"the command {compact(event.command)}"
    if event.accepted:
        return Deed(who, "take", "takes", f"{command} at index {event.index} in term {event.term}")
    return Deed(who, "decline", "declines", command)


def _state_read(event: StateRead, known: Knowledge) -> Deed:
    leads = "leads" if event.leader else "does not lead"
    return Deed(server(event.server), "say", "says", f"that it {leads} in term {event.term}")


def _applied(event: Applied, known: Knowledge) -> Deed:
    return Deed(server(event.server), "apply", "applies", f"{compact(event.command)} at index {event.index}")


def _snapshot_applied(event: SnapshotApplied, known: Knowledge) -> Deed:
    what = f"a snapshot up to {event.index} of {event.bytes} bytes"
    return Deed(server(event.server), "take over", "takes over", what)


def _snapshot_taken(event: SnapshotTaken, known: Knowledge) -> Deed:
    what = f"a snapshot up to {event.index} of {event.bytes} bytes"
    return Deed(server(event.server), "make", "makes", what)


def _restored(event: Restored, known: Knowledge) -> Deed:
    return Deed(server(event.server), "restore", "restores", f"its snapshot up to {event.index}")


def _logged(event: Logged, known: Knowledge) -> Deed:
    fields = compact(event.fields)
    what = f"{clean(event.topic)} {clean(event.text)} {fields}".strip()
    return Deed(server(event.server), "log", "logs", f"'{what}'")


def _raised(event: Raised, known: Knowledge) -> Deed:
    return Deed(server(event.server), "raise", "raises", clean(event.kind))


def _lock_over_call(event: LockOverCall, known: Knowledge) -> Deed:
    return Deed(
        server(event.server), "hold", "holds", f"a lock over a call: {clean(event.lock)}, {clean(event.over)}"
    )


def _ran_on(event: RanOn, known: Knowledge) -> Deed:
    return Deed(server(event.server), "run on", "runs on", f"after kill(), in thread {clean(event.thread)}")


# --- clients ---


def _operation_called(event: OperationCalled, known: Knowledge) -> Deed:
    wanted = " ".join(f"{event.kind} {event.key} {event.expected} {event.value}".split())
    return Deed(f"client {event.client}", "ask", "asks", f"for {clean(wanted)}")


def _operation_returned(event: OperationReturned, known: Knowledge) -> Deed:
    answer = f"{event.outcome} {'' if event.result is None else compact(event.result)}".rstrip()
    return Deed(f"client {event.client}", "have", "has", f"its answer: {clean(answer)}")


# --- the test ---


def _created(event: ServerCreated, known: Knowledge) -> Deed:
    if event.incarnation == 1:
        return Deed(TEST, "start", "starts", server(event.server))
    return Deed(
        TEST, "restart", "restarts", f"{server(event.server)} with a state of {event.state_bytes} bytes"
    )


def _crashed(event: ServerCrashed, known: Knowledge) -> Deed:
    return Deed(TEST, "take down", "takes down", server(event.server))


def _connected(event: Connected, known: Knowledge) -> Deed:
    return Deed(TEST, "connect", "connects", server(event.server))


def _disconnected(event: Disconnected, known: Knowledge) -> Deed:
    return Deed(TEST, "cut off", "cuts off", server(event.server))


def _weather(event: NetworkChanged, known: Knowledge) -> Deed:
    weather = "unreliable" if event.unreliable else "reliable"
    late = ", with replies that overtake each other" if event.long_reordering else ""
    return Deed(TEST, "make", "makes", f"the network {weather}{late}")


def _fault_began(event: FaultBegan, known: Knowledge) -> Deed:
    return Deed(TEST, "bring", "brings", f"fault {event.fault} ({clean(event.text)})")


def _fault_bit(event: FaultBit, known: Knowledge) -> Deed:
    return Deed(f"fault {event.fault}", "bite", "bites", f"({clean(event.text)})")


def _fault_ended(event: FaultEnded, known: Knowledge) -> Deed:
    return Deed(TEST, "end", "ends", f"fault {event.fault}, which bit {event.bites} times")


def _began(event: TestBegan, known: Knowledge) -> Deed:
    return Deed(TEST, "begin", "begins", f"with seed {event.seed} and {event.servers} servers")


def _warned(event: Warned, known: Knowledge) -> Deed:
    return Deed(TEST, "warn", "warns", f"that {clean(event.text)}")


def _step(event: StepBegan, known: Knowledge) -> Deed:
    return Deed(TEST, "reach", "reaches", f"step {event.step} ({clean(event.text)})")


def _ended(event: TestEnded, known: Knowledge) -> Deed:
    if event.verdict == "passed":
        return Deed(TEST, "pass", "passes")
    verdict = event.verdict.replace("_", " ")
    return Deed(TEST, "end", "ends", f"as {verdict}: {clean(event.reason)}")


def _unknown(event: UnknownEvent, known: Knowledge) -> Deed:
    return Deed(TEST, "record", "records", f"{clean(event.kind)} {compact(event.fields)}")


_TELLERS: dict[type[Event], Callable[[Any, Knowledge], Deed]] = {
    **MESSAGES,
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
    ServerCreated: _created,
    ServerCrashed: _crashed,
    Connected: _connected,
    Disconnected: _disconnected,
    NetworkChanged: _weather,
    FaultBegan: _fault_began,
    FaultBit: _fault_bit,
    FaultEnded: _fault_ended,
    TestBegan: _began,
    StepBegan: _step,
    Warned: _warned,
    TestEnded: _ended,
    UnknownEvent: _unknown,
}
