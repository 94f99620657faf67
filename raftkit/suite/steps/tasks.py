"""Steps that run beside each other."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.suite._cluster import Task
from raftkit.suite._context import Context
from raftkit.suite._fields import saves, value
from raftkit.suite._specs import Saved
from raftkit.suite._step import Block, Step, check_steps, step
from raftkit.suite.expressions import NUMBER, Expression, Kind, Scope
from raftkit.suite.steps._counts import MAX_TASKS, check_count, count_of, steps_field


def _check_tasks(times: Expression, as_: Saved | None, steps: tuple[Step, ...], scope: Scope) -> None:
    check_count(times, scope, MAX_TASKS)
    body = scope.branch(own_task=True)
    if as_ is not None:
        body.define(as_.name, Kind.NUMBER, as_.place)
    check_steps(steps, body)


def _spawn(
    context: Context, step: Step, times: Expression, as_: Saved | None, steps: tuple[Step, ...]
) -> list[Task]:
    tasks = []
    for number in range(count_of(times, context, MAX_TASKS)):
        task = context.task_of_its_own()
        task.rounds = (*context.rounds, number + 1)
        task.save(as_, number)
        tasks.append(
            context.cluster.spawn(task.run, steps, name=f"step {context.path}, {step.name} {number + 1}")
        )
    return tasks


@step("parallel", main="times", beside=True)
@dataclass(frozen=True, kw_only=True)
class Parallel(Step):
    """Run steps several times at the same time, and wait for all of them."""

    times: Expression = value(NUMBER, "How many tasks.")
    as_: Saved | None = saves(Kind.NUMBER, "Variable that numbers the tasks from 0.")
    steps: tuple[Step, ...] = steps_field("What each task does; what it saves is its own.")

    def check(self, scope: Scope) -> None:
        """Check one task."""
        _check_tasks(self.times, self.as_, self.steps, scope)

    def run(self, context: Context) -> None:
        """Start all, wait for all."""
        for task in _spawn(context, self, self.times, self.as_, self.steps):
            task.join()

    def words(self, n: int | None) -> str:
        """Say how many."""
        number = f", numbered `{self.as_.name}` from 0" if self.as_ else ""
        return f"do {self.times.words(n)} times at once{number}"

    def blocks(self) -> tuple[Block, ...]:
        """One block."""
        return (Block(self.steps),)


@step("background", main="times", beside=True)
@dataclass(frozen=True, kw_only=True)
class Background(Step):
    """Start steps several times at the same time and go on; a test ends only when they have ended."""

    times: Expression = value(NUMBER, "How many tasks.")
    as_: Saved | None = saves(Kind.NUMBER, "Variable that numbers the tasks from 0.")
    steps: tuple[Step, ...] = steps_field("What each task does; what it saves is its own.")

    def check(self, scope: Scope) -> None:
        """Check one task."""
        _check_tasks(self.times, self.as_, self.steps, scope)

    def run(self, context: Context) -> None:
        """Start all; keep those that still run for the one who waits."""
        kept = context.run_state.background
        kept[:] = [task for task in kept if not task.done]
        kept.extend(_spawn(context, self, self.times, self.as_, self.steps))

    def words(self, n: int | None) -> str:
        """Say how many."""
        number = f", numbered `{self.as_.name}` from 0" if self.as_ else ""
        return f"start {self.times.words(n)} times in the background{number}"

    def blocks(self) -> tuple[Block, ...]:
        """One block."""
        return (Block(self.steps),)


@step("wait_for_background")
@dataclass(frozen=True, kw_only=True)
class WaitForBackground(Step):
    """Wait until everything that `background` has started has ended."""

    def run(self, context: Context) -> None:
        """Join one after the other."""
        wait_for_background(context)

    def words(self, n: int | None) -> str:
        """Say it."""
        return "wait for everything in the background"


def wait_for_background(context: Context) -> None:
    """Join all, also those started meanwhile."""
    kept = context.run_state.background
    while kept:
        kept.pop(0).join()
