"""The operators as tables: which kinds they take, what they give, what they compute.

The check before a run and the evaluation during it read the same tables, so they cannot disagree.
"""

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from raftkit.suite.expressions._values import Duration, Kind, Range, Server, Value

Compute: TypeAlias = Callable[[Any, Any], Value]

_N, _D, _T, _S = Kind.NUMBER, Kind.DECIMAL, Kind.DURATION, Kind.SERVER


def _on_ns(compute: Callable[[int, int], int]) -> Compute:
    return lambda left, right: Duration(compute(left.ns, right.ns))


def _decimal(compute: Callable[[Any, Any], Any]) -> Compute:
    return lambda left, right: Fraction(compute(Fraction(left), Fraction(right)))


_Table: TypeAlias = dict[tuple[Kind, Kind], tuple[Kind, Compute]]


def _numeric(compute: Callable[[Any, Any], Any], whole: Callable[[Any, Any], Any] | None = None) -> _Table:
    """Whole numbers stay whole; one decimal makes the result a decimal."""
    table: _Table = {(_N, _N): (_N, whole or compute)}
    table.update({pair: (_D, _decimal(compute)) for pair in ((_N, _D), (_D, _N), (_D, _D))})
    return table


def _plus_server(server: Server, number: int) -> Server:
    return Server(server.number + number)  # the evaluator wraps it around modulo n


ARITHMETIC: dict[str, _Table] = {
    "+": {
        **_numeric(operator.add),
        (_T, _T): (_T, _on_ns(operator.add)),
        (_S, _N): (_S, _plus_server),
        (_N, _S): (_S, lambda number, server: _plus_server(server, number)),
    },
    "-": {
        **_numeric(operator.sub),
        (_T, _T): (_T, _on_ns(operator.sub)),
        (_S, _N): (_S, lambda server, number: _plus_server(server, -number)),
        (_S, _S): (_N, lambda left, right: left.number - right.number),
    },
    "*": {
        **_numeric(operator.mul),
        (_N, _T): (_T, lambda times, time: Duration(times * time.ns)),
        (_T, _N): (_T, lambda time, times: Duration(times * time.ns)),
        (_D, _T): (_T, lambda times, time: Duration(int(times * time.ns))),
        (_T, _D): (_T, lambda time, times: Duration(int(times * time.ns))),
        (_S, _N): (_N, lambda server, times: server.number * times),
        (_N, _S): (_N, lambda times, server: server.number * times),
    },
    "/": {
        **_numeric(operator.truediv, whole=operator.floordiv),
        (_T, _N): (_T, lambda time, parts: Duration(time.ns // parts)),
        (_T, _D): (_T, lambda time, parts: Duration(int(time.ns / parts))),
        (_T, _T): (_N, lambda left, right: left.ns // right.ns),
    },
    "%": {
        (_N, _N): (_N, operator.mod),
        (_T, _T): (_T, _on_ns(operator.mod)),
        (_S, _N): (_N, lambda server, number: server.number % number),
    },
}

ORDERING: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

NUMERIC = frozenset({Kind.NUMBER, Kind.DECIMAL, Kind.SERVER, Kind.LIST})
"""Kinds that compare with a number: a server by its number, a list by its size."""


def comparable(left: Kind, right: Kind) -> bool:
    """Say whether ``<`` makes sense between two kinds."""
    return (left in NUMERIC and right in NUMERIC) or (left is right is Kind.DURATION)


def as_number(value: Value) -> Value:
    """Take a list for its size and a server for its number; leave the rest alone."""
    if isinstance(value, Server):
        return value.number
    if isinstance(value, list | tuple):
        return len(value)
    return value


def same(left: Value, right: Value) -> bool:
    """Compare as ``==`` does: a list with a list item by item, a list with a number by its size."""
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    left, right = as_number(left), as_number(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def contains(group: Sequence[Value] | Range, value: Value) -> bool:
    """Decide ``value in group``."""
    if isinstance(group, Range):
        value = as_number(value)
        if type(value) is not type(group.low):
            return False
        return bool(group.low <= value <= group.high)  # type: ignore[operator]  # same types by the line above
    return any(same(item, value) for item in group)
