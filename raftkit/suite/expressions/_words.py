"""An expression in words, for ``explain``: ```2 * election_timeout` = 2 s``, ``between 0 ms and 499 ms``."""

from collections.abc import Iterator

from raftkit.suite.expressions._evaluate import fold
from raftkit.suite.expressions._syntax import Binary, Call, Item, ListOf, Literal, Name, Node, Unary
from raftkit.suite.expressions._values import Range, show

_MISSING = object()

GROUPS = {
    "all": "all servers",
    "alive": "the live servers",
    "each_alive": "each live server",
    "connected": "the connected servers",
    "each_connected": "each connected server",
    "crashed": "the crashed servers",
    "disconnected": "the servers cut off",
}
"""How known groups of servers are called."""


def words(node: Node, n: int | None) -> str:
    """Write a node as people read it: a list item by item, arithmetic with its result."""
    match node:
        case Literal():
            return show(node.value)
        case Name() if node.name in GROUPS:
            return GROUPS[node.name]
        case ListOf():
            return ", ".join(words(item, n) for item in node.items) or "an empty list"
        case Binary(operator=".."):
            return f"between {words(node.left, n)} and {words(node.right, n)}"
    text, value = f"`{write(node)}`", fold(node, n, _MISSING)
    if value is _MISSING or isinstance(value, Range | list | bool | str) or value is None:
        return text
    return f"{text} = {show(value)}"  # type: ignore[arg-type]  # a value by the line above


def write(node: Node) -> str:
    """Write a node back in the language."""
    match node:
        case Literal():
            return show(node.value)
        case Name():
            return node.name
        case Unary(operator="not"):
            return f"not {_inner(node.operand)}"
        case Unary():
            return f"-{_inner(node.operand)}"
        case Binary(operator=".."):
            return f"{write(node.left)}..{write(node.right)}"
        case Binary():
            return f"{_inner(node.left, node)} {node.operator} {_inner(node.right, node)}"
        case Call():
            return f"{node.function}({', '.join(write(argument) for argument in node.arguments)})"
        case ListOf():
            return "[" + ", ".join(write(item) for item in node.items) + "]"
        case Item():
            return f"{_inner(node.list)}[{write(node.index)}]"


_STRENGTH = {"or": 1, "and": 2, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5}


def _inner(node: Node, outside: Binary | None = None) -> str:
    """Add parentheses where the operator inside holds its operands less strongly than the one outside."""
    if not isinstance(node, Binary):
        return write(node)
    inside = _STRENGTH.get(node.operator, 3)
    around = 9 if outside is None else _STRENGTH.get(outside.operator, 3)
    loose = inside < around or (inside == around and outside is not None and node is outside.right)
    return f"({write(node)})" if loose else write(node)


def names(node: Node) -> Iterator[str]:
    """Yield the names in an expression, in order."""
    match node:
        case Name():
            yield node.name
        case Unary():
            yield from names(node.operand)
        case Binary():
            yield from names(node.left)
            yield from names(node.right)
        case Call():
            for argument in node.arguments:
                yield from names(argument)
        case ListOf():
            for item in node.items:
                yield from names(item)
        case Item():
            yield from names(node.list)
            yield from names(node.index)
