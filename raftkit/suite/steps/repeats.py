"""Steps that run others more than once."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from collections.abc import Sequence
from dataclasses import dataclass

from raftkit.suite._context import Context, NextAttempt
from raftkit.suite._fields import declared, saves, value
from raftkit.suite._specs import Saved, TextSpec
from raftkit.suite._step import Block, Step, check_steps, step
from raftkit.suite.expressions import (
    DURATION,
    LIST,
    NUMBER,
    TRUTH,
    Expression,
    Kind,
    Scope,
)
from raftkit.suite.steps._counts import MAX_TIMES, check_count, count_of, steps_field


@step("repeat", main="times", beside=True)
@dataclass(frozen=True, kw_only=True)
class Repeat(Step):
    """Run steps several times, one round after the other."""

    times: Expression = value(NUMBER, "How many rounds; drawn once when it is a range.")
    as_: Saved | None = saves(Kind.NUMBER, "Variable that counts the rounds.")
    from_: Expression = value(NUMBER, "Where the variable begins to count.", default="0")
    steps: tuple[Step, ...] = steps_field("What to do in each round.")

    def check(self, scope: Scope) -> None:
        """Check one round; what it saves is certain when there is at least one."""
        certain = check_count(self.times, scope, MAX_TIMES) >= 1
        self.from_.check(scope)
        body = scope.branch()
        if self.as_ is not None:
            body.define(self.as_.name, Kind.NUMBER, self.as_.place)
        check_steps(self.steps, body)
        scope.merge(*([body] if certain else [body, scope.branch()]))

    def run(self, context: Context) -> None:
        """Run round after round."""
        first, outer = context.number(self.from_), context.rounds
        try:
            for number in range(count_of(self.times, context, MAX_TIMES)):
                context.rounds = (*outer, number + 1)
                context.save(self.as_, first + number)
                context.run(self.steps)
        finally:
            context.rounds = outer

    def words(self, n: int | None) -> str:
        """Say how often, and how the rounds are counted."""
        counting = ""
        if self.as_ is not None:
            counting = f", `{self.as_.name}` counting from {self.from_.words(n)}"
        return f"repeat {self.times.words(n)} times{counting}"

    def blocks(self) -> tuple[Block, ...]:
        """One block."""
        return (Block(self.steps),)


@step("for_each", main="items", beside=True)
@dataclass(frozen=True, kw_only=True)
class ForEach(Step):
    """Run steps once for each item of a list, such as `all` or a list of one's own."""

    items: Expression = value(LIST, "The list; it is looked at once, at the beginning.")
    as_: Saved = saves(Kind.ANY, "Variable for the item.", required=True)
    steps: tuple[Step, ...] = steps_field("What to do with each.")

    def check(self, scope: Scope) -> None:
        """Check one round; nothing that it saves is certain."""
        self.items.check(scope)
        body = scope.branch()
        body.define(self.as_.name, Kind.ANY, self.as_.place)
        check_steps(self.steps, body)
        scope.merge(body, scope.branch())

    def run(self, context: Context) -> None:
        """Run for item after item."""
        items, outer = context.value(self.items), context.rounds
        assert isinstance(items, Sequence)
        try:
            for number, item in enumerate(list(items), 1):
                context.rounds = (*outer, number)
                context.save(self.as_, item)
                context.run(self.steps)
        finally:
            context.rounds = outer

    def words(self, n: int | None) -> str:
        """Name list and variable."""
        return f"for each of {self.items.words(n)}, as `{self.as_.name}`"

    def blocks(self) -> tuple[Block, ...]:
        """One block."""
        return (Block(self.steps),)


@step("attempts", main="times", beside=True)
@dataclass(frozen=True, kw_only=True)
class Attempts(Step):
    """Try steps again from their beginning when a `next_attempt_if` gives an attempt up."""

    times: Expression = value(NUMBER, "How many attempts.")
    pause: Expression = value(DURATION, "How long to wait between two attempts.", default="3s")
    or_fail: str = declared(TextSpec(doc="What it means when no attempt comes to its end."))
    steps: tuple[Step, ...] = steps_field("What to try.")

    def check(self, scope: Scope) -> None:
        """Check one attempt; what it saves is certain, since one must reach its end."""
        if check_count(self.times, scope, MAX_TIMES) < 1 and self.times.constant(scope.n) is not None:
            raise self.times.place.error("at least one attempt")
        self.pause.check(scope)
        body = scope.branch()
        body.in_attempts = True
        check_steps(self.steps, body)
        scope.merge(body)

    def run(self, context: Context) -> None:
        """Try until an attempt reaches its end."""
        outer, times = context.rounds, count_of(self.times, context, MAX_TIMES)
        given_up: list[str] = []
        for number in range(1, times + 1):
            if number > 1:
                context.cluster.sleep(context.duration(self.pause))
            try:
                context.rounds = (*outer, number)
                context.run(self.steps)
                return
            except NextAttempt as reason:
                given_up.append(f"attempt {number}: {reason}")
            finally:
                context.rounds = outer
        raise context.fail(
            "NoAttemptSucceeded",
            self.or_fail,
            expected=f"one of {times} attempts, {self.pause.words(context.n)} apart, that comes to its end",
            observed="; ".join(given_up),
            advice="without failures a leader stays: do heartbeats come well before election timeouts?",
        )

    def words(self, n: int | None) -> str:
        """Say how often, and with what pause."""
        return f"make up to {self.times.words(n)} attempts, {self.pause.words(n)} apart"

    def blocks(self) -> tuple[Block, ...]:
        """One block."""
        return (Block(self.steps),)


@step("next_attempt_if", main="condition")
@dataclass(frozen=True, kw_only=True)
class NextAttemptIf(Step):
    """Give up this attempt of the enclosing `attempts` when a condition holds."""

    condition: Expression = value(TRUTH, "The condition.")

    def check(self, scope: Scope) -> None:
        """Refuse it outside of attempts, and in a task that runs beside them."""
        Step.check(self, scope)
        if not scope.in_attempts:
            raise self.place.error("`next_attempt_if` stands in no `attempts` of this task")

    def run(self, context: Context) -> None:
        """Leave the attempt."""
        if context.truth(self.condition):
            raise NextAttempt(f"{self.condition} at step {context.path}")

    def words(self, n: int | None) -> str:
        """Say the condition."""
        return f"give up this attempt if {self.condition.words(n)}"
