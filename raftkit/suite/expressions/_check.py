"""The kind of an expression before it runs: undefined names and impossible operations are refused."""

from raftkit.errors import SuiteError
from raftkit.suite._place import suggest
from raftkit.suite.expressions._evaluate import fold
from raftkit.suite.expressions._names import FUNCTIONS
from raftkit.suite.expressions._operators import ARITHMETIC, NUMERIC, comparable
from raftkit.suite.expressions._scope import Scope
from raftkit.suite.expressions._syntax import Binary, Call, Item, ListOf, Literal, Name, Node, Unary
from raftkit.suite.expressions._values import Kind, kind_of

_COUNTED = frozenset({Kind.LIST})


def kind(node: Node, scope: Scope) -> Kind:
    """Tell the kind of a node's value; raise SuiteError where it can have none."""
    match node:
        case Literal():
            return kind_of(node.value)
        case Name():
            return scope.kind(node.name, node.place)
        case Unary():
            return _unary(node, scope)
        case Binary():
            result = _binary(node, kind(node.left, scope), kind(node.right, scope))
            fold(node, scope.n)  # raises on a constant division by zero or an empty range
            return result
        case Call():
            return _call(node, scope)
        case ListOf():
            for item in node.items:
                if kind(item, scope) in (Kind.NUMBERS, Kind.DURATIONS):
                    raise item.place.error("a range cannot stand in a list")
            return Kind.LIST
        case Item():
            if kind(node.list, scope) not in (Kind.LIST, Kind.ANY):
                raise node.place.error("only a list has items")
            if kind(node.index, scope) not in (Kind.NUMBER, Kind.ANY):
                raise node.index.place.error("an item's place in its list is a whole number")
            return Kind.ANY


def _unary(node: Unary, scope: Scope) -> Kind:
    operand = kind(node.operand, scope)
    if node.operator == "not":
        _require_truth(node, operand)
        return Kind.TRUTH
    if operand in (Kind.NUMBER, Kind.DECIMAL, Kind.ANY):
        return operand
    if operand is Kind.DURATION:
        raise node.place.error("a duration cannot be negative")
    raise node.place.error(f"`-` wants a number, and this is {operand.value}")


def _require_truth(node: Unary | Binary, operand: Kind) -> None:
    if operand not in (Kind.TRUTH, Kind.ANY):
        raise node.place.error(f"`{node.operator}` wants true or false, and this is {operand.value}")


def _binary(node: Binary, left: Kind, right: Kind) -> Kind:
    operator = node.operator
    if operator in ("and", "or"):
        _require_truth(node, left)
        _require_truth(node, right)
        return Kind.TRUTH
    if operator == "..":
        return _range(node, left, right)
    if operator in ("in", "not in"):
        if right not in (Kind.LIST, Kind.NUMBERS, Kind.DURATIONS, Kind.ANY):
            raise node.place.error(f"`{operator}` looks into a list or a range, and this is {right.value}")
        return Kind.TRUTH
    if Kind.ANY in (left, right):
        return Kind.ANY if operator in ARITHMETIC else Kind.TRUTH
    if operator in ARITHMETIC:
        return _arithmetic(node, left, right)
    if operator in ("==", "!="):
        alike = left is right or Kind.NONE in (left, right) or (left in NUMERIC and right in NUMERIC)
    else:
        alike = comparable(left, right)
    if not alike:
        raise _mismatch(node, left, right, f"`{operator}` cannot compare")
    return Kind.TRUTH


def _arithmetic(node: Binary, left: Kind, right: Kind) -> Kind:
    pair = tuple(Kind.NUMBER if side in _COUNTED else side for side in (left, right))
    entry = ARITHMETIC[node.operator].get((pair[0], pair[1]))
    if entry is None:
        raise _mismatch(node, left, right, f"`{node.operator}` cannot take")
    return entry[0]


def _mismatch(node: Binary, left: Kind, right: Kind, cannot: str) -> SuiteError:
    advice = ""
    if Kind.DURATION in (left, right) and Kind.NUMBER in (left, right):
        advice = "durations carry a unit: 50ms, 2s"
    elif left in (Kind.NUMBERS, Kind.DURATIONS) or right in (Kind.NUMBERS, Kind.DURATIONS):
        advice = "draw from the range first: `let: {name: 1..3}`"
    return node.place.error(f"{cannot} {left.value} and {right.value}", advice=advice)


def _range(node: Binary, left: Kind, right: Kind) -> Kind:
    ends = {Kind.NUMBER if end in _COUNTED else end for end in (left, right)} - {Kind.ANY}
    if not ends:
        return Kind.ANY
    if ends == {Kind.NUMBER}:
        return Kind.NUMBERS
    if ends == {Kind.DURATION}:
        return Kind.DURATIONS
    raise node.place.error(
        f"a range goes from a number to a number, or from a duration to a duration; "
        f"this is {left.value} and {right.value}",
        advice="write the unit on both ends: 0ms..499ms" if Kind.DURATION in ends else "",
    )


def _call(node: Call, scope: Scope) -> Kind:
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise node.place.error(
            f"there is no function `{node.function}`", advice=suggest(node.function, FUNCTIONS)
        )
    if len(node.arguments) != 1:
        raise node.place.error(f"`{node.function}` takes one number: {node.function}(5000)")
    if kind(node.arguments[0], scope) not in (Kind.NUMBER, Kind.ANY):
        raise node.arguments[0].place.error(f"`{node.function}` takes a whole number")
    fold(node, scope.n)  # raises on a constant out of bounds
    return function.kind
