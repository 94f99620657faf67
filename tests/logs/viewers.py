"""What other people's viewers accept, as far as their sources and pages say: ShiViz and Perfetto.

The viewers themselves are programs for a browser with a network and are not run here.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from raftkit.report.causality import Clock

SHIVIZ_DEFAULT = r"(?P<event>.*)\n(?P<host>\S*) (?P<clock>{.*})"
"""What ShiViz parses a log with when it is told nothing else, in Python's spelling."""


@dataclass(frozen=True)
class ShivizEvent:
    """An event as ShiViz has it."""

    text: str
    host: str
    clock: Clock


def read_shiviz(log: str) -> list[ShivizEvent]:
    """Parse a log and check it as ShiViz does; an assertion fails where ShiViz shows an error.

    A vector clock is a JSON object of host to positive whole number, with its own host in it. A host's own clock
    counts 1, 2, 3, ... along its events. What a clock says of another host is the number of an event of that host. Clocks
    are transitive: who knows an event knows what that event knew. Nothing happens before itself.
    """
    events = []
    for found in re.finditer(SHIVIZ_DEFAULT, log):
        clock = json.loads(found["clock"])
        assert all(type(count) is int and count > 0 for count in clock.values()), found[0]
        events.append(ShivizEvent(found["event"], found["host"], clock))
    by_host: dict[str, list[ShivizEvent]] = {}
    for event in events:
        by_host.setdefault(event.host, []).append(event)
        assert event.clock[event.host] == len(by_host[event.host]), event
    for event in events:
        for host, count in event.clock.items():
            known = by_host[host][count - 1]
            assert all(event.clock.get(other, 0) >= seen for other, seen in known.clock.items()), (
                event,
                known,
            )
            assert known is event or known.clock.get(event.host, 0) < event.clock[event.host], (event, known)
    return events


@dataclass
class PerfettoTrace:
    """What Perfetto makes of a document.

    Attributes:
        slices: By track, the names of all slices.
        arrows: Pairs of slices' names, from and to.
        loose: Arrows that end nowhere.
    """

    slices: dict[int, list[str]] = field(default_factory=dict)
    arrows: list[tuple[str, str]] = field(default_factory=list)
    loose: int = 0


PHASES = {"B", "E", "X", "i", "s", "f", "M"}


def read_perfetto(text: str) -> PerfettoTrace:
    """Import a document as Perfetto does; an assertion fails where Perfetto counts an error, and draws less.

    Microseconds become whole nanoseconds, and what is behind them is cut off. Events are ordered by time, those of one moment as they stand in the file. Slices of a track are nested. An arrow
    belongs to the innermost slice that is open on its track then; its id is a number, and its ends share category,
    name and id.
    """
    document = json.loads(text)
    trace = PerfettoTrace()
    stacks: dict[int, list[tuple[str, float]]] = {}
    starts: dict[tuple[Any, ...], tuple[str, float]] = {}
    for part in document["traceEvents"]:
        assert part["ph"] in PHASES, part
        assert type(part["pid"]) is int, part
        assert part["ph"] == "M" or (type(part["tid"]) is int and type(part["ts"]) in (int, float)), part
        assert part["ph"] == "E" or (type(part["name"]) is str and part["name"]), part
    timed = [(int(part["ts"] * 1000), part) for part in document["traceEvents"] if part["ph"] != "M"]
    for at, part in sorted(timed, key=lambda pair: pair[0]):
        phase, track = part["ph"], part["tid"]
        stack = stacks.setdefault(track, [])
        if phase in "BEX":
            while stack and stack[-1][1] <= at:
                stack.pop()
        if phase == "B":
            stack.append((part["name"], float("inf")))
        elif phase == "E":
            assert stack, ("an end without a beginning", part)
            assert stack.pop()[1] == float("inf"), ("the end of what has ended by itself", part)
        elif phase == "X":
            end = at + int(part["dur"] * 1000)
            assert part["dur"] >= 0, part
            assert not stack or end <= stack[-1][1], ("slices overlap", part, stack[-1])
            stack.append((part["name"], end))
        elif phase == "i":
            assert part["s"] in "gpt", part
        else:
            _arrow(trace, starts, part, stack)
        if phase in "BX":
            trace.slices.setdefault(track, []).append(part["name"])
    assert all(end != float("inf") for stack in stacks.values() for _, end in stack), "a slice never ends"
    trace.loose = len(starts)
    return trace


def _arrow(
    trace: PerfettoTrace, starts: dict[Any, Any], part: dict[str, Any], stack: list[tuple[str, float]]
) -> None:
    assert type(part["id"]) is int, part
    assert stack, ("an arrow without a slice", part)
    key = part["cat"], part["name"], part["id"]
    if part["ph"] == "s":
        assert key not in starts, part
        starts[key] = stack[-1][0], part["ts"]
    else:
        assert part["bp"] == "e", part
        name, began = starts.pop(key)
        assert began <= part["ts"], part
        trace.arrows.append((name, stack[-1][0]))
