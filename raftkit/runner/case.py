"""One test, one seed, one implementation: one result.

Everything that chance decides comes from streams named after the seed and the test, so a test gives
the same trace whether it runs alone or among others.
"""

import signal
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from raftkit.cluster import Cluster, ClusterOptions, Simulation
from raftkit.contract import locate
from raftkit.errors import CaseFailed, RaftkitError
from raftkit.model import SECOND, Failure, Oracles, Result, Verdict, Where, seconds
from raftkit.nemesis import Nemesis
from raftkit.report.explain import explain
from raftkit.runner import heartbeat
from raftkit.runner._judges import Judges
from raftkit.runner._worlds import debugged_servers, make_world
from raftkit.runner.failures import (
    deadlock,
    interrupted,
    nothing_bit,
    nothing_happened,
    our_fault,
    out_of_memory,
    threads_text,
    too_many_events,
)
from raftkit.runner.golab import refuse_faults
from raftkit.runner.isolated import isolation_warnings
from raftkit.runner.request import ADDRESS_FACTOR, LogEvent, RunRequest
from raftkit.runner.values import size_text
from raftkit.suite import StepMark, Suite, Test, load_suite, run_steps
from raftkit.trace import (
    SCHEMA_VERSION,
    Event,
    Logged,
    StepBegan,
    TestBegan,
    TestEnded,
    Trace,
    read_trace,
)
from raftkit.workloads import Workload
from raftkit.worlds.process import waited

if TYPE_CHECKING:
    from raftkit.runner.debugger import TimeDebugger

DEADLOCK_LOOK_NS = 1 * SECOND
"""How often the threads are looked at for a deadlock."""
PATIENCE_NS = 10 * SECOND
"""How long a call of the tester may hang behind a lock that nobody seems able to release."""

UNDER_WAY_NS = 1 * SECOND
"""A handler that takes longer is worth a line when something did not happen in time."""
SUITES_KEPT = 16
"""The lab has four; drawn ones come once each."""
NEVER_CAME = frozenset({"AgreementFailed", "NoLeader", "NotCaughtUp", "NotCommitted", "NothingCommits"})
"""Failures by which something did not happen in time: perhaps since somebody is stuck, or has gone."""

OnLog = Callable[[LogEvent], None]


def run_case(
    request: RunRequest, *, on_log: OnLog | None = None, debugger: "TimeDebugger | None" = None
) -> Result:
    """Run a test and judge it; never raises for what the implementation does."""
    test = _find(request)
    trace = Trace(Path(request.trace_file) if request.trace_file else None)
    try:
        result = _Case(request, test, trace, on_log, debugger).run()
    finally:
        trace.close()
    if trace.trouble:
        warning = f"the trace of {test.id} is not complete: {trace.trouble}"
        return replace(result, warnings=(*result.warnings, warning))
    return _explained(result)


def _explained(result: Result) -> Result:
    """The result, its failure explained from the trace that it left."""
    if result.failure is None or not result.trace_file or result.verdict is Verdict.ERROR:
        return result
    explanation = explain(result.failure, list(read_trace(result.trace_file)))
    return replace(result, failure=replace(result.failure, explanation=explanation))


def _find(request: RunRequest) -> Test:
    for test in _suite(request.suite).tests:
        if test.id == request.test:
            return test
    raise RaftkitError(f"{request.suite} has no test {request.test}")


def _suite(path: str) -> Suite:
    return _read_suite(path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=SUITES_KEPT)
def _read_suite(path: str, modified_ns: int) -> Suite:
    return load_suite(path)


