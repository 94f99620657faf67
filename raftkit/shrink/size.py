"""How large a suite of one test is: what shrinking makes less, the most telling first."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from raftkit.errors import SuiteError
from raftkit.model import MS, SECOND
from raftkit.shrink.tree import Quoted, Tree, at, nodes, test_path, the_test
from raftkit.suite.document import Place
from raftkit.suite.expressions import Duration, Range, Value, fold, parse

COUNTS = ("repeat", "attempts", "parallel", "background", "times", "clients", "keys", "nth", "count")
"""Fields that say how often, or how many."""
NETWORKS = ("steady", "reliable", "unreliable")
SERVICES = ("plain", "snapshotting", "staggered")
"""Words of a test, all that there are, from the simplest on."""
UNBOUND = 1 << 62
"""More choices than any run makes: the deviations of a test that says nothing of them."""
USUAL = {"network": "reliable", "service": "plain"}
"""What a test has that says nothing of them."""
_NOWHERE = Place("", 1, 1)


def servers_of(tree: Tree) -> int:
    """The size of the cluster."""
    return int(str(the_test(tree)["servers"]))


def word_of(tree: Tree, field: str) -> str:
    """The network or the service of the test."""
    return str(the_test(tree).get(field, USUAL[field]))


def deviations_of(tree: Tree) -> int:
    """How many choices are the seed's; a number beyond all when every one is."""
    return int(str(the_test(tree).get("deviations", UNBOUND)))


def faults_of(tree: Tree) -> int:
    """How many faults come beside the steps."""
    return len(the_test(tree).get("background", ()))


@lru_cache(maxsize=4096)
def _folded(text: str, servers: int) -> Value:
    try:
        return fold(parse(text, _NOWHERE), servers)
    except SuiteError:
        return None


def constant(node: Tree, servers: int) -> Value:
    """The value of a field that the run does not decide; None for any other."""
    return _folded(node, servers) if isinstance(node, str) and not isinstance(node, Quoted) else None


def steps_of(tree: Tree) -> int:
    """How many steps are taken, as far as the text tells: rounds are counted, and every way."""
    shared = at(tree, ("shared",)) if isinstance(tree, dict) and "shared" in tree else {}
    return _steps(the_test(tree)["steps"], shared, servers_of(tree))


def _steps(steps: Tree, shared: Tree, servers: int) -> int:
    count = partial(_steps, shared=shared, servers=servers)
    return sum(_step(step, shared, servers, count) for step in steps)


def _step(step: Tree, shared: Tree, servers: int, count: Callable[[Tree], int]) -> int:
    if not isinstance(step, dict):
        return 1
    if "use" in step:
        return 2 + count(at(shared, (str(step["use"]), "steps")))
    if "choose" in step:
        return 1 + sum(count(at(way, ("steps",))) for way in step["choose"])
    inner = sum(count(step[key]) for key in ("steps", "else") if key in step)
    return 1 + inner * _rounds(step, servers)


def _rounds(step: dict[str, Tree], servers: int) -> int:
    if "for_each" in step:
        items = constant(step["for_each"], servers)
        return len(items) if isinstance(items, Sequence) else servers
    for name in ("repeat", "attempts", "parallel", "background"):
        if name in step:
            return max(1, highest(constant(step[name], servers)))
    return 1


def highest(value: Value) -> int:
    """The number that a constant is, or its upper end; 1 for what is no number."""
    value = value.high if isinstance(value, Range) else value
    return value if type(value) is int else 1


def size(tree: Tree) -> tuple[int, ...]:
    """Measure a suite of one test, the most telling first: of two, that with the first smaller figure is simpler.

    Faults and steps, servers, weather, what is written and drawn, times, counts, and choices that are the seed's.
    Each candidate must be simpler, so that shrinking comes to an end.
    """
    servers, body = servers_of(tree), at(tree, test_path(tree))
    weather = NETWORKS.index(word_of(tree, "network")) + SERVICES.index(word_of(tree, "service"))
    shared = at(tree, ("shared",)) if isinstance(tree, dict) and "shared" in tree else ""
    written, drawn, times_ns, counts = 0, 0, 0, 0
    for path, node in [*nodes(body), *nodes(shared)]:
        written += path[:1] not in (("network",), ("deviations",))
        if not isinstance(node, str):
            continue
        value = constant(node, servers)
        drawn += isinstance(value, Range)
        for end in (value.low, value.high) if isinstance(value, Range) else (value,):
            times_ns += end.ns if isinstance(end, Duration) else 0
        counts += highest(value) if path[-1:] and path[-1] in COUNTS else 0
    return (
        faults_of(tree) + steps_of(tree),
        servers,
        weather,
        written + drawn,
        times_ns,
        counts,
        deviations_of(tree),
    )


def duration_text(ns: int) -> str:
    """A duration as suites write it, to two digits."""
    unit = 10 ** max(0, len(str(ns // MS)) - 2) * MS
    ns = max(MS, ns // unit * unit)
    return f"{ns // SECOND}s" if ns % SECOND == 0 else f"{ns // MS}ms"
