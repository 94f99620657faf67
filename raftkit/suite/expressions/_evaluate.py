"""The value of an expression: fully while a test runs, or as far as it is constant before."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from raftkit.model import MS, US
from raftkit.suite.expressions._names import FUNCTIONS, NAMES, Rng
from raftkit.suite.expressions._operators import (
    ARITHMETIC,
    ORDERING,
    as_number,
    comparable,
    contains,
    same,
)
from raftkit.suite.expressions._syntax import Binary, Call, Item, ListOf, Literal, Name, Node, Unary
from raftkit.suite.expressions._values import Duration, Kind, Range, Server, Value, kind_of, show

MAX_NUMBER = 10**18
"""Bound on every number: no arithmetic of a suite is slow or grows without end."""

_T = TypeVar("_T")


class Environment(Protocol):
    """Where an expression finds its names and its chance."""

    @property
    def n(self) -> int:
        """The number of servers, around which server numbers wrap."""
        ...

    @property
    def rng(self) -> Rng:
        """The test's own random stream."""
        ...

    def lookup(self, node: Name) -> Value:
        """Give the value of a name, or raise SuiteError."""
        ...


class NotConstant(Exception):
    """An expression depends on the run."""


class _Constants:
    """Knows what the size of the cluster alone decides."""

    def __init__(self, n: int | None) -> None:
        self._n = n

    @property
    def n(self) -> int:
        if self._n is None:
            raise NotConstant
        return self._n

    @property
    def rng(self) -> Rng:
        raise NotConstant

    def lookup(self, node: Name) -> Value:
        known = NAMES.get(node.name)
        if known is None or known.constant is None:
            raise NotConstant
        return known.constant(self.n)


def fold(node: Node, n: int | None, otherwise: _T | None = None) -> Value | _T:
    """Give the value of a constant expression, ``otherwise`` when the run decides it."""
    try:
        return evaluate(node, _Constants(n))
    except NotConstant:
        return otherwise


def evaluate(node: Node, environment: Environment) -> Value:
    """Give the value of a node; raise SuiteError, with its place, when it has none."""
    return _EVALUATE[type(node)](node, environment)


def _unary(node: Unary, environment: Environment) -> Value:
    value = evaluate(node.operand, environment)
    if node.operator == "not":
        return not _truth(node, value)
    if isinstance(value, bool) or kind_of(value) not in (Kind.NUMBER, Kind.DECIMAL):
        raise node.place.error(f"`-` wants a number, and this is {show(value)}")
    return -value  # type: ignore[operator]  # a number by the line above


def _truth(node: Unary | Binary, value: Value) -> bool:
    if not isinstance(value, bool):
        raise node.place.error(f"`{node.operator}` wants true or false, and this is {show(value)}")
    return value


def _binary(node: Binary, environment: Environment) -> Value:
    left = evaluate(node.left, environment)
    if node.operator in ("and", "or"):
        if _truth(node, left) is (node.operator == "or"):
            return left
        return _truth(node, evaluate(node.right, environment))
    right = evaluate(node.right, environment)
    if node.operator in ARITHMETIC:
        return _arithmetic(node, left, right, environment)
    return _RELATIONS[node.operator](node, left, right)


def _arithmetic(node: Binary, left: Value, right: Value, environment: Environment) -> Value:
    left = len(left) if isinstance(left, list | tuple) else left
    right = len(right) if isinstance(right, list | tuple) else right
    entry = ARITHMETIC[node.operator].get((kind_of(left), kind_of(right)))
    if entry is None:
        raise node.place.error(f"`{node.operator}` cannot take {show(left)} and {show(right)}")
    try:
        value = entry[1](left, right)
    except ZeroDivisionError:
        raise node.place.error("division by zero") from None
    return _bounded(node, value, environment)


