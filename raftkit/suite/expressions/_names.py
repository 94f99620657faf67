"""The names and functions that every expression knows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from raftkit.model import SECOND
from raftkit.suite._cluster import Cluster
from raftkit.suite.expressions._values import Duration, Kind, Server, Value

ELECTION_TIMEOUT = Duration(SECOND)
"""The tester's idea of an election timeout (the lab's RaftElectionTimeout); no server is told of it."""
RANDOM_BELOW = 10**12
"""Random commands are below this: in practice all different, and every JSON reader takes them."""
MAX_TEXT = 1_000_000
"""Characters of one random text."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Rng(Protocol):
    """The part of ``random.Random`` that draws need."""

    def randrange(self, stop: int, /) -> int:
        """Draw a whole number below ``stop``."""
        ...

    def randint(self, low: int, high: int, /) -> int:
        """Draw a whole number from ``low`` to ``high``, both included."""
        ...

    def getrandbits(self, bits: int, /) -> int:
        """Draw that many random bits."""
        ...


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name with a meaning of its own; ``value`` asks the cluster, ``constant`` needs only its size."""

    kind: Kind
    doc: str
    value: Callable[[Cluster], Value]
    constant: Callable[[int], Value] | None = None


def _servers(cluster: Cluster, wanted: Callable[[int], bool]) -> list[Value]:
    return [Server(server) for server in range(cluster.n) if wanted(server)]


def _terms(cluster: Cluster) -> list[Value]:
    """The terms of the running servers, each once, lowest first."""
    states = (cluster.get_state(server) for server in range(cluster.n) if cluster.is_alive(server))
    return [*sorted({state[0] for state in states if state is not None})]


def _current_leader(cluster: Cluster) -> Value:
    best_term, leader = -1, None
    for server in range(cluster.n):
        state = cluster.get_state(server) if cluster.is_alive(server) else None
        if state is not None and state[1] and state[0] > best_term:
            best_term, leader = state[0], Server(server)
    return leader


def _constant(kind: Kind, doc: str, of_n: Callable[[int], Value]) -> KnownName:
    return KnownName(kind, doc, lambda cluster: of_n(cluster.n), of_n)


_ALIVE = KnownName(Kind.LIST, "the servers that are not crashed", lambda c: _servers(c, c.is_alive))
_CONNECTED = KnownName(Kind.LIST, "the servers that are connected", lambda c: _servers(c, c.is_connected))

NAMES: dict[str, KnownName] = {
    "n": _constant(Kind.NUMBER, "the number of servers", lambda n: n),
    "majority": _constant(Kind.NUMBER, "the smallest majority, n / 2 + 1", lambda n: n // 2 + 1),
    "all": _constant(Kind.LIST, "every server", lambda n: [Server(server) for server in range(n)]),
    "alive": _ALIVE,
    "each_alive": _ALIVE,
    "crashed": KnownName(
        Kind.LIST, "the servers that are crashed", lambda c: _servers(c, lambda s: not c.is_alive(s))
    ),
    "connected": _CONNECTED,
    "each_connected": _CONNECTED,
    "disconnected": KnownName(
        Kind.LIST,
        "the servers that are not connected",
        lambda c: _servers(c, lambda s: not c.is_connected(s)),
    ),
    "election_timeout": _constant(
        Kind.DURATION,
        f"the tester's idea of an election timeout, {ELECTION_TIMEOUT}",
        lambda n: ELECTION_TIMEOUT,
    ),
    "rpcs": KnownName(Kind.NUMBER, "RPCs that have reached a server so far", lambda c: c.rpcs_received()),
    "bytes_sent": KnownName(Kind.NUMBER, "bytes of RPCs so far", lambda c: c.bytes_sent()),
    "current_leader": KnownName(
        Kind.SERVER, "the running server that says it leads the highest term, or none", _current_leader
    ),
    "terms": KnownName(Kind.LIST, "the terms of the running servers, each once", _terms),
    "random": KnownName(
        Kind.NUMBER, "a new random number each time", lambda c: c.rng.randrange(RANDOM_BELOW)
    ),
}


def _random_string(rng: Rng, length: int) -> str:
    """Draw a text in one go: five thousand single draws would be felt."""
    bits = rng.getrandbits(8 * length).to_bytes(length, "little") if length else b""
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in bits)


@dataclass(frozen=True, slots=True)
class KnownFunction:
    """A function; it takes one whole number from 0 to ``most``."""

    kind: Kind
    doc: str
    most: int
    value: Callable[[Rng, int], Value]


FUNCTIONS: dict[str, KnownFunction] = {
    "random_string": KnownFunction(
        Kind.TEXT, "a new random text of that many letters and digits", MAX_TEXT, _random_string
    ),
}
