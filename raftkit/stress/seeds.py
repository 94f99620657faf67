"""The seeds of a stress run: a list, or numbers that go on as long as the run does."""

from collections.abc import Iterator
from typing import Self

import msgspec

from raftkit.runner.values import draw_seed, seeds_text

ROUND_NUMBER = 100
"""Drawn seeds begin at a multiple of this, below ten million, so that people can read them."""
DRAWN_BOUND = 10_000_000


class Seeds(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which seeds each test runs with, in this order.

    Attributes:
        listed: The seeds, if they were listed.
        first: The first of those that follow one another; unused when they were listed.
        count: How many of them; None for no end.
    """

    listed: tuple[int, ...] = ()
    first: int = 0
    count: int | None = None

    @classmethod
    def drawn(cls, count: int | None) -> Self:
        """Begin somewhere new, so that two runs do not try the same."""
        return cls(first=draw_seed() % DRAWN_BOUND // ROUND_NUMBER * ROUND_NUMBER, count=count)

    @property
    def size(self) -> int | None:
        """How many; None for no end."""
        return len(self.listed) or self.count

    def at(self, index: int) -> int:
        """Return the seed at a place, counted from 0."""
        return self.listed[index] if self.listed else self.first + index

    def index_of(self, seed: int) -> int:
        """Return the place of a seed; -1 when it is none of these."""
        if self.listed:
            return self.listed.index(seed) if seed in self.listed else -1
        index = seed - self.first
        return index if index >= 0 and (self.count is None or index < self.count) else -1

    def __str__(self) -> str:
        if self.listed:
            return seeds_text(list(self.listed))
        if self.count is None:
            return f"{self.first}.."
        return f"{self.first}" if self.count == 1 else f"{self.first}..{self.first + self.count - 1}"


class DoneSeeds:
    """Places in a list of seeds that are done. They are done nearly in order, so it takes hardly any memory."""

    def __init__(self) -> None:
        self._below = 0
        self._beyond: set[int] = set()

    def add(self, index: int) -> bool:
        """Note a place; say whether it is new."""
        if index in self:
            return False
        self._beyond.add(index)
        while self._below in self._beyond:
            self._beyond.remove(self._below)
            self._below += 1
        return True

    def __contains__(self, index: int) -> bool:
        return index < self._below or index in self._beyond

    def __len__(self) -> int:
        return self._below + len(self._beyond)

    def missing(self, size: int | None) -> Iterator[int]:
        """Yield the places that are not done, from the first, without end when ``size`` is None."""
        index = self._below
        while size is None or index < size:
            if index not in self._beyond:
                yield index
            index += 1