class _Case:
    def __init__(
        self,
        request: RunRequest,
        test: Test,
        trace: Trace,
        on_log: OnLog | None,
        debugger: "TimeDebugger | None",
    ) -> None:
        self._request = request
        self._test = test
        self._trace = trace
        self._is_debugged = debugger is not None
        self._step = StepMark(path="", line=test.line, text="", entering=True)
        seed = f"{request.seed}/{test.id}"
        self._world = make_world(request, test, seed, debugger)
        self._simulation = Simulation(self._world, seed, deviations=test.deviations)
        heartbeat.progress = lambda: self._world.progress() + self._simulation.kernel.steps + waited()
        self._judges = Judges(test, trace, request.mode.oracles)
        if request.most_events:
            trace.subscribe(self._give_up)
        if on_log is not None:
            trace.subscribe(_log_listener(on_log))
        options = ClusterOptions(
            servers=test.servers,
            unreliable=test.network == "unreliable",
            steady=test.network == "steady",
            snapshots=test.takes_snapshots,
            staggered=test.service == "staggered",
            network_salt=request.network_salt,
        )
        self._cluster = Cluster(self._simulation, seed, trace, options)
        salt = f"~{request.network_salt}" if request.network_salt else ""
        self._nemesis = Nemesis(self._cluster, f"{seed}{salt}")
        self._workload = Workload(self._cluster, seed)
        if debugger is not None:
            debugger.attach(debugged_servers(self._world), self._cluster)

    def run(self) -> Result:
        test, request = self._test, self._request
        self._trace.emit(
            TestBegan(
                0,
                SCHEMA_VERSION,
                test.id,
                test.part,
                request.seed,
                test.servers,
                test.network,
                test.service,
                test.deviations,
            )
        )
        verdict, failure = Verdict.PASSED, None
        try:
            refuse_faults(locate(request.implementation), request.mode, test)
            self._simulation.run(self._main, limit_ns=request.limits.test_ns)
            self._judges.at_end()
            if missing := self._judges.facts.missing:
                verdict, failure = Verdict.VACUOUS, nothing_happened(missing, self._where())
            elif toothless := self._judges.bites.toothless:
                verdict, failure = Verdict.VACUOUS, nothing_bit(toothless, self._where())
            elif (failure := self._what_is_left()) is not None:
                verdict = Verdict.FAILED
        except CaseFailed as error:
            verdict, failure = self._judge(error)
        except MemoryError:
            verdict, failure = Verdict.FAILED, out_of_memory(request.limits.memory_bytes, self._where())
        except KeyboardInterrupt as error:
            if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
                raise
            verdict, failure = Verdict.CRASHED, interrupted(error)  # no key can have done that
        except Exception as error:
            verdict, failure = Verdict.ERROR, our_fault(error)
        try:
            result = self._result(verdict, failure)
        finally:
            self._simulation.close()
        return replace(result, cpu_seconds=self._world.cpu_seconds)

    def _what_is_left(self) -> Failure | None:
        """End all servers by ``kill()``, and judge what they leave."""
        if self._request.mode.oracles is not Oracles.ALL or self._is_debugged:
            return None
        now_ns = self._cluster.now_ns
        remains = self._world.bury(now_ns, holdings=self._test.takes_snapshots)
        failure = self._judges.find_fault(remains, now_ns)
        return None if failure is None else replace(failure, where=self._where())

    def _main(self) -> None:
        self._cluster.spawn(self._watch, name="deadlock watch")
        self._cluster.boot()
        run_steps(self._test, self._cluster, self._nemesis, self._workload, on_step=self._on_step)

    def _on_step(self, mark: StepMark) -> None:
        if mark.entering:
            self._step = mark
            self._trace.emit(StepBegan(self._cluster.now_ns, mark.path, mark.line, mark.text))

    def _give_up(self, event: Event) -> None:
        if self._trace.lines == self._request.most_events + 1:  # once: the end is an event, too
            raise CaseFailed(too_many_events(self._request.most_events), Verdict.TIMED_OUT)

    # -- deadlocks -----------------------------------------------------------

    def _watch(self) -> None:
        while True:
            self._cluster.sleep(DEADLOCK_LOOK_NS)
            overdue = self._cluster.now_ns - PATIENCE_NS
            stuck_for_long = any(since_ns < overdue for _, since_ns in self._cluster.unanswered())
            chain = self._world.deadlock(certain=not stuck_for_long)
            if chain:
                raise CaseFailed(deadlock(chain), Verdict.DEADLOCKED)

    def _judge(self, error: CaseFailed) -> tuple[Verdict, Failure]:
        """The verdict of a failed check: when threads stand still for ever, that is what is wrong."""
        verdict, failure = error.verdict, error.failure
        if failure.where is None:
            failure = replace(failure, where=self._where())
        if failure.kind == MemoryError.__name__:  # Python raises it without a word
            limit = size_text(ADDRESS_FACTOR * self._request.limits.memory_bytes, gap=" ")
            failure = replace(
                failure, expected=f"no attempt to get more than {limit} (--memory-limit changes it)"
            )
        if verdict in (Verdict.FAILED, Verdict.TIMED_OUT):
            chain = self._world.deadlock(certain=False)
            if chain:
                seen_as = f"{failure.kind}: {failure.summary}"
                return Verdict.DEADLOCKED, replace(deadlock(chain), where=failure.where, observed=seen_as)
        if verdict is Verdict.TIMED_OUT:
            failure = replace(failure, observed=self._pending(), details=failure.details or self._stacks())
        elif failure.kind in NEVER_CAME and not failure.details:
            failure = replace(failure, details=self._stuck())
        return verdict, failure

    def _where(self) -> Where:
        return Where(
            suite=self._test.suite,
            line=self._step.line,
            test=self._test.id,
            step=self._step.path,
            at_ns=self._cluster.now_ns,
        )

    def _pending(self) -> str:
        pending = [
            f"{what} has not returned since t={seconds(since)}" for what, since in self._cluster.unanswered()
        ]
        step = (
            f"step {self._step.path} ({self._step.text}) was under way"
            if self._step.path
            else "it was still running"
        )
        return "; ".join([step, *pending])

    def _stacks(self) -> str:
        return threads_text(self._world.threads())

    def _stuck(self) -> str:
        """Threads that have ended without a word, and calls that do not return."""
        overdue = self._cluster.now_ns - UNDER_WAY_NS
        threads = self._world.threads()
        gone = [thread for thread in threads if thread.has_ended]
        stuck = [thread for thread in threads if 0 <= thread.asked_ns < overdue]
        return threads_text(gone + stuck)

    # -- the result ----------------------------------------------------------

    def _result(self, verdict: Verdict, failure: Failure | None) -> Result:
        cluster, test = self._cluster, self._test
        reason = "" if failure is None else f"{failure.kind}: {failure.summary}"
        self._trace.emit(TestEnded(cluster.now_ns, verdict.value, reason))
        return Result(
            id=test.id,
            part=test.part,
            title=test.title,
            verdict=verdict,
            seed=self._request.seed,
            reason=reason,
            lab_ns=cluster.now_ns,
            servers=test.servers,
            rpcs=cluster.rpcs(),
            bytes=cluster.bytes_sent(),
            commits=cluster.highest_applied,
            events=self._trace.lines,
            trace_digest=self._trace.digest,
            trace_file=self._request.trace_file,
            failure=failure,
            warnings=self._warnings(),
            not_judged=self._judges.not_judged,
            clock=self._request.mode.clock,
        )

    def _warnings(self) -> tuple[str, ...]:
        isolation = isolation_warnings() if self._request.mode.isolate else ()
        return (*self._cluster.warnings, *self._judges.warnings, *isolation)


def _log_listener(on_log: OnLog) -> Callable[[Event], None]:
    def listen(event: Event) -> None:
        if type(event) is Logged:
            fields = {key: str(value) for key, value in event.fields.items()}
            on_log(
                LogEvent(
                    at_ns=event.at_ns, server=event.server, topic=event.topic, text=event.text, fields=fields
                )
            )

    return listen
