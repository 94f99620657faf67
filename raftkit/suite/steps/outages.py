"""Steps that take servers out for a while: down, or standing still."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.nemesis import Down, Fault, Freeze
from raftkit.suite._context import Context
from raftkit.suite._fields import value
from raftkit.suite._step import step
from raftkit.suite.expressions import SERVERS, Expression
from raftkit.suite.steps._faults import FaultStep


@dataclass(frozen=True, kw_only=True)
class OutageStep(FaultStep):
    """A fault of whole servers."""

    servers: Expression = value(SERVERS, "Whom; an empty list strikes nobody.")

    def struck(self, context: Context) -> tuple[tuple[int, ...], str]:
        """Evaluate whom it strikes: numbers and names."""
        servers = tuple(dict.fromkeys(context.servers(self.servers)))
        return servers, " ".join(f"S{server}" for server in servers)


@step("down", main="servers")
@dataclass(frozen=True, kw_only=True)
class TakeDown(OutageStep):
    """Crash servers, and restart and connect them when it is over; in the background a storm of restarts."""

    def make(self, context: Context) -> Fault | None:
        """Name them."""
        servers, names = self.struck(context)
        return Down(text=f"{names} down", servers=servers) if servers else None

    def what(self, n: int | None) -> str:
        """Name the servers."""
        return f"take {self.servers.words(n)} down"


@step("freeze", main="servers")
@dataclass(frozen=True, kw_only=True)
class StandStill(OutageStep):
    """Let servers stand still, like stopped processes: clocks go on, what reaches them waits, none can be asked."""

    def make(self, context: Context) -> Fault | None:
        """Name them."""
        servers, names = self.struck(context)
        return Freeze(text=f"{names} stand still", servers=servers) if servers else None

    def what(self, n: int | None) -> str:
        """Name the servers."""
        return f"let {self.servers.words(n)} stand still"
