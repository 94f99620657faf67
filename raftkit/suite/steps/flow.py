"""Steps that decide which steps run, and how often."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from raftkit.suite._context import Context, NextAttempt
from raftkit.suite._fields import (
    AssignmentsSpec,
    Fielded,
    GroupSpec,
    Saved,
    SharedSpec,
    StepsSpec,
    TextSpec,
    declared,
    saves,
    value,
)
from raftkit.suite._shared import Shared
from raftkit.suite._step import Block, Step, check_steps, step
from raftkit.suite.expressions import (
    CHANCE,
    DURATION,
    LIST,
    NUMBER,
    TRUTH,
    VALUE,
    Expression,
    Kind,
    Percentage,
    Range,
    Scope,
    Variable,
    fold,
)

MAX_TIMES = 100_000
"""Rounds of one repetition; the lab's Figure 8 has 1000."""
MAX_TASKS = 1_000
"""Tasks that one step may start; the lab's tests start at most five at a time."""


def steps_field(doc: str, *, optional: bool = False) -> tuple[Step, ...]:
    """Declare a field that holds steps."""
    found: tuple[Step, ...] = declared(StepsSpec(doc=doc), optional=optional)
    return found


def check_count(count: Expression, scope: Scope, most: int) -> int:
    """Refuse a constant count out of bounds; give the fewest rounds that are certain."""
    count.check(scope)
    known = fold(count.node, scope.n)
    low, high = (known.low, known.high) if isinstance(known, Range) else (known, known)
    for end in (low, high):
        if isinstance(end, int) and not 0 <= end <= most:
            raise count.place.error(f"{end} times: allowed are 0 to {most}")
    return low if isinstance(low, int) else 0


def count_of(count: Expression, context: Context, most: int) -> int:
    """Evaluate a count; refuse one out of bounds."""
    times = context.number(count)
    if not 0 <= times <= most:
        raise count.place.error(f"{times} times: allowed are 0 to {most}")
    return times


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


@step("if", main="condition", beside=True)
@dataclass(frozen=True, kw_only=True)
class If(Step):
    """Run steps only when a condition holds, and others, if you like, when it does not."""

    condition: Expression = value(TRUTH, "The condition.")
    steps: tuple[Step, ...] = steps_field("What to do when it holds.")
    else_: tuple[Step, ...] | None = steps_field("What to do when it does not.", optional=True)

    def check(self, scope: Scope) -> None:
        """Check both ways; certain is what both save."""
        self.condition.check(scope)
        check_ways(scope, [self.steps, self.else_ or ()])

    def run(self, context: Context) -> None:
        """Decide once."""
        run_one_way(context, context.truth(self.condition), self.steps, self.else_)

    def words(self, n: int | None) -> str:
        """Say the condition."""
        return f"if {self.condition.words(n)}"

    def blocks(self) -> tuple[Block, ...]:
        """One block, or two."""
        return two_ways(self.steps, self.else_)


@step("chance", main="chance", beside=True)
@dataclass(frozen=True, kw_only=True)
class Chance(Step):
    """Run steps with some chance, and others, if you like, otherwise."""

    chance: Expression = value(CHANCE, "The chance, drawn from the test's own random stream.")
    steps: tuple[Step, ...] = steps_field("What to do with that chance.")
    else_: tuple[Step, ...] | None = steps_field("What to do otherwise.", optional=True)

    def check(self, scope: Scope) -> None:
        """Check both ways; certain is what both save."""
        self.chance.check(scope)
        share_of(self.chance, scope.n)
        check_ways(scope, [self.steps, self.else_ or ()])

    def run(self, context: Context) -> None:
        """Draw once."""
        chance = context.value(self.chance)
        assert isinstance(chance, Percentage)
        run_one_way(context, context.draw_percent() < chance, self.steps, self.else_)

    def words(self, n: int | None) -> str:
        """Say the chance."""
        return f"with a chance of {self.chance.words(n)}"

    def blocks(self) -> tuple[Block, ...]:
        """One block, or two."""
        return two_ways(self.steps, self.else_)


def check_ways(scope: Scope, ways: Sequence[tuple[Step, ...]]) -> None:
    """Check steps of which one way is taken."""
    branches = []
    for steps in ways:
        branches.append(scope.branch())
        check_steps(steps, branches[-1])
    scope.merge(*branches)


