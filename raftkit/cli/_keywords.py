"""``-k``: which tests a phrase means, in pytest's manner: ``Snapshot and not (Crash or crash)``.

A word fits a test when its name or its title contains it; upper and lower case do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Fits = Callable[[str], bool]
_TOKEN = re.compile(r"[()]|[^\s()]+")


def parse_keywords(text: str) -> Fits:
    """Return a function that says whether a test's name and title fit.

    Raises:
        ValueError: It is no phrase of words, ``and``, ``or``, ``not`` and parentheses.
    """
    parser = _Parser(text)
    fits = parser.any_of()
    if parser.tokens:
        raise parser.refusal
    return fits


class _Parser:
    """Recursive descent, one method a level: or, and, not, word."""

    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)[::-1]
        self.refusal = ValueError(
            f"{text!r} is no phrase: write words joined by and, or, not and parentheses, "
            "for example 'Snapshot and not Crash'"
        )

    def any_of(self) -> Fits:
        parts = [self.all_of()]
        while self.take("or"):
            parts.append(self.all_of())
        return lambda name: any(part(name) for part in parts)

    def all_of(self) -> Fits:
        parts = [self.maybe_not()]
        while self.take("and"):
            parts.append(self.maybe_not())
        return lambda name: all(part(name) for part in parts)

    def maybe_not(self) -> Fits:
        if self.take("not"):
            inner = self.maybe_not()
            return lambda name: not inner(name)
        if self.take("("):
            inner = self.any_of()
            if not self.take(")"):
                raise self.refusal
            return inner
        return self.word()

    def word(self) -> Fits:
        if not self.tokens or self.tokens[-1] in (")", "(", "and", "or"):
            raise self.refusal
        word = self.tokens.pop().lower()
        return lambda name: word in name.lower()

    def take(self, token: str) -> bool:
        if self.tokens and self.tokens[-1] == token:
            self.tokens.pop()
            return True
        return False
