"""A failure, run again as it was: with the recorded seed, limits and suite, on the implementation as it is now."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from raftkit.model import Result
from raftkit.report.difference import Parting, compare
from raftkit.runner.again import again
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild
from raftkit.runner.past_runs import TRACE_FILE, NoSuchRun, RunFolder
from raftkit.runner.recipe import Kept
from raftkit.runner.request import RunRequest

if TYPE_CHECKING:
    from raftkit.runner.debugger import TimeDebugger

REPLAY_FILE = "replay.jsonl"
"""The trace of the last replay, beside the one that was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of running a failure again.

    Attributes:
        kept: What was recorded.
        result: What happened now.
        trace: What was recorded, event by event.
        parting: Where the two traces part, or None.
        changes: What is not as it was, one sentence each.
    """

    kept: Kept
    result: Result
    trace: Path
    parting: Parting | None
    changes: list[str]

    @property
    def is_repeated(self) -> bool:
        """Whether the same happened, event by event, and came to the same."""
        return self.parting is None and self.result.verdict.value == self.kept.verdict


def replay(
    run: RunFolder,
    *,
    implementation_named: str = "",
    spec: str = "",
    unlocked: bool = False,
    debugger_for: Callable[[Kept], "TimeDebugger"] | None = None,
) -> Replay:
    """Run a failure again.

    Args:
        run: Which, or whose first.
        implementation_named: Another implementation to run it with, as the user named it.
        spec: The same, absolute.
        unlocked: Whether what was isolated may run without a lock this time.
        debugger_for: Makes a debugger from what is known of the failure; the test then runs in this process.

    Raises:
        NoSuchRun: There is no failure, too little is known of it, or a debugger would have to leave it locked in.
        ContractError: The implementation cannot be plugged in any more.
    """
    trace = run.trace
    failure = again(run, named=implementation_named, spec=spec)
    request = replace(failure.request, trace_file=str(_trace_file(run.path / run.meant)))
    if unlocked:
        request = replace(request, mode=replace(request.mode, isolate=False))
    if request.mode.isolate and debugger_for is not None:
        raise NoSuchRun(
            f"{request.test} was isolated, and a debugger runs the implementation here, where nothing locks it in",
            advice="--no-isolate, if you trust that code",
        )
    result = _run(request, failure.about, debugger_for(failure.kept) if debugger_for else None)
    return Replay(
        kept=failure.kept,
        result=result,
        trace=trace,
        parting=parting_of(trace, failure.kept.trace_digest, result),
        changes=failure.changes,
    )


def _run(request: RunRequest, about: About, debugger: "TimeDebugger | None") -> Result:
    if debugger is not None:
        from raftkit.runner.case import run_case  # everything: only a debugger needs it in this process

        return run_case(request, debugger=debugger)
    child = RunnerChild()
    try:
        child.start()
        spec = child.check(request.implementation, isolate=request.mode.isolate)
        return child.run(replace(request, implementation=spec), about)
    finally:
        child.close()


def _trace_file(folder: Path) -> Path:
    path = folder / REPLAY_FILE
    try:
        path.touch()
    except OSError:  # somebody else's folder, or a full disk
        return Path(tempfile.mkdtemp(prefix="raftkit-replay-")) / TRACE_FILE
    return path


def parting_of(trace: Path, digest: str, now: Result) -> Parting | None:
    """Return where a run parts from one before, or None.

    A test that was ended from outside (it hung, it used too much memory) has no digest. It ended at a
    moment of real time, so that only what both traces have can be compared.
    """
    if digest and digest == now.trace_digest:
        return None
    parting = compare(trace, now.trace_file)
    was_cut = not (digest and now.trace_digest)
    ends_early = parting is not None and not (parting.first and parting.second)
    return None if was_cut and ends_early else parting
