"""What it takes to run a kept failure again: its suite, seed, limits and mode, and what has changed since."""

from dataclasses import dataclass
from pathlib import Path

from raftkit.model import Clock
from raftkit.runner.endings import About
from raftkit.runner.ledger import TOTAL_LIMIT
from raftkit.runner.past_runs import NoSuchRun, RunFolder
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A failure, ready to be run again.

    Attributes:
        kept: What was recorded of it.
        named: The implementation, as the user named it.
        request: The run, without a trace.
        changes: What is not as it was, one sentence each.
    """

    kept: Kept
    named: str
    request: RunRequest
    changes: list[str]

    @property
    def about(self) -> About:
        """What a result says of the test when its child no longer can."""
        return About(part=self.kept.part, title=self.kept.title, servers=self.kept.servers)


def again(run: RunFolder, *, named: str = "", spec: str = "") -> Again:
    """Look up a failure.

    Args:
        run: Which, or whose first.
        named: Another implementation to run it with, as the user named it.
        spec: The same, absolute.

    Raises:
        NoSuchRun: There is no failure, or too little is known of it.
    """
    folder = run.path / run.meant
    kept = read_kept(folder)
    recipe = _recipe_of(kept, folder)
    if spec:
        tested = Implementation(named=named, spec=spec)
        changes = [f"the implementation is another: {named}"]
    else:
        tested = recipe.implementation
        changes = _changes(tested, folder)
    request = RunRequest(
        suite=str(_suite(recipe, folder, changes)),
        test=kept.id,
        implementation=tested.spec,
        seed=recipe.seed,
        limits=recipe.limits,
        mode=recipe.mode,
    )
    return Again(kept=kept, named=tested.named, request=request, changes=changes)


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
    if kept.recipe.mode.clock is Clock.REAL:
        raise NoSuchRun(
            f"{kept.id} ran on the real clock, and no such run can be repeated; it can only be run once more",
            advice=kept.repeat,
        )
    return kept.recipe


def _changes(tested: Implementation, folder: Path) -> list[str]:
    if not implementation(tested.named, tested.spec).files:
        raise NoSuchRun(
            f"the implementation is not here any more: {tested.spec}",
            advice=f"raftkit replay {folder} --impl SPEC",
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
    changes.append(f"{there.name} {what}: what is run again is the text that it had")
    return copy
