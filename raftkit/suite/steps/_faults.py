"""What steps that bring a fault share."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.nemesis import Fault
from raftkit.suite._context import Context
from raftkit.suite._fields import value
from raftkit.suite._step import Step
from raftkit.suite.expressions import DURATION, Expression


@dataclass(frozen=True, kw_only=True)
class FaultStep(Step):
    """A step that lets a fault take hold and goes on at once; it can also stand under `background:`."""

    for_: Expression | None = value(
        DURATION, "How long it lasts; without it until `heal`, or to the end of the test.", optional=True
    )

    def check_background(self) -> None:
        """Refuse what makes sense as a step only; called where the fault stands under `background:`."""

    def make(self, context: Context) -> Fault | None:
        """Make the fault; none when there is nobody to strike."""
        raise NotImplementedError

    def run(self, context: Context) -> None:
        """Let it take hold."""
        fault = self.make(context)
        if fault is not None:
            context.nemesis.begin(fault, line=self.place.line, lasts_ns=self.lasts_ns(context))

    def lasts_ns(self, context: Context) -> int | None:
        """Evaluate how long it lasts, in nanoseconds."""
        return None if self.for_ is None else context.duration(self.for_)

    def words(self, n: int | None) -> str:
        """Say what goes wrong, and for how long."""
        return self.what(n) + ("" if self.for_ is None else f", for {self.for_.words(n)}")

    def what(self, n: int | None) -> str:
        """Say what goes wrong."""
        raise NotImplementedError
