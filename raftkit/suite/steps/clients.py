"""The churn clients: a workload that YAML could say only by becoming a programming language."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass, field

from raftkit.model import MS
from raftkit.suite._cluster import Cluster, Command, Task
from raftkit.suite._context import Context
from raftkit.suite._fields import saves, value
from raftkit.suite._specs import Saved
from raftkit.suite._step import Step, step
from raftkit.suite.expressions import LIST, NUMBER, Expression, Kind, Scope, show
from raftkit.suite.expressions._names import RANDOM_BELOW
from raftkit.suite.steps._counts import check_count, count_of

MAX_CLIENTS = 100

_LOOK_AGAIN_MS = (10, 20, 50, 100, 200)
"""How long a client waits after each look for its command, as in the lab."""
_NO_LEADER_MS = 79
_NO_LEADER_STEP_MS = 17
"""A client that finds no leader waits 79 ms, each further client 17 ms more: they never march in step."""


@dataclass(slots=True)
class Clients:
    """Clients at work, and the commands that they saw committed."""

    stopping: bool = False
    tasks: list[Task] = field(default_factory=list)
    acknowledged: list[Command] = field(default_factory=list)

    def work(self, cluster: Cluster, client: int) -> None:
        """Offer command after command until told to stop."""
        while not self.stopping:
            began = cluster.now_ns
            command = cluster.rng.randrange(RANDOM_BELOW)
            index = _offer(cluster, command)
            if index is None:
                cluster.sleep((_NO_LEADER_MS + client * _NO_LEADER_STEP_MS) * MS)
            elif _is_committed(cluster, index, command):
                self.acknowledged.append(command)
            if cluster.now_ns == began:
                cluster.sleep(MS)  # one that answers "committed" in no time must not stop the clock


def _offer(cluster: Cluster, command: Command) -> int | None:
    """Offer one command to every live server; the last that accepts gives the index."""
    index = None
    for server in range(cluster.n):
        answer = cluster.start(server, command) if cluster.is_alive(server) else None
        if answer is not None and answer[2]:
            index = answer[0]
    return index


def _is_committed(cluster: Cluster, index: int, command: Command) -> bool:
    """Look whether the command is committed, but do not wait for ever: its leader may be gone."""
    for pause_ms in _LOOK_AGAIN_MS:
        count, found = cluster.committed(index)
        if count > 0:
            return found == command
        cluster.sleep(pause_ms * MS)
    return False


@step("start_clients")
@dataclass(frozen=True, kw_only=True)
class StartClients(Step):
    """Start clients that offer random commands to every live server and note those they see committed."""

    clients: Expression = value(NUMBER, "How many.")

    def check(self, scope: Scope) -> None:
        """Refuse absurd numbers."""
        check_count(self.clients, scope, MAX_CLIENTS)

    def run(self, context: Context) -> None:
        """Start each in a task of its own."""
        run = context.run_state
        if run.clients is not None:
            raise self.place.error("clients are already at work", advice="stop_clients: {save: acknowledged}")
        run.clients = clients = Clients()
        for client in range(count_of(self.clients, context, MAX_CLIENTS)):
            clients.tasks.append(
                context.cluster.spawn(clients.work, context.cluster, client, name=f"client {client}")
            )

    def words(self, n: int | None) -> str:
        """Say how many."""
        return f"start {self.clients.words(n)} clients that offer random commands to every live server"


@step("stop_clients")
@dataclass(frozen=True, kw_only=True)
class StopClients(Step):
    """Tell the clients to stop, wait for them, and save the commands that they saw committed."""

    save: Saved | None = saves(Kind.LIST, "Variable for the list of commands.")

    def run(self, context: Context) -> None:
        """Stop and join."""
        clients = context.run_state.clients
        if clients is None:
            raise self.place.error("no clients are at work", advice="start_clients: {clients: 3}")
        stop(context)
        context.save(self.save, list(clients.acknowledged))

    def words(self, n: int | None) -> str:
        """Say what is saved."""
        return "stop the clients" + (
            f"; `{self.save.name}` are the commands they saw committed" if self.save else ""
        )


def stop(context: Context) -> None:
    """Stop clients, if there are any."""
    clients: Clients | None = context.run_state.clients
    context.run_state.clients = None
    if clients is not None:
        clients.stopping = True
        for task in clients.tasks:
            task.join()


@step("check_log_holds")
@dataclass(frozen=True, kw_only=True)
class CheckLogHolds(Step):
    """Read the committed log back, from index 1 on, and check that it holds every command of a list."""

    commands: Expression = value(LIST, "The commands.")
    up_to: Expression = value(NUMBER, "The last log index to read.")
    servers: Expression = value(NUMBER, "How many servers must have applied each index.", default="all")

    def run(self, context: Context) -> None:
        """Wait for each index, then compare."""
        commands = context.value(self.commands)
        assert isinstance(commands, list | tuple)
        last, servers = context.number(self.up_to), context.number(self.servers)
        log = {context.cluster.wait_committed(index, servers) for index in range(1, last + 1)}
        lost = [command for command in commands if command not in log]
        if lost:
            raise context.fail(
                "CommandLost",
                f"{len(lost)} of {len(commands)} commands that were committed are gone",
                expected=f"every acknowledged command among indexes 1..{last}",
                observed="missing: "
                + ", ".join(show(command) for command in lost[:5])
                + (" ..." if lost[5:] else ""),
                advice="is the log persisted before an entry is acknowledged? (Raft Figure 2)",
            )

    def words(self, n: int | None) -> str:
        """Say what is compared."""
        return f"check that {self.commands.words(n)} are all in the log, at indexes 1..{self.up_to.words(n)}"
