"""A counter-example in sentences."""

from raftkit.linearizability._counterexample import Counterexample
from raftkit.linearizability._history import Action, Kind, Operation, Outcome, Result
from raftkit.model import seconds

LONGEST_VALUE = 40


def headline(found: Counterexample) -> str:
    """Say in one sentence what cannot be: ``client 2 read x = 1, 2.100s to 2.200s, after ...``."""
    blocked = found.blocked
    text = f"client {blocked.client} {did(blocked)}, {_when(blocked)}"
    before = [o for o in found.operations if o.outcome is Outcome.OK and _is_before(o, blocked)]
    if before:
        last = max(before, key=lambda o: o.returned_ns or 0)
        return f"{text}, after client {last.client} {did(last)}, acknowledged at {seconds(last.returned_ns or 0)}"
    return f"{text}, which no order of the operations on {found.key} gives"


def tell(found: Counterexample) -> list[str]:
    """Tell it operation by operation, by the moments of their calls."""
    lines = []
    for operation in found.operations:
        place = found.order.index(operation) + 1 if operation in found.order else 0
        note = "finds no place" if operation is found.blocked else f"fits as number {place}" if place else ""
        line = f"client {operation.client} {did(operation)}, {_when(operation)}"
        lines.append(f"{line}: {note}" if note else line)
    if found.others:
        lines.append(
            f"(of {found.others} further operations on {found.key}, none helps, whenever it may have taken effect)"
        )
    return lines


def did(operation: Operation) -> str:
    """Say what an operation did, or tried to do: ``read x = 1``."""
    if operation.outcome is not Outcome.OK:
        return f"asked for {short(operation.action)}"
    action = operation.action
    match action.kind:
        case Kind.GET:
            return f"read {action.key} = {shown(operation.result)}"
        case Kind.PUT:
            return f"put {action.key} = {shown(action.value)}"
        case Kind.APPEND:
            return f"appended {shown(action.value)} to {action.key}"
        case Kind.COMPARE_AND_SET:
            found = "found" if operation.result else "did not find"
            then = f" and put {shown(action.value)}" if operation.result else ""
            return f"{found} {action.key} = {shown(action.expected)}{then}"


def short(action: Action) -> str:
    """Say what was asked, briefly enough for a picture: ``put x=1``."""
    match action.kind:
        case Kind.GET:
            return f"get {action.key}"
        case Kind.PUT:
            return f"put {action.key}={shown(action.value)}"
        case Kind.APPEND:
            return f"append {action.key}+{shown(action.value)}"
        case Kind.COMPARE_AND_SET:
            return f"cas {action.key} {shown(action.expected)}→{shown(action.value)}"


def shown(value: Result) -> str:
    """Show a value: its end, when it is long, since that is where values grow."""
    text = "[" + " ".join(value) + "]" if isinstance(value, tuple) else str(value)
    if text in ("", "[]"):
        return "nothing"
    return text if len(text) <= LONGEST_VALUE else "…" + text[-LONGEST_VALUE:]


def _is_before(operation: Operation, other: Operation) -> bool:
    return operation.returned_ns is not None and operation.returned_ns < other.called_ns


def _when(operation: Operation) -> str:
    if operation.outcome is Outcome.OK:
        return f"{seconds(operation.called_ns)} to {seconds(operation.returned_ns or 0)}"
    return f"from {seconds(operation.called_ns)} on, outcome unknown"
