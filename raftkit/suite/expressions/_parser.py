"""A Pratt parser: text to tree. No ``eval``, no attributes; length, size and depth are bounded."""

from raftkit.suite._place import Place
from raftkit.suite.expressions._syntax import Binary, Call, Item, ListOf, Literal, Name, Node, Unary
from raftkit.suite.expressions._tokens import Token, tokens

MAX_DEPTH = 40
"""Parentheses, lists and signs inside each other."""
MAX_TOKENS = 300

_COMPARISON = 40
_NOT = 30
_SIGN = 80
_ITEM = 90
_BINDING = {
    "or": 10,
    "and": 20,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in", "not in"), _COMPARISON),
    "..": 50,
    **dict.fromkeys(("+", "-"), 60),
    **dict.fromkeys(("*", "/", "%"), 70),
    "[": _ITEM,
}
"""How strongly an operator holds its operands, as in Python; a range holds weaker than ``+``."""
_SINGLE = {_COMPARISON: "comparisons do not chain: join them by `and`", 50: "a range has two ends"}


def parse(source: str, place: Place) -> Node:
    """Parse one expression; raise SuiteError at the character where it goes wrong."""
    found = list(tokens(source, place))
    if len(found) > MAX_TOKENS:
        raise place.error(f"an expression of {len(found)} words and signs: at most {MAX_TOKENS} are allowed")
    if found[0].what == "end":
        raise place.error("an empty expression")
    parser = _Parser(found)
    node = parser.expression(0)
    parser.expect("end", "")
    return node


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def advance(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def is_sign(self, text: str) -> bool:
        return self.token.what == "operator" and self.token.text == text

    def expect(self, what: str, text: str) -> Token:
        if self.token.what != what or self.token.text != text:
            wanted = f"`{text}`" if text else "an operator or the end of the expression"
            raise self.token.place.error(f"expected {wanted}, found {_name(self.token)}")
        return self.advance()

    def expression(self, binding: int) -> Node:
        """Parse as far as operators hold more strongly than ``binding``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.token.place.error(f"an expression nested more than {MAX_DEPTH} deep")
        left = self.operand()
        last = 0
        while (operator := self.operator()) is not None:
            strength = _BINDING[operator]
            if strength <= binding:
                break
            if strength == last and strength in _SINGLE:
                raise self.token.place.error(_SINGLE[strength])
            left = self.infix(left, operator, strength)
            last = strength
        self.depth -= 1
        return left

    def operator(self) -> str | None:
        """Look at the operator that comes next; ``not in`` is two words and one operator."""
        if self.is_sign("not"):
            following = self.tokens[self.at + 1]
            return "not in" if following.what == "operator" and following.text == "in" else None
        return self.token.text if self.token.what == "operator" and self.token.text in _BINDING else None

    def infix(self, left: Node, operator: str, strength: int) -> Node:
        place = self.advance().place
        if operator == "[":
            index = self.expression(0)
            self.expect("operator", "]")
            return Item(left, index, place)
        if operator == "not in":
            self.advance()
        return Binary(operator, left, self.expression(strength), place)

    def operand(self) -> Node:
        token = self.token
        if token.what == "literal":
            self.advance()
            return Literal(token.value, token.place)
        if token.what == "word":
            self.advance()
            return self.call(token) if self.is_sign("(") else Name(token.text, token.place)
        if self.is_sign("-") or self.is_sign("not"):
            self.advance()
            return Unary(token.text, self.expression(_SIGN if token.text == "-" else _NOT), token.place)
        if self.is_sign("("):
            self.advance()
            node = self.expression(0)
            self.expect("operator", ")")
            return node
        if self.is_sign("["):
            self.advance()
            return ListOf(self.items("]"), token.place)
        raise token.place.error(f"expected a value, found {_name(token)}")

    def call(self, name: Token) -> Node:
        self.advance()
        return Call(name.text, self.items(")"), name.place)

    def items(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.is_sign(closing):
            if found:
                self.expect("operator", ",")
            found.append(self.expression(0))
        self.advance()
        return tuple(found)


def _name(token: Token) -> str:
    return "the end" if token.what == "end" else f"`{token.text}`"
