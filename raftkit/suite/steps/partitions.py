"""Steps that cut links between servers, and the one that heals everything."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.nemesis import SHAPES, Cutting, Fault, between, directed
from raftkit.suite._context import Context
from raftkit.suite._fields import declared, value
from raftkit.suite._specs import WordSpec
from raftkit.suite._step import Step, step
from raftkit.suite.expressions import MAYBE_SERVER, MAYBE_SERVERS, TRUTH, Expression, Scope
from raftkit.suite.steps._faults import FaultStep

_WITHOUT_SIDES = ("bridge", "ring")
_RING_FROM = 4
"""In a smaller ring everybody hears everybody."""
_SHAPES = {
    "isolate": "cut {around} off from all others",
    "minority": "cut a minority with {around} off",
    "majority": "cut a majority with {around} off",
    "halves": "cut the servers into halves",
    "bridge": "cut all but {around} into halves that only it hears both",
    "ring": "let each server hear another majority only, a ring",
}
_LOST = {
    "both": "",
    "sent": "; only what these send is lost",
    "received": "; only what these receive is lost",
}


@step("partition", main="shape")
@dataclass(frozen=True, kw_only=True)
class Partition(FaultStep):
    """Part the network: what is sent over a cut link is lost; the links of `disconnect` stay as they are."""

    shape: str = declared(
        WordSpec(
            doc="Isolate one server; a minority or a majority with it; halves, drawn; a bridge: halves that hear it "
            "both; a ring: each hears another majority.",
            words=tuple(SHAPES),
        )
    )
    around: Expression | None = value(
        MAYBE_SERVER, "The server that it is about, drawn without; for none nothing happens.", optional=True
    )
    lost: str = declared(
        WordSpec(
            doc="Whether messages both ways are lost, or only what the side with `around` has sent, or should receive.",
            words=tuple(_LOST),
            default="both",
        )
    )

    def check(self, scope: Scope) -> None:
        """Refuse what cannot be."""
        Step.check(self, scope)
        if self.lost != "both" and self.shape in _WITHOUT_SIDES:
            raise self.place.error(f"a {self.shape} has no sides of which one could be silent")
        if self.shape == "ring" and scope.n is not None and scope.n < _RING_FROM:
            raise self.place.error(
                f"in a ring of {scope.n} everybody hears everybody: it takes {_RING_FROM} servers"
            )

    def make(self, context: Context) -> Fault | None:
        """Draw who stands where."""
        n = context.n
        around = context.rng.randrange(n) if self.around is None else context.maybe_server(self.around)
        if around is None:
            return None
        sides = SHAPES[self.shape](n, around, context.rng)
        links = directed(sides, n, self.lost)
        silent = (
            ""
            if self.lost == "both"
            else f", what the first {'send' if self.lost == 'sent' else 'receive'} is lost"
        )
        return Cutting(text=f"partition {sides.text}{silent}", servers=sides.inside, links=links)

    def what(self, n: int | None) -> str:
        """Name the shape."""
        around = "a drawn server" if self.around is None else self.around.words(n)
        return _SHAPES[self.shape].format(around=around) + _LOST[self.lost]


@step("cut")
@dataclass(frozen=True, kw_only=True)
class Cut(FaultStep):
    """Cut the links between some servers and others, in both directions or in one."""

    from_: Expression = value(MAYBE_SERVERS, "The ones; for none nothing happens.")
    to: Expression = value(MAYBE_SERVERS, "The others.")
    one_way: Expression = value(
        TRUTH,
        "Whether only messages, requests and replies, from the ones to the others are lost.",
        default="false",
    )

    def make(self, context: Context) -> Fault | None:
        """Cut."""
        ones, others = context.servers(self.from_), context.servers(self.to)
        one_way = context.truth(self.one_way)
        links = between(ones, others) | (frozenset() if one_way else between(others, ones))
        if not links:
            return None
        left, right = (" ".join(f"S{server}" for server in side) for side in (ones, others))
        text = f"cut {left} {'→' if one_way else '|'} {right}"
        return Cutting(text=text, servers=tuple(dict.fromkeys([*ones, *others])), links=links)

    def what(self, n: int | None) -> str:
        """Name the ends."""
        one_way = self.one_way.constant(n)
        how = (
            ""
            if one_way is False
            else " in that direction"
            if one_way is True
            else f"; one way: {self.one_way}"
        )
        return f"cut the links from {self.from_.words(n)} to {self.to.words(n)}{how}"


@step("heal", main="faults")
@dataclass(frozen=True, kw_only=True)
class Heal(Step):
    """End faults: all that are on, those under `background:` for good; or only those of one sort."""

    faults: str | None = declared(
        WordSpec(
            doc="The sort; `cut` is a partition, and a crash one that lies in wait.",
            words=(
                "partition",
                "drop",
                "delay",
                "duplicate",
                "down",
                "crash",
                "freeze",
                "clock",
                "disk_error",
            ),
        ),
        optional=True,
    )

    def run(self, context: Context) -> None:
        """End them."""
        context.nemesis.heal(self.faults)

    def words(self, n: int | None) -> str:
        """Name the sort."""
        return "heal all faults" if self.faults is None else f"end every {self.faults}"
