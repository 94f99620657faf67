"""Clients of a service above Raft, and the judgement of what they saw."""

# ruff: noqa: RUF009  (value() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.linearizability import MODELS
from raftkit.suite._context import Context
from raftkit.suite._fields import declared, value
from raftkit.suite._specs import WordSpec
from raftkit.suite._step import Step, step
from raftkit.suite.expressions import NUMBER, Expression, Scope
from raftkit.suite.steps._counts import check_count, count_of

MAX_CLIENTS = 20
MAX_KEYS = 10


@step("start_workload")
@dataclass(frozen=True, kw_only=True)
class StartWorkload(Step):
    """Start clients of a replicated service; at the test's end all that they saw must be linearizable."""

    model: str = declared(
        WordSpec(
            doc="What a key is: a text with get, put, append and compare_and_set, or a list.",
            default="register",
            words=tuple(MODELS),
        )
    )
    clients: Expression = value(
        NUMBER, "How many clients, up to 20, each with one operation at a time.", default="3"
    )
    keys: Expression = value(NUMBER, "How many keys they share, 1 to 10.", default="3")

    def check(self, scope: Scope) -> None:
        """Refuse absurd numbers."""
        check_count(self.clients, scope, MAX_CLIENTS)
        check_count(self.keys, scope, MAX_KEYS)

    def run(self, context: Context) -> None:
        """Start them; they go on beside the steps."""
        if context.workload.has_begun:
            raise self.place.error(
                "a workload has begun already", advice="one in a test: give it more clients"
            )
        clients = count_of(self.clients, context, MAX_CLIENTS)
        keys = count_of(self.keys, context, MAX_KEYS)
        if not clients or not keys:
            raise self.place.error("a workload without clients or keys shows nothing")
        context.workload.begin(self.model, clients=clients, keys=keys)

    def words(self, n: int | None) -> str:
        """Say how many."""
        return (
            f"start {self.clients.words(n)} clients of a {self.model} service with {self.keys.words(n)} keys"
        )


@step("check_linearizable")
@dataclass(frozen=True, kw_only=True)
class CheckLinearizable(Step):
    """Let the clients of the workload end, and check that what they saw is linearizable."""

    def run(self, context: Context) -> None:
        """Wait for them, then judge."""
        if not context.workload.has_begun:
            raise self.place.error("no workload has begun", advice="start_workload: {clients: 3}")
        context.workload.judge()

    def words(self, n: int | None) -> str:
        """Say it."""
        return "let the workload's clients end, and check that what they saw is linearizable"
