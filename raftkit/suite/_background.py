"""Faults under ``background:``: they come and go beside a test's steps, until these heal them."""

from dataclasses import dataclass
from random import Random

from raftkit.nemesis import Fault
from raftkit.suite._context import Context
from raftkit.suite._document import Mapping, Scalar, Sequence, YamlNode, describe
from raftkit.suite._specs import ExpressionSpec, Reader
from raftkit.suite._step import STEPS, read_step
from raftkit.suite.expressions import DURATION, Expression, Scope
from raftkit.suite.steps import FaultStep

PAUSE = ExpressionSpec(
    doc="How long it is quiet before the fault comes, drawn each time.", want=DURATION, default="0s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plague:
    """A fault that comes by itself.

    Attributes:
        fault: Which. One that lasts for a while comes again and again, any other once, and stays.
        pause: How long it is quiet before it comes.
    """

    fault: FaultStep
    pause: Expression

    def check(self, scope: Scope) -> None:
        """Check fault and pause."""
        self.pause.check(scope)
        self.fault.check(scope)
        self.fault.check_background()

    def words(self, n: int | None) -> str:
        """Say what comes, and when."""
        if self.fault.for_ is None:
            return f"{self.fault.words(n)}, {self.pause.words(n)} after the beginning"
        return f"{self.fault.words(n)}, again and again, pauses of {self.pause.words(n)}"

    def begin(self, context: Context, name: str) -> None:
        """Let it come from now on, with a random stream of its own, until all faults are healed."""
        own = context.task_of_its_own()

        def make(random: Random) -> tuple[Fault, int | None] | None:
            own.rng = random
            fault = self.fault.make(own)
            return None if fault is None else (fault, self.fault.lasts_ns(own))

        def pause_ns(random: Random) -> int:
            own.rng = random
            return own.duration(self.pause)

        context.nemesis.plague(make, pause_ns=pause_ns, line=self.fault.place.line, name=name)


def read_plagues(node: YamlNode, reader: Reader) -> tuple[Plague, ...]:
    """Read the list under ``background:``."""
    if not isinstance(node, Sequence) or not node.items:
        raise node.place.error(
            f"wanted a list of faults, found {describe(node)}",
            advice="- {partition: {shape: halves, for: 1s}, pause: 1s..3s}",
        )
    return tuple(_read(item, reader) for item in node.items)


def _read(node: YamlNode, reader: Reader) -> Plague:
    pause: YamlNode = Scalar(PAUSE.default or "", False, node.place)
    if isinstance(node, Mapping) and "pause" in node.entries:
        pause = node.entries["pause"][1]
        others = {name: entry for name, entry in node.entries.items() if name != "pause"}
        node = Mapping(others, node.place)
    fault = read_step(node, reader)
    if not isinstance(fault, FaultStep):
        names = ", ".join(name for name, cls in STEPS.items() if issubclass(cls, FaultStep))
        raise fault.place.error(
            f"`{fault.name}` is no fault that comes and goes", advice=f"these are: {names}"
        )
    return Plague(fault=fault, pause=PAUSE.read(pause, reader))
