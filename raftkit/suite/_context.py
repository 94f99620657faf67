"""What a running step has in its hands: the cluster, the variables, its place in the test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

from raftkit.errors import CaseFailed, SuiteError
from raftkit.model import Failure, Verdict, Where
from raftkit.suite._cluster import Cluster, Command, Nemesis, Task, Workload
from raftkit.suite._place import Place
from raftkit.suite._specs import Saved
from raftkit.suite.expressions import (
    NAMES,
    Duration,
    Expression,
    Name,
    Percentage,
    Server,
    Value,
    number_of,
    server_of,
    show,
)

if TYPE_CHECKING:
    from raftkit.suite._step import Step

MAX_STEPS_RUN = 1_000_000
"""Steps that one run of a test may take; the lab's longest takes about 15 000."""
_CHANCE_GRAIN = 100_000
"""Chances are drawn to a thousandth of a percent."""


@dataclass(frozen=True, slots=True)
class StepMark:
    """A step begins or ends: what a trace records.

    Attributes:
        path: Its number, ``5`` or ``3.2``.
        line: Its line in the suite.
        text: What it does, in a few words, without values.
        entering: True when it begins, False when it has ended.
        rounds: The round of each repetition around it, outermost first, counted from 1.
    """

    path: str
    line: int
    text: str
    entering: bool
    rounds: tuple[int, ...] = ()


class NextAttempt(Exception):
    """A step gives up this attempt; the enclosing ``attempts`` goes on."""


@dataclass(slots=True)
class Run:
    """What all tasks of one test share."""

    test_id: str
    suite: str
    cluster: Cluster
    nemesis: Nemesis
    workload: Workload
    on_step: Callable[[StepMark], None]
    background: list[Task] = field(default_factory=list)
    clients: Any = None
    steps_run: int = 0
    texts: dict[int, str] = field(default_factory=dict)

    def text(self, step: "Step") -> str:
        """Say what a step does; made once, a loop runs it a thousand times."""
        text = self.texts.get(id(step))
        if text is None:
            text = self.texts[id(step)] = step.words(self.cluster.n)
        return text


