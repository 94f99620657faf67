"""A counter-example as a picture: a lane for each client, time from left to right.

    client 0  ├─put x=a1──┤ ├─put x=a2──┤
    client 1                               ├─get x → a1┤  finds no place

Distances are those of reading, not of time: moments keep their order, and labels find room.
"""

from collections.abc import Iterable
from itertools import pairwise

from raftkit.linearizability._counterexample import Counterexample
from raftkit.linearizability._history import Kind, Operation, Outcome
from raftkit.linearizability._words import short, shown

WIDEST = 150
"""Columns; a counter-example that needs more is told and not drawn."""
_GAP = 2


def lanes(found: Counterexample) -> list[str]:
    """Draw it; no lines when it would be too wide to read."""
    columns = _columns(found.operations)
    width = max(columns.values(), default=0) + 1
    if width > WIDEST:
        return []
    lines = []
    for client in sorted({operation.client for operation in found.operations}):
        mine = [operation for operation in found.operations if operation.client == client]
        for row, overlapping in enumerate(_rows(mine)):
            name = f"client {client}" if row == 0 else ""
            text = _lane(overlapping, columns, width)
            mark = "  finds no place" if any(o is found.blocked for o in overlapping) else ""
            lines.append(f"{name:<10} {text.rstrip()}{mark}".rstrip())
    return lines


_Moment = tuple[int, bool]
"""When, and whether it is a return: at one moment calls come first."""


def _columns(operations: Iterable[Operation]) -> dict[_Moment, int]:
    """Give each moment a column, later ones further right, so that every label fits its bar."""
    calls = {(o.called_ns, False) for o in operations}
    moments = sorted(calls | {(_end_ns(o), True) for o in operations})
    columns = dict.fromkeys(moments, 0)
    for earlier, moment in pairwise([(-1, False), *moments]):
        needed = [columns[earlier] + _GAP] if earlier in columns else [0]
        if moment[1]:
            ending = [o for o in operations if _end_ns(o) == moment[0]]
            needed += [columns[(o.called_ns, False)] + len(_label(o)) + 3 for o in ending]
        columns[moment] = max(needed)
    return columns


def _end_ns(operation: Operation) -> int:
    """Where its bar ends; an uncertain one is drawn as long as its client waited."""
    return operation.called_ns if operation.returned_ns is None else operation.returned_ns


def _rows(operations: list[Operation]) -> list[list[Operation]]:
    """Spread one client's operations over rows, so that none covers another."""
    rows: list[list[Operation]] = []
    for operation in operations:
        for row in rows:
            if _end_ns(row[-1]) < operation.called_ns:
                row.append(operation)
                break
        else:
            rows.append([operation])
    return rows


def _lane(operations: list[Operation], columns: dict[_Moment, int], width: int) -> str:
    cells = [" "] * width
    for operation in operations:
        first, last = columns[(operation.called_ns, False)], columns[(_end_ns(operation), True)]
        end = "┤" if operation.outcome is Outcome.OK else "┄"
        cells[first : last + 1] = "├" + f"─{_label(operation)}".ljust(last - first - 1, "─") + end
    return "".join(cells)


def _label(operation: Operation) -> str:
    text = short(operation.action)
    if operation.outcome is not Outcome.OK:
        return f"{text} ?"
    return f"{text} → {shown(operation.result)}" if _answers(operation) else text


def _answers(operation: Operation) -> bool:
    return operation.action.kind in (Kind.GET, Kind.COMPARE_AND_SET)
