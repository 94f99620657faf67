"""Steps that take one way or another."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from raftkit.suite._context import Context
from raftkit.suite._fields import Fielded, GroupSpec, declared, value
from raftkit.suite._step import Block, Step, check_steps, step
from raftkit.suite.expressions import (
    CHANCE,
    TRUTH,
    Expression,
    Percentage,
    Scope,
)
from raftkit.suite.steps._counts import steps_field


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
