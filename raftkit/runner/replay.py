"""A failure, run again as it was: with the recorded seed, limits and suite, on the implementation as it is now."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from raftkit.model import Result
from raftkit.report.difference import Parting, compare
from raftkit.runner.endings import About
from raftkit.runner.ledger import TOTAL_LIMIT
from raftkit.runner.parent import RunnerChild
from raftkit.runner.past_runs import TRACE_FILE, NoSuchRun, RunFolder
from raftkit.runner.recipe import (
    SUITE_COPY,
    Implementation,
    Kept,
    Recipe,
    implementation,
    read_kept,
    text_digest,
)
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
    folder = run.path / (run.case or run.cases[0])
    kept = read_kept(folder)
    recipe = _recipe_of(kept, folder)
    if unlocked:
        recipe = replace(recipe, mode=replace(recipe.mode, isolate=False))
    if recipe.mode.isolate and debugger_for is not None:
        raise NoSuchRun(
            f"{kept.id} was isolated, and a debugger runs the implementation here, where nothing locks it in",
            advice="--no-isolate, if you trust that code",
        )
    if spec:
        tested = implementation(implementation_named, spec)
        recipe = replace(recipe, implementation=tested)
        changes = [f"the implementation is another: {implementation_named}"]
    else:
        changes = _changes(recipe.implementation, run)
    suite = _suite(recipe, folder, changes)
    result = _run(kept, recipe, suite, folder, debugger_for(kept) if debugger_for else None)
    return Replay(
        kept=kept,
        result=result,
        trace=trace,
        parting=parting_of(trace, kept.trace_digest, result),
        changes=changes,
    )


def _recipe_of(kept: Kept, folder: Path) -> Recipe:
    if kept.recipe is None:
        raise NoSuchRun(
            f"{folder.name} was left by an older raftkit, which did not note enough", advice=kept.repeat
        )
    if kept.failure is not None and kept.failure.get("kind") == TOTAL_LIMIT:
        raise NoSuchRun(
            f"{kept.id} did not fail by itself: the tests before it had used up the run's total limit",
            advice=kept.repeat,
        )
    return kept.recipe


def _changes(tested: Implementation, run: RunFolder) -> list[str]:
    if not implementation(tested.named, tested.spec).files:
        raise NoSuchRun(
            f"the implementation is not here any more: {tested.spec}",
            advice=f"raftkit replay {run.path / run.case} --impl SPEC",
        )
    changed = tested.changed_files
    if not changed:
        return []
    others = f" and {len(changed) - 3} more files" if len(changed) > 3 else ""
    return [f"{', '.join(changed[:3])}{others} {'has' if len(changed) == 1 else 'have'} changed since"]


def _suite(recipe: Recipe, folder: Path, changes: list[str]) -> Path:
    """The suite as it was: where it still lies, or else the copy."""
    there, copy = Path(recipe.suite), folder / SUITE_COPY
    if text_digest(there) == recipe.suite_digest:
        return there
    if text_digest(copy) != recipe.suite_digest:
        raise NoSuchRun(
            f"{there} has changed or is not here, and its copy beside the trace is missing or damaged"
        )
    what = "has changed since" if there.is_file() else "is not here"
    changes.append(f"{there.name} {what}: the replay takes the text that it had")
    return copy


def _run(kept: Kept, recipe: Recipe, suite: Path, folder: Path, debugger: "TimeDebugger | None") -> Result:
    request = RunRequest(
        suite=str(suite),
        test=kept.id,
        implementation=recipe.implementation.spec,
        seed=recipe.seed,
        limits=recipe.limits,
        trace_file=str(_trace_file(folder)),
        mode=recipe.mode,
    )
    if debugger is not None:
        from raftkit.runner.case import run_case  # everything: only a debugger needs it in this process

        return run_case(request, debugger=debugger)
    child = RunnerChild()
    try:
        child.start()
        spec = child.check(request.implementation, isolate=request.mode.isolate)
        request = replace(request, implementation=spec)
        return child.run(request, About(part=kept.part, title=kept.title, servers=kept.servers))
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
