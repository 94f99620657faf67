"""Cuts the text of an expression into tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from raftkit.model import MS, SECOND, US
from raftkit.suite._place import Place, suggest
from raftkit.suite.expressions._values import Duration, Percentage, Value

MAX_LENGTH = 1_000
"""Characters of one expression: the longest in the lab's suites has about 40."""
MAX_DIGITS = 18
"""Digits of one number, so that no arithmetic is slow."""

UNITS = {"ns": 1, "us": US, "ms": MS, "s": SECOND, "min": 60 * SECOND}
WORD_OPERATORS = ("and", "or", "not", "in")
_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "none": None}

_PATTERN = re.compile(
    r"""(?P<space>\ +)
      | (?P<number>\d+(?:\.\d+)?)(?P<unit>[A-Za-z_]\w*)?
      | (?P<word>[A-Za-z_]\w*)
      | "(?P<text>[^"\\]*)"
      | (?P<operator>\.\.|==|!=|<=|>=|[-+*/%<>()\[\],])""",
    re.VERBOSE | re.ASCII,
)
_PERCENT_SIGN = re.compile(r"%(?!\s*[\w(\[\"-])", re.ASCII)
"""A ``%`` right after a number with no operand behind it is a percentage; else it is the remainder."""

_INSTEAD = {
    "=": "write `==` to compare",
    "!": "write `not`, or `!=` to compare",
    "&": "write `and`",
    "|": "write `or`",
    ".": "there are no attributes, and decimals start with a digit: 0.5",
    "'": 'write a text in double quotation marks: "text"',
    '"': "close the text with a double quotation mark; backslashes cannot stand in it",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign or literal; ``what`` is word, literal, operator or end."""

    what: str
    text: str
    place: Place
    value: Value = None


def tokens(source: str, place: Place) -> Iterator[Token]:
    """Yield the tokens of ``source``, an end token last; raise SuiteError where it cannot be cut."""
    if len(source) > MAX_LENGTH:
        raise place.error(f"an expression of {len(source)} characters: at most {MAX_LENGTH} are allowed")
    at = 0
    while at < len(source):
        here = place.shifted(at)
        match = _PATTERN.match(source, at)
        if match is None:
            sign = source[at]
            raise here.error(f"{sign!r} cannot stand in an expression", advice=_INSTEAD.get(sign, ""))
        at = match.end()
        if match["number"] is not None:
            percent = _PERCENT_SIGN.match(source, at) if match["unit"] is None else None
            at = percent.end() if percent else at
            unit = "%" if percent else match["unit"]
            yield Token("literal", match[0], here, _number(match["number"], unit, here))
        elif match["word"] in _CONSTANTS:
            yield Token("literal", match[0], here, _CONSTANTS[match["word"]])
        elif match["word"] is not None:
            yield Token("operator" if match[0] in WORD_OPERATORS else "word", match[0], here)
        elif match["text"] is not None:
            yield Token("literal", match[0], here, match["text"])
        elif match["operator"] is not None:
            yield Token("operator", match[0], here)
    yield Token("end", "", place.shifted(len(source)))


def _number(digits: str, unit: str | None, place: Place) -> Value:
    if len(digits) > MAX_DIGITS:
        raise place.error(f"a number of {len(digits)} digits: at most {MAX_DIGITS} are allowed")
    if unit is None:
        return Fraction(digits) if "." in digits else int(digits)
    if unit == "%":
        return Percentage(Fraction(digits) / 100)
    if unit not in UNITS:
        advice = suggest(unit, UNITS) or f"units are {', '.join(UNITS)}"
        raise place.error(f"`{unit}` is no unit of time", advice=advice)
    return Duration(int(Fraction(digits) * UNITS[unit]))
