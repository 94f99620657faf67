"""The words that every room shares: ids, verdicts, failures, results.

This file imports nothing of ours, and everybody may import it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

ServerId = NewType("ServerId", int)
"""A member of the cluster, 0..n-1."""
Term = NewType("Term", int)
LogIndex = NewType("LogIndex", int)
"""A place in the log; the first entry has index 1."""
CallId = NewType("CallId", int)
"""One question across the boundary, and its answer."""
Seed = NewType("Seed", int)

US = 1_000
MS = 1_000_000
SECOND = 1_000_000_000
"""Virtual time is an int of nanoseconds from 0; these are its units."""


def seconds(ns: int) -> str:
    """Virtual time as people read it: ``2.314s``, to the microsecond when that says more."""
    whole, rest = divmod(ns, SECOND)
    micros = rest // US
    text = f"{whole}.{micros:06d}"
    while text.endswith("0") and len(text.split(".")[1]) > 3:
        text = text[:-1]
    return text + "s"


class Verdict(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"  # a check or an oracle was broken: here is the evidence
    TIMED_OUT = "timed_out"  # a limit struck
    DEADLOCKED = "deadlocked"  # threads wait for each other for ever
    BUSY = "busy"  # code burned CPU without ever letting time pass
    CRASHED = "crashed"  # the implementation raised, or ended its process
    VACUOUS = "vacuous"  # nothing broke, but what the test is about never happened
    ERROR = "error"  # raftkit's own fault, or the machine's
    NOT_RUN = "not_run"  # the run's total limit was crossed before

    @property
    def is_inconclusive(self) -> bool:
        """Whether the implementation cannot be blamed for this end."""
        return self in (Verdict.ERROR, Verdict.VACUOUS)


class Instrumentation(StrEnum):
    """How much of an implementation's code is instrumented while it is loaded."""

    OFF = "off"
    BUDGET = "budget"  # as usual: loops count, so that one that never waits is noticed
    PREEMPT = "preempt"  # and threads may be interrupted between any two lines
    RACE = "race"  # and what they share is watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The place in a suite, and the moment, at which something was noticed."""

    suite: str
    line: int
    test: str
    step: str
    at_ns: int

    def __str__(self) -> str:
        step = f", step {self.step}" if self.step else ""
        return f"{self.suite}:{self.line}  {self.test}{step}, t={seconds(self.at_ns)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A step on the way to a failure.

    Attributes:
        text: What happened.
        at_ns: When; None for what is said of a whole stretch of time.
        line: The line of the trace that shows it, from 1; 0 when no single one does.
    """

    text: str
    at_ns: int | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a test failed, for its author.

    Attributes:
        source: Section, figure or page that the rule comes from.
        rule: What the paper asks, in our own words.
        broken_by: Which server broke it at which moment, as far as the trace shows that.
        moments: How it came about: of all that could have had an influence, what decided.
        evidence: Lines of the trace by which the failure shows; what could have influenced these could have led to it.
        look: What to look at first.
    """

    source: str
    rule: str
    broken_by: str = ""
    moments: tuple[Moment, ...] = ()
    evidence: tuple[int, ...] = ()
    look: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What broke, as data; every text that people read is made from it.

    Attributes:
        kind: The error's name, for example ``AgreementFailed``.
        summary: One sentence: what happened.
        where: Place and moment, or None when it happened outside a step.
        expected: What should have been seen.
        observed: What was seen.
        advice: What to look at first.
        details: Stacks, thread tables, log tails: several lines, or empty.
        explanation: The rule that it is about, and what led there.
    """

    kind: str
    summary: str
    where: Where | None = None
    expected: str = ""
    observed: str = ""
    advice: str = ""
    details: str = ""
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a test and a run may use.

    Attributes:
        test_ns: Lab clock, one test (the lab's 120 s).
        total_ns: Lab clock, the sum of a run's tests (the lab's 600 s).
        cpu_seconds: CPU of one test's process: a guard, far above what any sane implementation needs.
        idle_seconds: Wall clock without one scheduling step: a C call that never returns.
        memory_bytes: Growth of the test's process, in resident memory, above its level when the test began.
    """

    test_ns: int = 120 * SECOND
    total_ns: int = 600 * SECOND
    cpu_seconds: float = 120.0
    idle_seconds: float = 5.0
    memory_bytes: int = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJudged:
    """What the oracles of a run could not see.

    Attributes:
        what: The message that would have shown it.
        instead: What was seen in its place, untrusted.
        oracles: Who would have needed it.
    """

    what: str
    instead: str
    oracles: tuple[str, ...]


class Oracles(StrEnum):
    """Who judges a run, beside the steps of its suite."""

    ALL = "all"
    LAB = "lab"
    """Nobody: the checks of the lab's own tester alone."""


class Clock(StrEnum):
    """What a run's time is."""

    VIRTUAL = "virtual"
    REAL = "real"
    """The machine's own: a Go lab that never waits can be run, and no run can be repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """How tests are run, beside what they are, their seeds and their limits.

    Attributes:
        isolate: Whether the implementation is locked in a process of its own.
        apart: Whether each server is a world of its own: with ``isolate``, in a process of its own.
        oracles: Who judges.
        preempt: Whether threads of a server are interrupted between any two lines.
        race: The same, and what they share is watched.
        clock: By which time passes.
    """

    isolate: bool = False
    apart: bool = False
    oracles: Oracles = Oracles.ALL
    preempt: bool = False
    race: bool = False
    clock: Clock = Clock.VIRTUAL

    @property
    def instrumentation(self) -> Instrumentation:
        """What the implementation's code needs for it."""
        if self.race:
            return Instrumentation.RACE
        return Instrumentation.PREEMPT if self.preempt else Instrumentation.BUDGET


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One test, one seed, one verdict.

    Attributes:
        id: The test's name, ``TestFigure82C``.
        part: ``2A`` .. ``2D``, or the part a user's suite names.
        title: The lab's title, ``Figure 8``.
        reason: One sentence; empty for a pass.
        lab_ns: Virtual time that the test took.
        wall_seconds: Real time that it took.
        cpu_seconds: CPU time that it took.
        servers: Size of the cluster.
        rpcs: RPCs sent, also on cut links.
        bytes: Argument bytes sent and reply bytes delivered.
        commits: How far the highest applied index moved.
        events: Lines of its trace, whether it was written or not.
        trace_digest: SHA-256 of the trace's bytes; empty when there is no trace.
        trace_file: Where the trace was left, or empty.
        failure: The evidence, for every verdict but passed.
        warnings: Sentences for the reader that do not change the verdict.
        not_judged: What a pass says nothing about, since oracles could not see it.
        clock: By which it ran. By the real one ``lab_ns`` is real time, and its seed does not repeat it.
    """

    id: str
    part: str
    title: str
    verdict: Verdict
    seed: int
    reason: str = ""
    lab_ns: int = 0
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    servers: int = 0
    rpcs: int = 0
    bytes: int = 0
    commits: int = 0
    events: int = 0
    trace_digest: str = ""
    trace_file: str = ""
    failure: Failure | None = None
    warnings: tuple[str, ...] = field(default=())
    not_judged: tuple[NotJudged, ...] = field(default=())
    clock: Clock = Clock.VIRTUAL

    @property
    def lab_seconds(self) -> float:
        """Virtual time in seconds, for people and for JSON."""
        return self.lab_ns / SECOND
