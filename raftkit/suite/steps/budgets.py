"""Steps that hold an implementation to a budget: messages, bytes, the size of its saved state."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.suite._context import Context
from raftkit.suite._fields import value
from raftkit.suite._step import Step, step
from raftkit.suite.expressions import NUMBER, Expression, Scope


def _judge(context: Context, used: int, least: int, most: int | None, what: str, advice: str) -> None:
    if most is not None and used > most:
        raise context.fail(
            f"TooMany{what}",
            f"{used:,} {what} were sent",
            expected=f"at most {most:,}",
            observed=f"{used:,}",
            advice=advice,
        )
    if used < least:
        raise context.fail(
            f"TooFew{what}",
            f"{used:,} {what} were sent",
            expected=f"at least {least:,}",
            observed=f"{used:,}",
        )


def _budget_words(
    what: str, n: int | None, since: Expression, least: Expression, most: Expression | None
) -> str:
    parts = [] if least.constant(n) == 0 else [f"at least {least.words(n)}"]
    parts += [] if most is None else [f"at most {most.words(n)}"]
    start = "" if since.constant(n) == 0 else f" since {since.words(n)}"
    return f"check that {' and '.join(parts) or 'any number of'} {what} were sent{start}"


@step("check_rpcs")
@dataclass(frozen=True, kw_only=True)
class CheckRpcs(Step):
    """Check how many RPCs reached a server since a count taken before with `let: {before: rpcs}`."""

    since: Expression = value(NUMBER, "The count taken before.", default="0")
    at_least: Expression = value(NUMBER, "The fewest allowed.", default="0")
    at_most: Expression | None = value(NUMBER, "The most allowed.", optional=True)

    def check(self, scope: Scope) -> None:
        """Refuse a budget without bounds."""
        Step.check(self, scope)
        if self.at_most is None and self.at_least.constant(scope.n) == 0:
            raise self.place.error(f"`{self.name}` has no bound", advice=f"{self.name}: {{at_most: 100}}")

    def run(self, context: Context) -> None:
        """Subtract and compare."""
        used = context.cluster.rpcs_received() - context.number(self.since)
        most = None if self.at_most is None else context.number(self.at_most)
        advice = "do heartbeats come too often? is an entry sent again before its reply could come?"
        _judge(context, used, context.number(self.at_least), most, "RPCs", advice)

    def words(self, n: int | None) -> str:
        """Say the budget."""
        return _budget_words("RPCs", n, self.since, self.at_least, self.at_most)


@step("check_bytes")
@dataclass(frozen=True, kw_only=True)
class CheckBytes(Step):
    """Check how many bytes of RPCs were sent since a count taken before with `let: {before: bytes_sent}`."""

    since: Expression = value(NUMBER, "The count taken before.", default="0")
    at_least: Expression = value(NUMBER, "The fewest allowed.", default="0")
    at_most: Expression | None = value(NUMBER, "The most allowed.", optional=True)

    def check(self, scope: Scope) -> None:
        """Refuse a budget without bounds."""
        Step.check(self, scope)
        if self.at_most is None and self.at_least.constant(scope.n) == 0:
            raise self.place.error(f"`{self.name}` has no bound", advice=f"{self.name}: {{at_most: 100}}")

    def run(self, context: Context) -> None:
        """Subtract and compare."""
        used = context.cluster.bytes_sent() - context.number(self.since)
        most = None if self.at_most is None else context.number(self.at_most)
        advice = (
            "each command should go to each follower once: send only what lies beyond next_index (Raft §5.3)"
        )
        _judge(context, used, context.number(self.at_least), most, "Bytes", advice)

    def words(self, n: int | None) -> str:
        """Say the budget."""
        return _budget_words("bytes", n, self.since, self.at_least, self.at_most)


@step("check_saved_state")
@dataclass(frozen=True, kw_only=True)
class CheckSavedState(Step):
    """Check that the largest Raft state that a server has persisted is small: its log was cut."""

    bytes_below: Expression = value(NUMBER, "The size it must stay below.")

    def run(self, context: Context) -> None:
        """Compare the largest."""
        size, bound = context.cluster.largest_saved_state(), context.number(self.bytes_below)
        if size >= bound:
            raise context.fail(
                "SavedStateTooLarge",
                f"a server's persisted Raft state takes {size:,} bytes",
                expected=f"less than {bound:,} bytes",
                observed=f"{size:,} bytes",
                advice="snapshot() must cut the log up to its index and persist the shorter log (Raft §7)",
            )

    def words(self, n: int | None) -> str:
        """Say the bound."""
        return f"check that no persisted Raft state takes {self.bytes_below.words(n)} bytes or more"
