"""Steps that do something to messages: lose, hold back and duplicate those that they are aimed at."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass, replace

from raftkit.nemesis import RPCS, Aim, Delay, Drop, Duplicate, Fault, around_server, between
from raftkit.suite._context import Context
from raftkit.suite._fields import declared, value
from raftkit.suite._specs import WordSpec
from raftkit.suite._step import Step, step
from raftkit.suite.expressions import (
    CHANCE,
    DURATIONS,
    MAYBE_SERVERS,
    NUMBER,
    TRUTH,
    Duration,
    Expression,
    Percentage,
    Range,
    Scope,
)
from raftkit.suite.steps._faults import FaultStep


@dataclass(frozen=True, kw_only=True)
class AimedStep(FaultStep):
    """A fault of messages, and which they are: those that meet every condition that is given."""

    rpc: str | None = declared(
        WordSpec(doc="Only of this RPC, however the implementation spells it.", words=tuple(RPCS)),
        optional=True,
    )
    reply: Expression | None = value(TRUTH, "Only replies, or only requests.", optional=True)
    from_: Expression | None = value(MAYBE_SERVERS, "Only those that these servers send.", optional=True)
    to: Expression | None = value(MAYBE_SERVERS, "Only those to these servers.", optional=True)
    around: Expression | None = value(
        MAYBE_SERVERS, "Only those that these servers send or get.", optional=True
    )
    term: Expression | None = value(NUMBER, "Only those whose request is of this term.", optional=True)
    chance: Expression | None = value(CHANCE, "Only this share of them, drawn.", optional=True)
    count: Expression | None = value(NUMBER, "Only this many, the first.", optional=True)

    def check(self, scope: Scope) -> None:
        """Refuse two ways to say where."""
        Step.check(self, scope)
        if self.around is not None and (self.from_ is not None or self.to is not None):
            raise self.around.place.error("`around` is every link of a server: leave `from` and `to` away")

    def make(self, context: Context) -> Fault | None:
        """Aim; on links of nobody there is nothing to strike."""
        aim = self._aim(context)
        return None if aim.links == frozenset() else self.strike(context, aim)

    def strike(self, context: Context, aim: Aim) -> Fault:
        """Make the fault of what it is aimed at."""
        raise NotImplementedError

    def _aim(self, context: Context) -> Aim:
        chance = None if self.chance is None else context.value(self.chance)
        return Aim(
            links=self._links(context),
            rpc=None if self.rpc is None else RPCS[self.rpc],
            is_reply=None if self.reply is None else context.truth(self.reply),
            term=None if self.term is None else context.number(self.term),
            chance=float(chance.share) if isinstance(chance, Percentage) else 1.0,
            count=None if self.count is None else context.number(self.count),
        )

    def _links(self, context: Context) -> frozenset[tuple[int, int]] | None:
        n = context.n
        if self.around is not None:
            return frozenset().union(*(around_server(each, n) for each in context.servers(self.around)))
        if self.from_ is None and self.to is None:
            return None
        left = range(n) if self.from_ is None else context.servers(self.from_)
        return between(left, range(n) if self.to is None else context.servers(self.to))

    def struck(self, n: int | None) -> str:
        """Name the messages."""
        reply = None if self.reply is None else self.reply.constant(n)
        kind = "messages" if reply is None else "replies" if reply is True else "requests"
        words = [f"{self.rpc} {kind}" if self.rpc else kind]
        for word, what in (
            ("of term", self.term),
            ("from", self.from_),
            ("to", self.to),
            ("from and to", self.around),
        ):
            if what is not None:
                words.append(f"{word} {what.words(n)}")
        share = "" if self.chance is None else f"{self.chance.words(n)} of "
        first = "" if self.count is None else f"the first {self.count.words(n)} of "
        return f"{first}{share}{' '.join(words)}"


@step("drop")
@dataclass(frozen=True, kw_only=True)
class DropMessages(AimedStep):
    """Lose messages, such as 10% of all, or one certain reply; the caller soon learns that its call failed."""

    def strike(self, context: Context, aim: Aim) -> Fault:
        """Lose them."""
        return Drop(text=self.what(context.n), aim=aim)

    def what(self, n: int | None) -> str:
        """Name the messages."""
        return f"lose {self.struck(n)}"


@step("delay")
@dataclass(frozen=True, kw_only=True)
class DelayMessages(AimedStep):
    """Hold messages back: a slow link, a slow server (`around`), or, with a chance, some that are overtaken."""

    by: Expression = value(DURATIONS, "How much longer each takes.")
    spread: str = declared(
        WordSpec(
            doc="How times are drawn from a range: even, or mostly short: one in two from the lowest 6% of the way, "
            "one in ten from the highest 35%.",
            words=("even", "long_tail"),
            default="even",
        )
    )

    def strike(self, context: Context, aim: Aim) -> Fault:
        """Hold them back."""
        low_ns, high_ns = ends_ns(self.by, context)
        return Delay(
            text=self.what(context.n),
            aim=aim,
            low_ns=low_ns,
            high_ns=high_ns,
            long_tail=self.spread == "long_tail",
        )

    def what(self, n: int | None) -> str:
        """Name messages and times."""
        tail = ", mostly short" if self.spread == "long_tail" else ""
        return f"hold back {self.struck(n)} by {self.by.words(n)}{tail}"


@step("duplicate")
@dataclass(frozen=True, kw_only=True)
class DuplicateRequests(AimedStep):
    """Deliver requests twice; the handler runs for each, and the caller gets the answer to the first."""

    after: Expression = value(DURATIONS, "How much later the copy arrives.", default="0ms..50ms")

    def check(self, scope: Scope) -> None:
        """Refuse replies: a caller takes one answer, whatever a network does."""
        AimedStep.check(self, scope)
        if self.reply is not None:
            raise self.reply.place.error("only requests can be duplicated: a caller takes one reply")

    def strike(self, context: Context, aim: Aim) -> Fault:
        """Copy requests."""
        low_ns, high_ns = ends_ns(self.after, context)
        requests = replace(aim, is_reply=False)
        return Duplicate(text=self.what(context.n), aim=requests, low_ns=low_ns, high_ns=high_ns)

    def what(self, n: int | None) -> str:
        """Name messages and times."""
        return f"duplicate {self.struck(n).replace('messages', 'requests')}, the copy {self.after.words(n)} later"


def ends_ns(expression: Expression, context: Context) -> tuple[int, int]:
    """Evaluate a duration or a range of them: the shortest and the longest, in nanoseconds."""
    value = context.value(expression)
    low, high = (value.low, value.high) if isinstance(value, Range) else (value, value)
    assert isinstance(low, Duration)
    assert isinstance(high, Duration)
    return low.ns, high.ns
