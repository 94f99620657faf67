"""The syntax tree of an expression. Every node knows its place in the file."""

from dataclasses import dataclass
from typing import TypeAlias

from raftkit.suite._place import Place
from raftkit.suite.expressions._values import Value


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out: ``20``, ``50ms``, ``10%``, ``true``, ``"text"``."""

    value: Value
    place: Place


@dataclass(frozen=True, slots=True)
class Name:
    """A known name or a variable."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Unary:
    """``-operand`` or ``not operand``."""

    operator: str
    operand: "Node"
    place: Place


@dataclass(frozen=True, slots=True)
class Binary:
    """``left operator right``; the place is the operator's."""

    operator: str
    left: "Node"
    right: "Node"
    place: Place


@dataclass(frozen=True, slots=True)
class Call:
    """``random_string(5000)``."""

    function: str
    arguments: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class ListOf:
    """``[leader + 1, leader + 2]``."""

    items: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Item:
    """``commands[i]``; items count from 0."""

    list: "Node"
    index: "Node"
    place: Place


Node: TypeAlias = Literal | Name | Unary | Binary | Call | ListOf | Item
