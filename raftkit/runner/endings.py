"""How a test ended whose child could not say so itself: verdict, reason and evidence."""

import signal
import time
from dataclasses import dataclass, replace

from raftkit.model import Failure, Limits, Result, Verdict, Where
from raftkit.runner._last_events import LastEvents
from raftkit.runner._process import Process
from raftkit.runner._stacks import python_stacks
from raftkit.runner._watchdog import Strike
from raftkit.runner.request import MEMORY_LIMIT, RunRequest
from raftkit.runner.values import size_text
from raftkit.texts import exit_text

CHECK_LIMITS = Limits(cpu_seconds=20.0, idle_seconds=10.0)
"""For loading an implementation, which runs its module's own statements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a result says about its test when the child can no longer say it."""

    part: str
    title: str
    servers: int


class Ending:
    """Makes the result of one test from the remains of its child. Each method is one way to end."""

    def __init__(self, request: RunRequest, about: About) -> None:
        self.request = request
        self._about = about
        self._started = time.perf_counter()
        self._cpu_at_start = 0.0
        self._memory_at_start = 0
        self._memory = 0

    def begin(self, process: Process) -> None:
        """Note what the child had used when the test began."""
        self._cpu_at_start = process.cpu_seconds
        self._memory_at_start = process.resident_bytes

    def died(self, process: Process) -> Result:
        """The process ended in the middle of the test."""
        code = process.end(patience_seconds=1.0)
        how = "the process was killed" if code < 0 else "the process ended in mid-test"
        reason = f"{how}: {exit_text(code)}"
        if self.request.mode.isolate:  # nothing of the implementation's ran in it
            return self._ours(f"the judge is gone: {reason}", self._details(process), process)
        failure = Failure(
            kind="ProcessDied",
            summary=reason,
            expected="an implementation that raises, or runs until kill(): it shares its process with the test",
            observed=reason,
            advice=_advice_for_death(code),
            details=self._details(process),
        )
        return self._result(Verdict.CRASHED, reason, failure, process)

    def struck(self, strike: Strike, process: Process) -> Result:
        """A limit struck; the child has written down its stacks and is dead by now."""
        self._memory = process.resident_bytes
        verdict, failure = {
            Strike.CPU: self._burned,
            Strike.MEMORY: self._grew,
            Strike.IDLE: self._hung,
            Strike.STARVED: self._starved,
        }[strike]()
        failure = replace(failure, details=self._details(process))
        return self._result(verdict, failure.summary, failure, process)

    def _burned(self) -> tuple[Verdict, Failure]:
        limit = f"{self.request.limits.cpu_seconds:g} s"
        return Verdict.TIMED_OUT, Failure(
            kind="CpuLimit",
            summary=f"used more than {limit} of processor time (--cpu-limit changes the limit)",
            expected=f"at most {limit} of processor time for one test; the lab's own guidance is a few",
            observed="still running; the stack below is where it was when time was up",
            advice="look for work that grows with the log: copying or encoding all of it at each step",
        )

    def _grew(self) -> tuple[Verdict, Failure]:
        limit = size_text(self.request.limits.memory_bytes, gap=" ")
        grown = (self._memory - self._memory_at_start) / 2**20
        return Verdict.FAILED, Failure(
            kind=MEMORY_LIMIT,
            summary=f"used more than {limit} of memory (--memory-limit changes the limit)",
            expected=f"at most {limit} of memory for one test, above what was in use when it began",
            observed=f"{grown:.0f} MiB after {self._wall_seconds:.1f} s, and growing; the stack below is where it was",
            advice="look for what only grows: a log that is never cut, threads that never end, messages that pile up",
        )

    def _hung(self) -> tuple[Verdict, Failure]:
        limit = f"{self.request.limits.idle_seconds:g} s"
        return Verdict.BUSY, Failure(
            kind="Hung",
            summary=f"nothing moved for {limit} of real time",
            expected="code that waits through threading, time, queue or its peers, so that lab time can pass",
            observed="a call that does not return, or a loop that never waits; the stack below is where",
            advice="sockets, subprocesses and C calls wait in real time: take them out, "
            "or put time.sleep into the loop",
        )

    def _starved(self) -> tuple[Verdict, Failure]:
        return Verdict.ERROR, Failure(
            kind="Starved",
            summary="the machine gave the test no processor time: nothing can be said about it",
            expected="a machine with a free core",
            observed=f"hardly any processor time in {self._wall_seconds:.0f} s, while wanting it",
            advice="run again with fewer jobs (-j 1), or on a quieter machine",
        )

    def noise(self, what: str, process: Process) -> Result:
        """Something that is no frame came over the child's pipe."""
        process.end()
        reason = "the implementation wrote to a file descriptor that belongs to the harness"
        failure = Failure(
            kind="ProcessDisturbed",
            summary=reason,
            expected="an implementation that writes only to what it opened itself",
            observed=what,
            advice="look for os.write or os.close with a number that was not opened here",
            details=self._details(process),
        )
        return self._result(Verdict.CRASHED, reason, failure, process)

    def broken(self, text: str, process: Process) -> Result:
        """Raftkit's own code raised in the child."""
        process.end()
        return self._ours("raftkit itself failed while it ran this test", text, process)

    def never_started(self, text: str) -> Result:
        """No child could be started, twice."""
        return self._ours("the runner child could not be started", text, None)

    # --- what they share ---

    def _ours(self, reason: str, text: str, process: Process | None) -> Result:
        failure = Failure(
            kind="HarnessFault",
            summary=reason,
            expected="a verdict about the implementation",
            observed="none: this says nothing about the implementation",
            advice="please report it, with this text and the command that repeats it",
            details=text.strip(),
        )
        return self._result(Verdict.ERROR, reason, failure, process)

    @property
    def _wall_seconds(self) -> float:
        return time.perf_counter() - self._started

    def _result(self, verdict: Verdict, reason: str, failure: Failure, process: Process | None) -> Result:
        about, request = self._about, self.request
        events = LastEvents(request.trace_file)
        if failure.where is None and events.step is not None:
            step, line = events.step
            where = Where(suite=request.suite, line=line, test=request.test, step=step, at_ns=events.at_ns)
            failure = replace(failure, where=where)
        return Result(
            id=request.test,
            part=about.part,
            title=about.title,
            servers=about.servers,
            verdict=verdict,
            seed=request.seed,
            reason=reason,
            failure=failure,
            lab_ns=events.at_ns,
            wall_seconds=self._wall_seconds,
            cpu_seconds=max(0.0, process.cpu_seconds - self._cpu_at_start) if process else 0.0,
            trace_file=request.trace_file,
            clock=request.mode.clock,
        )

    def _details(self, process: Process) -> str:
        process.end()
        sections = (
            ("stack when it ended", python_stacks(process.fault_text, self.request.implementation)),
            ("last output", process.last_output.strip()),
            ("last events of the trace", LastEvents(self.request.trace_file).text()),
        )
        return "\n".join(
            f"{title}:\n" + "\n".join(f"  {line}" for line in text.splitlines())
            for title, text in sections
            if text
        )


def _advice_for_death(code: int) -> str:
    if code == -signal.SIGKILL:
        return "if nobody killed it by hand, the machine ran out of memory: look for a log that only grows"
    if code < 0:
        return "an extension module misbehaves, or os.kill/os.abort was called: the stack below says where"
    return "look for os._exit, os.abort and for libraries that end the process"