def _bounded(node: Binary, value: Value, environment: Environment) -> Value:
    if isinstance(value, Server):
        return Server(value.number % environment.n)
    if isinstance(value, Duration) and value.ns < 0:
        raise node.place.error("a duration cannot be negative")
    size = value.ns if isinstance(value, Duration) else value
    if isinstance(size, int) and abs(size) > MAX_NUMBER:
        raise node.place.error("a number beyond 10^18")
    if kind_of(value) is Kind.DECIMAL and max(abs(value.numerator), value.denominator) > MAX_NUMBER:  # type: ignore[union-attr]
        raise node.place.error("a decimal number with more than 18 digits")
    return value


def _range(node: Binary, left: Value, right: Value) -> Value:
    low, high = as_number(left), as_number(right)
    for kind, sort in ((Kind.NUMBER, int), (Kind.DURATION, Duration)):
        if kind_of(low) is kind_of(high) is kind:
            if low > high:  # type: ignore[operator]  # the same kinds by the line above
                raise node.place.error(f"an empty range: {show(low)} is above {show(high)}")
            assert isinstance(low, sort)
            assert isinstance(high, sort)
            return Range(low, high)
    raise node.place.error(f"no range goes from {show(left)} to {show(right)}")


def _ordering(node: Binary, left: Value, right: Value) -> Value:
    if not comparable(kind_of(left), kind_of(right)):
        raise node.place.error(f"`{node.operator}` cannot compare {show(left)} and {show(right)}")
    return ORDERING[node.operator](as_number(left), as_number(right))


def _membership(node: Binary, left: Value, right: Value) -> Value:
    if not isinstance(right, list | tuple | Range):
        raise node.place.error(f"`{node.operator}` looks into a list or a range, and this is {show(right)}")
    return contains(right, left) is (node.operator == "in")


_RELATIONS: dict[str, Callable[[Binary, Value, Value], Value]] = {
    "==": lambda node, left, right: same(left, right),
    "!=": lambda node, left, right: not same(left, right),
    "in": _membership,
    "not in": _membership,
    "..": _range,
    **dict.fromkeys(ORDERING, _ordering),
}


def _call(node: Call, environment: Environment) -> Value:
    function = FUNCTIONS[node.function]
    argument = evaluate(node.arguments[0], environment)
    if type(argument) is not int or not 0 <= argument <= function.most:
        raise node.arguments[0].place.error(
            f"`{node.function}` takes a number from 0 to {function.most}, and this is {show(argument)}"
        )
    return function.value(environment.rng, argument)


def _item(node: Item, environment: Environment) -> Value:
    items = evaluate(node.list, environment)
    index = evaluate(node.index, environment)
    if not isinstance(items, list | tuple) or not isinstance(index, int) or isinstance(index, bool):
        raise node.place.error(f"{show(items)} has no item {show(index)}")
    if not 0 <= index < len(items):
        raise node.place.error(f"a list of {len(items)} has no item {index}: they count from 0")
    value: Value = items[index]
    return value


def _list(node: ListOf, environment: Environment) -> Value:
    return [evaluate(item, environment) for item in node.items]


_EVALUATE: dict[type, Callable[..., Value]] = {
    Literal: lambda node, environment: node.value,
    Name: lambda node, environment: environment.lookup(node),
    Unary: _unary,
    Binary: _binary,
    Call: _call,
    ListOf: _list,
    Item: _item,
}


def draw(value: Value, rng: Rng) -> Value:
    """Draw from a range, both ends included; give any other value back as it is.

    Durations are drawn in the coarsest unit that both ends are whole in: milliseconds, as in the lab,
    where a suite says milliseconds.
    """
    if not isinstance(value, Range):
        return value
    if isinstance(value.low, int) and isinstance(value.high, int):
        return rng.randint(value.low, value.high)
    assert isinstance(value.low, Duration)
    assert isinstance(value.high, Duration)
    unit = next(u for u in (MS, US, 1) if value.low.ns % u == value.high.ns % u == 0)
    return Duration(unit * rng.randint(value.low.ns // unit, value.high.ns // unit))
