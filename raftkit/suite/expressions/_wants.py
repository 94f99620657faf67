"""What a field wants of its expression, and the expression that stands there."""

from dataclasses import dataclass
from typing import Any

from raftkit.suite._place import Place
from raftkit.suite.expressions._check import kind
from raftkit.suite.expressions._evaluate import Environment, draw, evaluate, fold
from raftkit.suite.expressions._scope import Scope
from raftkit.suite.expressions._syntax import Node
from raftkit.suite.expressions._values import Kind, Range, Server, Value, kind_of, show
from raftkit.suite.expressions._words import names, words, write


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """The kinds that a field takes.

    Attributes:
        doc: What messages and the reference call it, with an example.
        kinds: What it takes.
        draws: Whether a range is drawn from; otherwise a range stays a range.
        schema: The JSON types that YAML makes of it.
    """

    doc: str
    kinds: frozenset[Kind]
    draws: bool = True
    schema: tuple[str, ...] = ("integer", "string")


def _want(
    doc: str, *kinds: Kind, draws: bool = True, schema: tuple[str, ...] = ("integer", "string")
) -> Want:
    return Want(doc=doc, kinds=frozenset(kinds), draws=draws, schema=schema)


_ARRAY = ("integer", "string", "array")

NUMBER = _want("a whole number", Kind.NUMBER, Kind.LIST, Kind.NUMBERS)
SERVER = _want("a server, such as `leader + 1`", Kind.SERVER, Kind.NUMBER, Kind.NUMBERS)
MAYBE_SERVER = _want(
    "a server, such as `current_leader`, or none", Kind.SERVER, Kind.NUMBER, Kind.NUMBERS, Kind.NONE
)
SERVERS = _want(
    "a server or a list of servers, such as `[leader, leader + 1]`, `all` or `crashed`",
    *(Kind.SERVER, Kind.NUMBER, Kind.NUMBERS, Kind.LIST),
    schema=_ARRAY,
)
MAYBE_SERVERS = _want(
    "a server or a list of servers, such as `[leader, leader + 1]`, `all` or `current_leader`; none is nobody",
    *(Kind.SERVER, Kind.NUMBER, Kind.NUMBERS, Kind.LIST, Kind.NONE),
    schema=_ARRAY,
)
DURATION = _want(
    "a duration, such as `50ms` or `0ms..499ms`", Kind.DURATION, Kind.DURATIONS, schema=("string",)
)
DURATIONS = _want(
    "a duration, or a range of them to draw from each time, such as `5ms..50ms`",
    *(Kind.DURATION, Kind.DURATIONS),
    draws=False,
    schema=("string",),
)
TRUTH = _want("a condition", Kind.TRUTH, schema=("boolean", "string"))
CHANCE = _want("a percentage, such as `10%`", Kind.PERCENTAGE, schema=("string",))
COMMAND = _want(
    "a command: a number, `random`, a range to draw from, or a text in quotation marks",
    *(Kind.NUMBER, Kind.TEXT, Kind.NUMBERS),
)
NUMBERS = _want(
    "a number, or a range or a list of allowed numbers, such as `2..3`",
    *(Kind.NUMBER, Kind.NUMBERS, Kind.LIST),
    draws=False,
    schema=_ARRAY,
)
LIST = _want("a list", Kind.LIST, schema=("string", "array"))
VALUE = _want("any value", *Kind, schema=("integer", "number", "string", "boolean", "array"))

_DRAWN = {Kind.NUMBERS: Kind.NUMBER, Kind.DURATIONS: Kind.DURATION}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression in its place, with what is wanted of it."""

    node: Node
    place: Place
    want: Want

    def __str__(self) -> str:
        return write(self.node)

    def words(self, n: int | None) -> str:
        """Write it as people read it."""
        return words(self.node, n)

    def names(self) -> list[str]:
        """List the names in it, each once, in order."""
        return list(dict.fromkeys(names(self.node)))

    def check(self, scope: Scope) -> Kind:
        """Refuse what cannot be right; give the kind of the value that a step will see."""
        found = kind(self.node, scope)
        if found is not Kind.ANY and found not in self.want.kinds:
            raise self._unwanted(found.value, found)
        self._check_server_numbers(scope.n)
        return _DRAWN.get(found, found) if self.want.draws else found

    def constant(self, n: int | None) -> Value:
        """Give the value where it is constant and no range; None otherwise."""
        value = fold(self.node, n)
        return None if isinstance(value, Range) else value

    def value(self, environment: Environment) -> Value:
        """Evaluate, and draw where the field draws; refuse, with the place, what the field cannot take."""
        value = evaluate(self.node, environment)
        if kind_of(value) not in self.want.kinds:
            raise self._unwanted(show(value), kind_of(value))
        return draw(value, environment.rng) if self.want.draws else value

    def _check_server_numbers(self, n: int | None) -> None:
        if n is None or self.want not in (SERVER, SERVERS, MAYBE_SERVER, MAYBE_SERVERS):
            return
        value = fold(self.node, n)
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, int) and not 0 <= number < n:
                raise self.place.error(
                    f"there is no server {number}: the servers of this test are 0..{n - 1}"
                )

    def _unwanted(self, found: str, kind: Kind) -> Exception:
        advice = ""
        if kind is Kind.TEXT:
            advice = "take away the quotation marks: what stands in them is a text, not an expression"
        elif kind is Kind.NUMBER and Kind.DURATION in self.want.kinds:
            advice = "write the unit: 50ms, 2s"
        elif kind is Kind.NUMBER and Kind.PERCENTAGE in self.want.kinds:
            advice = "write the percent sign: 10%"
        return self.place.error(f"wanted {self.want.doc}, found {found}", advice=advice)


def number_of(value: Value) -> int:
    """Take a number as it is and a list for its size."""
    if isinstance(value, list | tuple):
        return len(value)
    assert isinstance(value, int)
    return value


def server_of(value: Value, n: int) -> int:
    """Wrap a server's number around."""
    number: Any = value.number if isinstance(value, Server) else value
    assert isinstance(number, int)
    return number % n
