"""Steps that trouble whole servers for a while: down, standing still, with bad disks, or clocks that are wrong."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.nemesis import DiskError, Down, Fault, Freeze, WrongClock
from raftkit.suite._context import Context
from raftkit.suite._fields import value
from raftkit.suite._step import Step, step
from raftkit.suite.expressions import CHANCE, DURATION, MAYBE_SERVERS, NUMBER, Expression, Percentage, Scope
from raftkit.suite.steps._faults import FaultStep

MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class OutageStep(FaultStep):
    """A fault of whole servers."""

    servers: Expression = value(MAYBE_SERVERS, "Whom; an empty list, or none, strikes nobody.")

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


@step("disk_error")
@dataclass(frozen=True, kw_only=True)
class FailDisks(OutageStep):
    """Let saves of servers raise OSError, and keep nothing of them; who goes down over that is restarted at the end."""

    nth: Expression | None = value(
        NUMBER, "Only each server's nth save from the beginning. Without: by chance.", optional=True
    )
    chance: Expression = value(CHANCE, "The share of saves that fail.", default="100%")

    def make(self, context: Context) -> Fault | None:
        """Name them."""
        servers, names = self.struck(context)
        chance = context.value(self.chance)
        if not servers or not isinstance(chance, Percentage):
            return None
        nth = None if self.nth is None else context.number(self.nth)
        if nth is not None and nth < 1:
            raise self.place.error(f"there is no save number {nth}: the first is 1")
        text = f"disks fail: {names}, {self._which(context.n)}"
        return DiskError(text=text, servers=servers, nth=nth, chance=float(chance.share))

    def _which(self, n: int | None) -> str:
        if self.nth is not None:
            return f"save number {self.nth.words(n)} of each"
        return "every save" if str(self.chance) == "100%" else f"{self.chance.words(n)} of all saves"

    def what(self, n: int | None) -> str:
        """Name servers and saves."""
        return f"let disks of {self.servers.words(n)} fail, {self._which(n)}"


@step("clock")
@dataclass(frozen=True, kw_only=True)
class SetClockWrong(OutageStep):
    """Set servers' clocks wrong: the time of day jumps, or all their clocks and timers run too fast or too slow."""

    ahead: Expression | None = value(DURATION, "How far the time of day jumps ahead.", optional=True)
    behind: Expression | None = value(DURATION, "How far it jumps back.", optional=True)
    fast: Expression | None = value(CHANCE, "By how much clocks and timers run too fast.", optional=True)
    slow: Expression | None = value(CHANCE, "By how much they run too slow, below 100%.", optional=True)

    def check(self, scope: Scope) -> None:
        """Refuse a clock that is right, and one that is wrong both ways."""
        Step.check(self, scope)
        given = [self.ahead, self.behind, self.fast, self.slow]
        if given == [None] * 4:
            raise self.place.error(
                "`clock` sets nothing wrong", advice="clock: {servers: leader, ahead: 1min}"
            )
        for one, other in ((self.ahead, self.behind), (self.fast, self.slow)):
            if one is not None and other is not None:
                raise other.place.error("one way or the other")

    def make(self, context: Context) -> Fault | None:
        """Name them."""
        servers, names = self.struck(context)
        if not servers:
            return None
        ahead_ns = self._ns(self.ahead, context) - self._ns(self.behind, context)
        drift_ppm = self._ppm(self.fast, context) - self._ppm(self.slow, context)
        if drift_ppm <= -MILLION:
            raise self.place.error("a clock that is slow by 100% stands still: `freeze` does that")
        text = f"{names}: {self._how(context.n)}"
        return WrongClock(text=text, servers=servers, ahead_ns=ahead_ns, drift_ppm=drift_ppm)

    def _ns(self, expression: Expression | None, context: Context) -> int:
        return 0 if expression is None else context.duration(expression)

    def _ppm(self, expression: Expression | None, context: Context) -> int:
        share = None if expression is None else context.value(expression)
        return int(share.share * MILLION) if isinstance(share, Percentage) else 0

    def _how(self, n: int | None) -> str:
        words = (
            ("time of day {} ahead", self.ahead),
            ("time of day {} back", self.behind),
            ("clocks {} fast", self.fast),
            ("clocks {} slow", self.slow),
        )
        return ", ".join(text.format(what.words(n)) for text, what in words if what is not None)

    def what(self, n: int | None) -> str:
        """Name servers and errors."""
        return f"set the clocks of {self.servers.words(n)} wrong: {self._how(n)}"
