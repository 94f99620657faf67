"""Which lines are wanted: by topic, server, term, time or pattern."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from raftkit.report.columns.line import Line, Look

DROP = "DROP"
"""The topic that an RPC has beside its own when it came to nothing."""
FAULTS_SHOWN = 3
"""How many faults before a picked line are shown with it at most."""


class Context:
    """The rules behind which a picked line stands, and that were not shown yet: test, step, faults."""

    def __init__(self) -> None:
        self._test: list[tuple[int, Line]] = []
        self._step: list[tuple[int, Line]] = []
        self._faults: deque[tuple[int, Line]] = deque(maxlen=FAULTS_SHOWN)
        self._added = 0

    def add(self, rule: Line) -> None:
        """Take a rule; a step takes the place of the one before."""
        self._added += 1
        place = (self._added, rule)
        if rule.look is Look.FAULT:
            self._faults.append(place)
        elif rule.look is Look.TEST:
            self._test[:] = [place]
        elif rule.look in (Look.STEP, Look.SUBSTEP):
            self._step[:] = [place]

    def add_place(self, line: Line) -> None:
        """Take a line of the time before, if it says where in the test one is; faults show in the lifelines."""
        if line.look in (Look.TEST, Look.STEP, Look.SUBSTEP):
            self.add(line)

    def take(self) -> Iterator[Line]:
        """Yield them as they came, and forget them."""
        for _, rule in sorted((*self._test, *self._step, *self._faults), key=lambda place: place[0]):
            yield rule
        for kept in (self._test, self._step, self._faults):
            kept.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to show; what is left empty leaves nothing out.

    Attributes:
        just: Only these topics.
        ignore: None of these topics.
        servers: Only these servers; an RPC is shown if it is from or to one of them.
        terms: Only lines about terms from the first to the last.
        from_ns: Only what happened from then on,
        to_ns: and up to then.
        around_end_ns: Only what happened so long before the end.
        pattern: Only lines in which it is found.
    """

    just: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    servers: frozenset[int] = frozenset()
    terms: tuple[int, int] | None = None
    from_ns: int = 0
    to_ns: int | None = None
    around_end_ns: int | None = None
    pattern: re.Pattern[str] | None = None

    @property
    def picks(self) -> bool:
        """Whether lines are picked one by one; rules are shown then only for those that are."""
        return bool(self.just or self.servers or self.terms or self.pattern)

    def fits(self, line: Line) -> bool:
        """Whether a line that is no rule is wanted."""
        topics = {line.topic} if line.is_good or line.target is None else {line.topic, DROP}
        if (self.just and not topics & self.just) or topics & self.ignore:
            return False
        if self.servers and line.server not in self.servers and line.target not in self.servers:
            return False
        if self.terms and (line.term is None or not self.terms[0] <= line.term <= self.terms[1]):
            return False
        return self.pattern is None or self.pattern.search(f"{line.topic} {line.words}") is not None


def pick(lines: Iterable[Line | None], wanted: Wanted) -> Iterator[Line | None]:
    """Yield the wanted lines, and the rules that say where in the test they stand."""
    context = Context()
    for line in _in_time(lines, wanted, context):
        if line is None:
            yield None
        elif not line.look.is_wide:
            if wanted.fits(line):
                yield from context.take()
                yield line
        elif line.topic not in wanted.ignore:
            if _is_shown(line, wanted):
                yield from context.take()
                yield line
            else:
                context.add(line)


def _is_shown(rule: Line, wanted: Wanted) -> bool:
    """Whether a rule is shown for its own sake; a step inside a step waits for something to happen in it."""
    if not wanted.picks:
        return rule.look is not Look.SUBSTEP
    if rule.look is Look.FAILURE or rule.topic in wanted.just:
        return True
    if not rule.is_timed and not (wanted.pattern or wanted.servers or wanted.terms):
        return True  # what the Go tester prints, or a panic
    return wanted.pattern is not None and wanted.pattern.search(rule.text) is not None


# --- time ---


def _in_time(lines: Iterable[Line | None], wanted: Wanted, context: Context) -> Iterator[Line | None]:
    """Yield the lines of the time that is wanted; rules before it are context."""
    if wanted.around_end_ns is not None:
        yield from _last(lines, wanted.around_end_ns, context)
        return
    for line in lines:
        if line is None:
            yield None
        elif wanted.to_ns is not None and line.at_ns > wanted.to_ns:
            return
        elif line.at_ns >= wanted.from_ns:
            yield line
        else:
            context.add_place(line)


def _last(lines: Iterable[Line | None], span_ns: int, context: Context) -> Iterator[Line]:
    """Keep no more than the span needs, and yield it when there is no more."""
    kept: deque[Line] = deque()
    for line in lines:
        if line is None:
            continue
        kept.append(line)
        while kept[0].at_ns < line.at_ns - span_ns:
            context.add_place(kept.popleft())
    yield from kept
