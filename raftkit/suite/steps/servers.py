"""Steps that touch servers and the network: cut off, crash, bring back, weather."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.errors import SuiteError
from raftkit.nemesis import WHENS, CrashAt, Fault
from raftkit.suite._context import Context
from raftkit.suite._fields import declared, saves, value
from raftkit.suite._specs import Saved, WordSpec
from raftkit.suite._step import Step, step
from raftkit.suite.expressions import DURATION, MAYBE_SERVERS, NUMBER, SERVERS, TRUTH, Expression, Kind, Scope
from raftkit.suite.steps._faults import FaultStep


@step("disconnect", main="servers")
@dataclass(frozen=True, kw_only=True)
class Disconnect(Step):
    """Cut servers off the network; they keep running and do not notice."""

    servers: Expression = value(SERVERS, "Whom to cut off.")

    def run(self, context: Context) -> None:
        """Cut off one after the other."""
        for server in context.servers(self.servers):
            context.cluster.disconnect(server)

    def words(self, n: int | None) -> str:
        """Name the servers."""
        return f"disconnect {self.servers.words(n)}"


@step("connect", main="servers")
@dataclass(frozen=True, kw_only=True)
class Connect(Step):
    """Connect servers with every other server that is connected."""

    servers: Expression = value(SERVERS, "Whom to connect.")

    def run(self, context: Context) -> None:
        """Connect one after the other."""
        for server in context.servers(self.servers):
            context.cluster.connect(server)

    def words(self, n: int | None) -> str:
        """Name the servers."""
        return f"connect {self.servers.words(n)}"


@step("crash", main="servers")
@dataclass(frozen=True, kw_only=True)
class Crash(FaultStep):
    """Crash servers: only what their persisters hold survives. With `when`, crash one later, at a certain point."""

    servers: Expression = value(
        MAYBE_SERVERS, "Whom to crash; with `when` the first of them that comes there."
    )
    when: str | None = declared(
        WordSpec(
            doc="As it saves, and its disk loses that; right after it has saved; before the reply of a handler "
            "that has saved; as it hands an entry to its service, which does not take it.",
            words=tuple(WHENS),
        ),
        optional=True,
    )
    nth: Expression | None = value(
        NUMBER, "With `when`: which time that one of them comes there. Without, the first.", optional=True
    )
    for_: Expression | None = value(
        DURATION,
        "With `when`: how long to lie in wait; whoever crashed then comes back. Without, it stays down.",
        optional=True,
    )

    def check(self, scope: Scope) -> None:
        """Refuse a count of nothing, an end of what has none, and nobody where it is to be now."""
        Step.check(self, scope)
        if self.when is None and self.servers.check(scope) is Kind.NONE:
            raise self._nobody()
        if self.when is None and self.nth is not None:
            raise self.nth.place.error("`nth` counts how often a server comes to a point: it needs `when`")
        if self.when is None and self.for_ is not None:
            raise self.for_.place.error(
                "`for` says how long to lie in wait: it needs `when`",
                advice="down: {servers: leader, for: 1s}",
            )

    def check_background(self) -> None:
        """Refuse servers that nobody would start again."""
        if self.when is None or self.for_ is None:
            raise self.place.error(
                "a crash in the background needs `when` and `for`", advice="down: {servers: 0, for: 1s}"
            )

    def make(self, context: Context) -> Fault | None:
        """Lie in wait."""
        servers = tuple(context.servers(self.servers))
        if not servers or self.when is None:
            return None
        nth = 1 if self.nth is None else context.number(self.nth)
        text = self.what(context.n)
        return CrashAt(text=text, servers=servers, when=self.when, nth=nth, comes_back=self.for_ is not None)

    def run(self, context: Context) -> None:
        """Crash one after the other; one that is down stays down. With ``when``: lie in wait, and go on."""
        if self.when is not None:
            FaultStep.run(self, context)
            return
        servers = context.maybe_servers(self.servers)
        if servers is None:
            raise self._nobody()
        for server in servers:
            context.cluster.crash(server)

    def _nobody(self) -> SuiteError:
        return self.servers.place.error("wanted servers to crash, found none")

    def what(self, n: int | None) -> str:
        """Name the servers, and the point."""
        if self.when is None:
            return f"crash {self.servers.words(n)}"
        time = "" if self.nth is None else f" {self.nth.words(n)} times"
        return f"crash the first of {self.servers.words(n)} to come{time} to this point: {self.when.replace('_', ' ')}"


@step("restart", main="servers")
@dataclass(frozen=True, kw_only=True)
class Restart(Step):
    """Start servers again from their persisters and connect them; one that still runs crashes first."""

    servers: Expression = value(SERVERS, "Whom to restart.")
    connect: Expression = value(TRUTH, "Whether to connect each as soon as it is started.", default="true")

    def run(self, context: Context) -> None:
        """Start and connect one after the other, as the lab does."""
        connect = context.truth(self.connect)
        for server in context.servers(self.servers):
            context.cluster.restart(server)
            if connect:
                context.cluster.connect(server)

    def words(self, n: int | None) -> str:
        """Name the servers, and say when they stay cut off."""
        constant = self.connect.constant(n)
        if constant is None:
            return f"restart {self.servers.words(n)}; connect: {self.connect.words(n)}"
        return f"restart {self.servers.words(n)}" + ("" if constant else ", not connected yet")


@step("network", main="condition")
@dataclass(frozen=True, kw_only=True)
class Network(Step):
    """Change the weather on the network; what is not named stays as it is."""

    condition: str | None = declared(
        WordSpec(
            doc="Reliable delivers at once; unreliable delays by up to 26 ms and loses 10% each way.",
            words=("reliable", "unreliable"),
        ),
        optional=True,
    )
    long_reordering: Expression | None = value(
        TRUTH, "Whether two replies in three are held back for 200 to 2200 ms.", optional=True
    )

    def check(self, scope: Scope) -> None:
        """Refuse a step that changes nothing."""
        Step.check(self, scope)
        if self.condition is None and self.long_reordering is None:
            raise self.place.error("`network` changes nothing", advice="network: unreliable")

    def run(self, context: Context) -> None:
        """Set both conditions in one go."""
        reordering = None if self.long_reordering is None else context.truth(self.long_reordering)
        unreliable = None if self.condition is None else self.condition == "unreliable"
        context.cluster.set_network(unreliable=unreliable, long_reordering=reordering)

    def words(self, n: int | None) -> str:
        """Name what changes."""
        parts = [] if self.condition is None else [f"make the network {self.condition}"]
        if self.long_reordering is not None:
            held = self.long_reordering.constant(n)
            parts.append(
                {True: "hold back replies for long", False: "hold back no replies"}.get(
                    held is True if isinstance(held, bool) else None,  # type: ignore[arg-type]
                    f"hold back replies: {self.long_reordering.words(n)}",
                )
            )
        return "; ".join(parts)


@step("pick_server")
@dataclass(frozen=True, kw_only=True)
class PickServer(Step):
    """Draw a server at random, each with the same chance."""

    save: Saved = saves(Kind.SERVER, "Variable for the server.", required=True)
    from_: Expression = value(SERVERS, "Whom to draw from; an empty list gives none.", default="all")

    def run(self, context: Context) -> None:
        """Draw once."""
        servers = context.servers(self.from_)
        picked = servers[context.rng.randrange(len(servers))] if servers else None
        context.save_server(self.save, picked)

    def words(self, n: int | None) -> str:
        """Say from whom, and where it goes."""
        return f"pick `{self.save.name}` at random from {self.from_.words(n)}"
