"""Steps that keep something for later, and let time pass."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.suite._context import Context
from raftkit.suite._fields import declared, value
from raftkit.suite._specs import AssignmentsSpec, Saved
from raftkit.suite._step import Step, step
from raftkit.suite.expressions import DURATION, LIST, VALUE, Expression, Name, Scope

MAX_LIST = 100_000
"""Items of one list."""


@step("let", main="variables")
@dataclass(frozen=True, kw_only=True)
class Let(Step):
    """Give variables their values, one after the other; a range is drawn from."""

    variables: tuple[tuple[Saved, Expression], ...] = declared(
        AssignmentsSpec(doc="Each variable with its value.", want=VALUE)
    )

    def check(self, scope: Scope) -> None:
        """Each value may use the variables before it."""
        for saved, expression in self.variables:
            scope.define(saved.name, expression.check(scope), saved.place)

    def run(self, context: Context) -> None:
        """Evaluate and save in order; a list is copied."""
        for saved, expression in self.variables:
            value = context.value(expression)
            context.save(saved, list(value) if isinstance(value, list | tuple) else value)

    def words(self, n: int | None) -> str:
        """Write the assignments."""
        return "let " + ", ".join(f"`{saved.name}` be {value.words(n)}" for saved, value in self.variables)


@step("append")
@dataclass(frozen=True, kw_only=True)
class Append(Step):
    """Add a value to the end of a list; steps that run beside each other may share the list."""

    to: Expression = value(LIST, "The list's variable.")
    value: Expression = value(VALUE, "What to add.")

    def check(self, scope: Scope) -> None:
        """Refuse lists that are nobody's."""
        Step.check(self, scope)
        if not isinstance(self.to.node, Name) or self.to.node.name not in scope.variables:
            raise self.to.place.error("only a variable's list can grow", advice="let: {commands: []}")

    def run(self, context: Context) -> None:
        """Change the list in its place."""
        items = context.value(self.to)
        if not isinstance(items, list) or len(items) >= MAX_LIST:
            raise self.place.error(f"a list of more than {MAX_LIST} items")
        items.append(context.value(self.value))

    def words(self, n: int | None) -> str:
        """Say what goes where."""
        return f"add {self.value.words(n)} to {self.to.words(n)}"


@step("sleep", main="duration")
@dataclass(frozen=True, kw_only=True)
class Sleep(Step):
    """Let virtual time pass."""

    duration: Expression = value(DURATION, "How long.")

    def run(self, context: Context) -> None:
        """Block this task."""
        context.cluster.sleep(context.duration(self.duration))

    def words(self, n: int | None) -> str:
        """Say how long."""
        return f"sleep {self.duration.words(n)}"
