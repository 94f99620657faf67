"""Steps that look at the cluster and fail the test when it is not as it must be."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.suite._context import Context
from raftkit.suite._fields import declared, saves, value
from raftkit.suite._specs import Saved, TextSpec
from raftkit.suite._step import Step, step
from raftkit.suite.expressions import COMMAND, DURATION, NUMBER, TRUTH, Expression, Kind, show
from raftkit.suite.steps.commands import servers_words


@step("check_one_leader")
@dataclass(frozen=True, kw_only=True)
class CheckOneLeader(Step):
    """Wait up to about 5 s until a connected server leads; two leaders in one term fail at once."""

    save: Saved | None = saves(Kind.SERVER, "Variable for the leader.")

    def run(self, context: Context) -> None:
        """Ask the cluster."""
        context.save_server(self.save, context.cluster.check_one_leader())

    def words(self, n: int | None) -> str:
        """Say what must be."""
        return "check that there is one leader" + (f": `{self.save.name}`" if self.save else "")


@step("check_no_leader")
@dataclass(frozen=True, kw_only=True)
class CheckNoLeader(Step):
    """Check that no connected server says that it leads."""

    def run(self, context: Context) -> None:
        """Ask the cluster."""
        context.cluster.check_no_leader()

    def words(self, n: int | None) -> str:
        """Say what must be."""
        return "check that no connected server leads"


@step("check_terms")
@dataclass(frozen=True, kw_only=True)
class CheckTerms(Step):
    """Check that every connected server is in the same term."""

    at_least: Expression = value(NUMBER, "The lowest term allowed.", default="0")
    save: Saved | None = saves(Kind.NUMBER, "Variable for the term.")

    def run(self, context: Context) -> None:
        """Ask the cluster, then look at the term."""
        term, least = context.cluster.check_terms(), context.number(self.at_least)
        if term < least:
            raise context.fail(
                "TermTooLow",
                f"the servers agree on term {term}",
                expected=f"a term of at least {least}",
                observed=f"term {term}",
                advice="a candidate increments its term before it asks for votes (Raft §5.2)",
            )
        context.save(self.save, term)

    def words(self, n: int | None) -> str:
        """Say what must be."""
        least = "" if self.at_least.constant(n) == 0 else f", at least {self.at_least.words(n)}"
        return f"check that all are in the same term{least}" + (f": `{self.save.name}`" if self.save else "")


@step("check_not_committed", main="index")
@dataclass(frozen=True, kw_only=True)
class CheckNotCommitted(Step):
    """Check that no server has applied anything at an index."""

    index: Expression = value(NUMBER, "The log index.")

    def run(self, context: Context) -> None:
        """Count the servers."""
        index = context.number(self.index)
        count, command = context.cluster.committed(index)
        if count > 0:
            raise context.fail(
                "CommittedTooEarly",
                f"index {index} is committed, and must not be",
                expected="no server has applied it",
                observed=f"{count} of {context.n} servers applied command {show(command)}",
                advice="an entry commits when a majority holds it (Raft §5.3); do cut-off servers count?",
            )

    def words(self, n: int | None) -> str:
        """Say what must be."""
        return f"check that index {self.index.words(n)} is committed nowhere"


@step("check_committed")
@dataclass(frozen=True, kw_only=True)
class CheckCommitted(Step):
    """Check, without waiting, that enough servers have applied an index."""

    index: Expression = value(NUMBER, "The log index.")
    servers: Expression = value(NUMBER, "How many servers at least.", default="majority")
    command: Expression | None = value(COMMAND, "The command that must be there.", optional=True)

    def run(self, context: Context) -> None:
        """Count the servers, then look at the command."""
        index, servers = context.number(self.index), context.number(self.servers)
        count, found = context.cluster.committed(index)
        wanted = found if self.command is None else context.command(self.command)
        if count < servers or found != wanted:
            raise context.fail(
                "NotCommitted",
                f"index {index} is not committed as it must be",
                expected=f"at least {servers} servers applied " + (show(wanted) if self.command else "it"),
                observed=f"{count} servers applied {show(found)}",
                advice="was it committed later than the step before this one waited?",
            )

    def words(self, n: int | None) -> str:
        """Say what must be."""
        command = f" with command {self.command.words(n)}" if self.command else ""
        return (
            f"check that index {self.index.words(n)} is applied by {servers_words(self.servers, n)}{command}"
        )


@step("check_liveness", main="within")
@dataclass(frozen=True, kw_only=True)
class CheckLiveness(Step):
    """Check, in calm weather, that there is soon a leader, that it commits, and that every server catches up."""

    within: Expression = value(
        DURATION,
        "How long leader and commit may take from now on. Who lags behind has 7 s more: so late may a call of before "
        "fail for which a leader waits.",
        default="5s",
    )
    command: Expression = value(COMMAND, "What is to be committed.", default="random")

    def run(self, context: Context) -> None:
        """Refuse weather that has not cleared, then ask the cluster."""
        troubles = context.cluster.troubles() + context.nemesis.troubles()
        if troubles:
            raise self.place.error(
                f"the weather has not cleared: {', '.join(troubles)}",
                advice="before it, as needed: heal; restart: crashed; connect: all; network: reliable",
            )
        context.cluster.check_liveness(context.command(self.command), context.duration(self.within))

    def words(self, n: int | None) -> str:
        """Say how soon."""
        return f"check that within {self.within.words(n)} somebody leads, commands commit, and all catch up"


@step("check", main="that")
@dataclass(frozen=True, kw_only=True)
class Check(Step):
    """Check that a condition holds."""

    that: Expression = value(TRUTH, "What must hold.")
    text: str | None = declared(TextSpec(doc="What it means when it does not hold."), optional=True)

    def run(self, context: Context) -> None:
        """Evaluate it."""
        if not context.truth(self.that):
            raise context.fail(
                "CheckFailed",
                self.text or f"`{self.that}` does not hold",
                expected=str(self.that),
                observed=context.observed(self.that),
            )

    def words(self, n: int | None) -> str:
        """Say what must hold."""
        return f"check that {self.that.words(n)}"


@step("warn")
@dataclass(frozen=True, kw_only=True)
class Warn(Step):
    """Tell the reader something, without failing, when a condition holds."""

    when: Expression = value(TRUTH, "When to tell it.")
    text: str = declared(TextSpec(doc="What to tell."))

    def run(self, context: Context) -> None:
        """Evaluate, and tell."""
        if context.truth(self.when):
            context.cluster.warn(f"{self.text} ({context.observed(self.when)})")

    def words(self, n: int | None) -> str:
        """Say when, and what."""
        return f"warn when {self.when.words(n)}: {self.text}"
