"""Steps written once, used by several tests."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.suite._context import Context
from raftkit.suite._fields import declared
from raftkit.suite._shared import Shared
from raftkit.suite._specs import AssignmentsSpec, Saved, SharedSpec
from raftkit.suite._step import Block, Step, check_steps, step
from raftkit.suite.expressions import (
    VALUE,
    Expression,
    Scope,
    Variable,
)


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
