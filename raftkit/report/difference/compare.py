"""Reads two traces at once, up to the first event that differs. Memory does not grow with their length.

Three things are no difference. What was chosen for a run (its seed, say) is told apart from what happened. The line
of a step changes when somebody adds a comment to a suite. And lines that were logged or printed are passed over as
long as nothing else differs: a difference in them alone is the last one to be told.
"""

from collections import deque
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from raftkit.report.difference._deed import Knowledge
from raftkit.trace import Event, Logged, StepBegan, TestBegan, TraceReader, name_of, open_lines

COMMON_SHOWN = 6
"""Events before the parting."""
AHEAD = 400
"""Events after it, of each trace: enough to find what now happens later."""


@dataclass(slots=True, kw_only=True)
class Parting:
    """Where two traces part.

    Attributes:
        chosen: What was chosen differently for the runs, by name; both values.
        common: The last events that both have.
        first: What comes next in the first trace; empty at its end.
        second: What comes next in the second.
        number: How many events both have; also the place of the first that differs, from 0.
        is_in_logs: Whether they differ in nothing but what was logged.
        knowledge: What the common events tell about terms and calls under way.
    """

    chosen: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    common: list[Event] = field(default_factory=list)
    first: list[Event] = field(default_factory=list)
    second: list[Event] = field(default_factory=list)
    number: int = 0
    is_in_logs: bool = False
    knowledge: Knowledge = field(default_factory=Knowledge)

    @property
    def at_ns(self) -> int:
        """The moment: of the earlier of the two events."""
        return min(events[0].at_ns for events in (self.first, self.second) if events)


def compare(first: str | Path, second: str | Path) -> Parting | None:
    """Return where two traces part, or None when the same happened in both.

    Raises:
        TraceError: One of them cannot be read.
    """
    with open_lines(first) as lines, open_lines(second) as others:
        return _Comparison(_Side(lines, name_of(first)), _Side(others, name_of(second))).run()


class _Side:
    """One trace, and the place in it that has been reached."""

    def __init__(self, lines: Iterator[bytes], name: str) -> None:
        self._lines = lines
        self._reader = TraceReader(name)
        self.line: bytes = b""
        self.event: Event | None = None
        self.advance()

    def advance(self) -> None:
        """Go on to the next event."""
        for line in self._lines:
            self.event = self._reader.event(line)
            if self.event is not None:
                self.line = line
                return
        self.line, self.event = b"", None

    def rest(self) -> Iterator[Event]:
        """Yield what comes from here on; it can be read once."""
        while self.event is not None:
            yield self.event
            self.advance()


class _Comparison:
    def __init__(self, first: _Side, second: _Side) -> None:
        self._first = first
        self._second = second
        self._common: deque[Event] = deque(maxlen=COMMON_SHOWN)
        self._knowledge = Knowledge()
        self._chosen: dict[str, tuple[Any, Any]] = {}
        self._number = 0
        self._logs: Parting | None = None

    def run(self) -> Parting | None:
        first, second = self._first, self._second
        while first.line or second.line:
            if first.line == second.line or self._is_alike(first.event, second.event):
                self._note(first.event)
                first.advance()
                second.advance()
            elif not self._pass_over_logs():
                return self._parting(list(islice(first.rest(), AHEAD)), list(islice(second.rest(), AHEAD)))
        return self._logs or (self._parting([], []) if self._chosen else None)

    def _note(self, event: Event | None) -> None:
        if event is not None:
            self._number += 1
            self._common.append(event)
            self._knowledge.note(event)

    def _is_alike(self, first: Event | None, second: Event | None) -> bool:
        match first, second:
            case StepBegan(), StepBegan():
                return msgspec.structs.replace(first, line=second.line) == second
            case TestBegan(), TestBegan():
                self._chosen |= {
                    name: (getattr(first, name), getattr(second, name))
                    for name in first.__struct_fields__
                    if getattr(first, name) != getattr(second, name)
                }
                return True
        return False

    def _pass_over_logs(self) -> bool:
        """Go past a log line that only one of them has; say whether there was one."""
        logged = [side for side in (self._first, self._second) if type(side.event) is Logged]
        if logged and self._logs is None:
            here = [[side.event] if side.event else [] for side in (self._first, self._second)]
            self._logs = self._parting(*here)
            self._logs.is_in_logs = True
        for side in logged:
            side.advance()
        return bool(logged)

    def _parting(self, first: list[Event], second: list[Event]) -> Parting:
        return Parting(
            chosen=self._chosen,
            common=list(self._common),
            first=first,
            second=second,
            number=self._number,
            knowledge=deepcopy(self._knowledge),
        )
