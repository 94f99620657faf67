"""The shapes of partitions: which servers stand on which side, and which links are cut.

::

    isolate      one server | all others
    minority     a server in the largest group that is no majority | the others
    majority     a server in the smallest majority | the others
    halves       half of the servers, drawn | the others; of an odd number one half is a majority
    bridge       half of the others | half of the others, and a server in the middle that hears both
    ring         each hears as many neighbours in a circle as a majority takes, and no two hear the same
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from raftkit.net import Link

Group = tuple[int, ...]
Shape = Callable[[int, int, Random], "Sides"]
"""From the number of servers, the server that it is about, and chance."""


@dataclass(frozen=True, slots=True)
class Sides:
    """A partition.

    Attributes:
        links: What is cut, both directions.
        text: Who stands where.
        inside: The group with the server that it is about; empty where there are no two sides.
    """

    links: frozenset[Link]
    text: str
    inside: Group = ()


def between(left: Iterable[int], right: Iterable[int]) -> frozenset[Link]:
    """Every link from the left to the right, one direction."""
    others = tuple(right)
    return frozenset((one, other) for one in left for other in others if one != other)


def around_server(server: int, n: int) -> frozenset[Link]:
    """Every link of a server, both directions."""
    others = [other for other in range(n) if other != server]
    return between([server], others) | between(others, [server])


def directed(sides: Sides, n: int, lost: str) -> frozenset[Link]:
    """The links of a partition that lose what the inside sends, or receives, or both."""
    outside = [server for server in range(n) if server not in sides.inside]
    if lost == "sent":
        return between(sides.inside, outside)
    if lost == "received":
        return between(outside, sides.inside)
    return sides.links


def names(servers: Iterable[int]) -> str:
    """``S0 S3``."""
    return " ".join(f"S{server}" for server in sorted(servers)) or "nobody"


def _isolate(n: int, around: int, random: Random) -> Sides:
    return _split(n, (around,))


def _minority(n: int, around: int, random: Random) -> Sides:
    return _split(n, _with(around, (n - 1) // 2, n, random))


def _majority(n: int, around: int, random: Random) -> Sides:
    return _split(n, _with(around, n // 2 + 1, n, random))


def _halves(n: int, around: int, random: Random) -> Sides:
    return _split(n, _with(around, n // 2, n, random))


def _bridge(n: int, around: int, random: Random) -> Sides:
    others = random.sample([server for server in range(n) if server != around], n - 1)
    left, right = others[: (n - 1) // 2], others[(n - 1) // 2 :]
    links = between(left, right) | between(right, left)
    return Sides(links, f"{names(left)} | {names(right)}, and S{around} hears both")


def _ring(n: int, around: int, random: Random) -> Sides:
    circle = random.sample(range(n), n)
    reach = (n // 2 + 1) // 2
    heard = {(circle[i], circle[(i + step) % n]) for i in range(n) for step in range(-reach, reach + 1)}
    links = between(range(n), range(n)) - heard
    order = " ".join(f"S{server}" for server in circle)
    return Sides(links, f"a ring {order}, each hears {reach} on either side")


def _with(server: int, size: int, n: int, random: Random) -> Group:
    """A group of at least one that holds a server."""
    others = [other for other in range(n) if other != server]
    return (server, *random.sample(others, max(size, 1) - 1))


def _split(n: int, inside: Group) -> Sides:
    outside = [server for server in range(n) if server not in inside]
    links = between(inside, outside) | between(outside, inside)
    return Sides(links, f"{names(inside)} | {names(outside)}", inside)


SHAPES: dict[str, Shape] = {
    "isolate": _isolate,
    "minority": _minority,
    "majority": _majority,
    "halves": _halves,
    "bridge": _bridge,
    "ring": _ring,
}
"""Every shape by its name in a suite."""