class Context:
    """One task's view of a run."""

    def __init__(self, run: Run, variables: dict[str, Value]) -> None:
        self.run_state = run
        self.cluster = run.cluster
        self.nemesis = run.nemesis
        self.workload = run.workload
        self.rng: Random = run.cluster.rng
        """The test's own random stream; under `background:` the nemesis's."""
        self.variables = variables
        self.path = ""
        self.rounds: tuple[int, ...] = ()

    # --- what expressions ask ------------------------------------------------

    @property
    def n(self) -> int:
        """The number of servers."""
        return self.cluster.n

    def lookup(self, node: Name) -> Value:
        """Give the value of a known name or of a variable."""
        known = NAMES.get(node.name)
        if known is not None:
            return known.value(self.cluster)
        if node.name not in self.variables:
            raise node.place.error(f"`{node.name}` has no value yet")
        return self.variables[node.name]

    # --- what steps ask ------------------------------------------------------

    def value(self, expression: Expression) -> Value:
        """Evaluate a field of any kind."""
        return expression.value(self)

    def number(self, expression: Expression) -> int:
        """Evaluate a field that wants a number; a list counts by its size."""
        return number_of(expression.value(self))

    def server(self, expression: Expression) -> int:
        """Evaluate a field that wants one server."""
        return server_of(expression.value(self), self.n)

    def maybe_server(self, expression: Expression) -> int | None:
        """Evaluate a field that wants one server, or none."""
        value = expression.value(self)
        return None if value is None else server_of(value, self.n)

    def servers(self, expression: Expression) -> list[int]:
        """Evaluate a field that wants servers: one, or a list; none, where the field takes it, is nobody."""
        return self.maybe_servers(expression) or []

    def maybe_servers(self, expression: Expression) -> list[int] | None:
        """Evaluate a field that wants servers, or none."""
        value = expression.value(self)
        if value is None:
            return None
        items: Sequence[Value] = value if isinstance(value, list | tuple) else [value]
        for item in items:
            if item is None or isinstance(item, str | bool | Duration):
                raise expression.place.error(f"wanted servers, found {item!r}")
        return [server_of(item, self.n) for item in items]

    def duration(self, expression: Expression) -> int:
        """Evaluate a field that wants a duration, in nanoseconds."""
        value = expression.value(self)
        assert isinstance(value, Duration)
        return value.ns

    def truth(self, expression: Expression) -> bool:
        """Evaluate a field that wants a condition."""
        return expression.value(self) is True

    def command(self, expression: Expression) -> Command:
        """Evaluate a field that wants a command."""
        value = expression.value(self)
        assert isinstance(value, int | str)
        return value

    def draw_percent(self) -> Percentage:
        """Draw a point from 0% to just under 100%, to compare chances with."""
        return Percentage(Fraction(self.rng.randrange(_CHANCE_GRAIN), _CHANCE_GRAIN))

    def save(self, saved: Saved | None, value: Value) -> None:
        """Save into a variable, when the step names one."""
        if saved is not None:
            self.variables[saved.name] = value

    def save_server(self, saved: Saved | None, server: int | None) -> None:
        """Save a server, or none."""
        self.save(saved, None if server is None else Server(server))

    def observed(self, expression: Expression) -> str:
        """Tell what the variables in a condition were worth, without asking the cluster again."""
        names = [name for name in expression.names() if name in self.variables]
        return ", ".join(f"{name} = {show(self.variables[name])}" for name in names)

    def fail(
        self, kind: str, summary: str, *, expected: str = "", observed: str = "", advice: str = ""
    ) -> CaseFailed:
        """Make the failure of a check; the step raises it."""
        return CaseFailed(
            Failure(kind=kind, summary=summary, expected=expected, observed=observed, advice=advice)
        )

    # --- running steps -------------------------------------------------------

    def run(self, steps: "Sequence[Step]", *, first: int = 1) -> None:
        """Run the steps inside the current one, numbered from ``first``."""
        outer = self.path
        prefix = f"{outer}." if outer else ""
        try:
            for number, step in enumerate(steps, first):
                self.path = f"{prefix}{number}"
                self._run_one(step)
        finally:
            self.path = outer

    def _run_one(self, step: "Step") -> None:
        run = self.run_state
        run.steps_run += 1
        path, text = self.path, run.text(step)
        if run.steps_run > MAX_STEPS_RUN:
            endless = step.place.error(f"the test has run {MAX_STEPS_RUN:,} steps and is not done")
            raise self._suite_is_wrong(endless, path, step.place)
        run.on_step(StepMark(path, step.place.line, text, True, self.rounds))
        try:
            step.run(self)
        except SuiteError as error:
            raise self._suite_is_wrong(error, path, step.place) from None
        except CaseFailed as error:
            if error.failure.where is None:
                error.failure = replace(error.failure, where=self._where(path, step.place))
            raise
        except NextAttempt:
            run.on_step(StepMark(path, step.place.line, text, False, self.rounds))
            raise
        run.on_step(StepMark(path, step.place.line, text, False, self.rounds))

    def _suite_is_wrong(self, error: SuiteError, path: str, place: Place) -> CaseFailed:
        """Blame the suite, and nobody else, for what only a run could show."""
        failure = Failure(
            kind="SuiteError",
            summary=error.message,
            where=self._where(path, place),
            expected="a suite that makes sense at every step",
            observed=f"{error.file}:{error.line}:{error.column}: {error.message}",
            advice=error.advice or "mend the suite: this run says nothing about the implementation",
        )
        return CaseFailed(failure, Verdict.ERROR)

    def _where(self, path: str, place: Place) -> Where:
        rounds = ", ".join(str(number) for number in self.rounds)
        return Where(
            suite=self.run_state.suite,
            line=place.line,
            test=self.run_state.test_id,
            step=f"{path} (round {rounds})" if rounds else path,
            at_ns=self.cluster.now_ns,
        )

    def task_of_its_own(self) -> "Context":
        """Give a task that runs beside this one its own variables, lists shared."""
        context = Context(self.run_state, dict(self.variables))
        context.path, context.rounds, context.rng = self.path, self.rounds, self.rng
        return context

    def with_parameters(self, parameters: dict[str, Value]) -> "Context":
        """Give shared steps their parameters and nothing else."""
        context = Context(self.run_state, parameters)
        context.path, context.rounds, context.rng = self.path, self.rounds, self.rng
        return context