def run_one_way(
    context: Context, first: bool, steps: tuple[Step, ...], otherwise: tuple[Step, ...] | None
) -> None:
    """Run the one or the other; their steps are numbered through."""
    if first:
        context.run(steps)
    elif otherwise:
        context.run(otherwise, first=len(steps) + 1)


def two_ways(steps: tuple[Step, ...], otherwise: tuple[Step, ...] | None) -> tuple[Block, ...]:
    """Label the second of two blocks."""
    return (Block(steps), Block(otherwise, "otherwise")) if otherwise else (Block(steps),)


def share_of(chance: Expression, n: int | None) -> Fraction | None:
    """Give a constant chance as a share of one; refuse one that is none."""
    known = chance.constant(n)
    if not isinstance(known, Percentage):
        return None
    if not 0 <= known.share <= 1 or (known.share * 100_000).denominator != 1:
        raise chance.place.error(f"a chance of {known}: allowed are 0% to 100%, with up to three decimals")
    return known.share


@dataclass(frozen=True, kw_only=True)
class Option(Fielded):
    """One of the ways of ``choose``."""

    chance: Expression = value(CHANCE, "Its chance.")
    steps: tuple[Step, ...] = steps_field("What to do then.")


@step("choose", main="options")
@dataclass(frozen=True, kw_only=True)
class Choose(Step):
    """Take one of several ways by chance; the chances make 100% together."""

    options: tuple[Option, ...] = declared(GroupSpec(doc="The ways.", of=Option, many=True))

    def check(self, scope: Scope) -> None:
        """Add up the chances, check every way; certain is what all save."""
        for option in self.options:
            option.chance.check(scope)
        shares = [share_of(option.chance, scope.n) for option in self.options]
        total = sum((share for share in shares if share is not None), Fraction(0))
        if None not in shares and total != 1:
            raise self.place.error(f"the chances make {Percentage(total)} together, not 100%")
        check_ways(scope, [option.steps for option in self.options])

    def run(self, context: Context) -> None:
        """Draw once, and walk along the chances."""
        drawn, reached, first = context.draw_percent().share, Fraction(0), 1
        for option in self.options:
            chance = context.value(option.chance)
            assert isinstance(chance, Percentage)
            reached += chance.share
            if drawn < reached:
                context.run(option.steps, first=first)
                return
            first += len(option.steps)

    def words(self, n: int | None) -> str:
        """Announce the ways."""
        return "choose by chance"

    def blocks(self) -> tuple[Block, ...]:
        """A block for each way."""
        return tuple(Block(o.steps, f"with a chance of {o.chance.words(None)}") for o in self.options)


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


@step("use", main="shared", beside=True)
@dataclass(frozen=True, kw_only=True)
class Use(Step):
    """Run steps that are written once under `shared:`, with values for their parameters."""

    shared: Shared = declared(SharedSpec(doc="Which steps."))
    with_: tuple[tuple[Saved, Expression], ...] | None = declared(
        AssignmentsSpec(doc="A value for each parameter; a range is drawn from once.", want=VALUE),
        optional=True,
    )

    def check(self, scope: Scope) -> None:
        """Compare parameters with values, then check the steps with the kinds of these values."""
        given = {saved.name: saved for saved, _ in self.with_ or ()}
        for name, saved in given.items():
            if name not in self.shared.parameters:
                known = ", ".join(self.shared.parameters) or "none"
                raise saved.place.error(
                    f"`{self.shared.name}` has no parameter `{name}`", advice=f"its parameters: {known}"
                )
        missing = [name for name in self.shared.parameters if name not in given]
        if missing:
            raise self.place.error(f"`{self.shared.name}` is missing its parameter `{missing[0]}`")
        kinds = {saved.name: Variable(e.check(scope), saved.place) for saved, e in self.with_ or ()}
        check_steps(self.shared.steps, scope.fresh(kinds))

    def run(self, context: Context) -> None:
        """Run the steps; what they save stays theirs."""
        parameters = {saved.name: context.value(expression) for saved, expression in self.with_ or ()}
        context.with_parameters(parameters).run(self.shared.steps)

    def words(self, n: int | None) -> str:
        """Name the steps and the values."""
        values = ", ".join(f"`{saved.name}` {e.words(n)}" for saved, e in self.with_ or ())
        return f"{self.shared.name.replace('_', ' ')}" + (f", with {values}" if values else "")

    def blocks(self) -> tuple[Block, ...]:
        """The shared steps."""
        return (Block(self.shared.steps),)
