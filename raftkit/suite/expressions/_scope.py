"""Which variables exist at a step, and what they hold: the check before anything runs."""

from dataclasses import dataclass, field

from raftkit.suite._place import Place, suggest
from raftkit.suite.expressions._names import FUNCTIONS, NAMES
from raftkit.suite.expressions._tokens import WORD_OPERATORS
from raftkit.suite.expressions._values import Kind

RESERVED = frozenset({*NAMES, *FUNCTIONS, *WORD_OPERATORS, "true", "false", "none", "if", "else"})
"""Words that no variable can have for its name."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Something a step has saved."""

    kind: Kind
    place: Place


MAX_STEPS = 20_000
"""Steps of one suite, shared ones counted each time they are used: the lab's largest has about 150."""


MAX_NESTING = 24
"""Steps inside steps, shared ones included: the lab's suites need six."""


@dataclass(slots=True)
class Budget:
    """How many steps may still be checked: shared steps that use each other twice grow like powers of two."""

    left: int = MAX_STEPS

    def spend(self, place: Place) -> None:
        """Count one step."""
        self.left -= 1
        if self.left < 0:
            raise place.error(f"a suite of more than {MAX_STEPS} steps, shared ones counted at each use")


@dataclass(slots=True)
class Scope:
    """The variables at one point of a test.

    ``maybe`` holds those that only some ways to this point save; reading one is refused. ``outer``
    holds the names that a task of its own sees but must not save into: what it saves is its own.
    """

    n: int | None
    variables: dict[str, Variable] = field(default_factory=dict)
    maybe: dict[str, Place] = field(default_factory=dict)
    outer: frozenset[str] = frozenset()
    in_attempts: bool = False
    depth: int = 0
    budget: Budget = field(default_factory=Budget)

    def branch(self, *, own_task: bool = False) -> "Scope":
        """Begin a block whose savings may or may not happen."""
        outer = self.outer | self.variables.keys() if own_task else self.outer
        in_attempts = self.in_attempts and not own_task
        return Scope(
            self.n,
            dict(self.variables),
            dict(self.maybe),
            outer,
            in_attempts,
            self.depth + 1,
            self.budget,
        )

    def check_depth(self, place: Place) -> None:
        """Refuse steps that lie too deep inside others."""
        if self.depth > MAX_NESTING:
            raise place.error(f"steps inside steps, more than {MAX_NESTING} deep, shared ones included")

    def fresh(self, variables: dict[str, Variable]) -> "Scope":
        """Begin shared steps: they see their parameters and nothing else."""
        return Scope(self.n, variables, depth=self.depth + 1, budget=self.budget)

    def merge(self, *branches: "Scope") -> None:
        """Go on after a choice of ways: certain is what every way has saved."""
        certain = set.intersection(*(set(branch.variables) for branch in branches))
        for branch in branches:
            self.maybe.update(branch.maybe)
            self.maybe.update({n: v.place for n, v in branch.variables.items() if n not in certain})
        first = branches[0].variables
        for name in sorted(certain):
            kinds = {branch.variables[name].kind for branch in branches}
            self.variables[name] = Variable(kinds.pop() if len(kinds) == 1 else Kind.ANY, first[name].place)

    def kind(self, name: str, place: Place) -> Kind:
        """Tell the kind of a name, or refuse it as unknown here."""
        if name in NAMES:
            return NAMES[name].kind
        if name in self.variables:
            return self.variables[name].kind
        if name in self.maybe:
            line = self.maybe[name].line
            raise place.error(
                f"`{name}` may be missing here: line {line} saves it, but not on every way to this step",
                advice=f"give it a value before, for example `let: {{{name}: none}}`",
            )
        advice = suggest(name, [*self.variables, *NAMES])
        if name in FUNCTIONS:
            advice = f"`{name}` is a function: write {name}(5000)"
        raise place.error(f"nothing is called `{name}` here", advice=advice)

    def define(self, name: str, kind: Kind, place: Place) -> None:
        """Let a step save into a variable; a variable keeps its kind."""
        if name in self.outer:
            raise place.error(
                f"`{name}` belongs to the steps outside, and what a task of its own saves is lost there",
                advice="save under another name, or `append` to a list",
            )
        before = self.variables.get(name)
        if before is not None and not fits(before.kind, kind):
            raise place.error(
                f"`{name}` holds {before.kind.value} since line {before.place.line}; "
                f"this would make it {kind.value}",
                advice="use another name",
            )
        known = before.kind if before is not None and kind in (Kind.ANY, Kind.NONE) else kind
        self.variables[name] = Variable(Kind.ANY if known is Kind.NONE else known, place)


def fits(before: Kind, after: Kind) -> bool:
    """Say whether a variable of one kind may be given a value of another."""
    return before is after or Kind.ANY in (before, after) or Kind.NONE in (before, after)
