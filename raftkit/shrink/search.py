"""The search: cut after cut, as long as what is left still fails.

This is delta debugging. Hypothesis shrinks the choices of its own generators and the passes of its engine
are its own affair; what we have is a text that nobody generated, what we want is the same text with less
in it, and candidates are to run side by side. For that the loop below is all it takes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeAlias, TypeVar

B = TypeVar("B")
"""What fails: a candidate with what came of it."""
C = TypeVar("C")
"""A candidate."""

Cut: TypeAlias = Callable[[B], Iterable[C]]
"""Proposes smaller ones, the boldest cut first."""
Trial: TypeAlias = Callable[[Iterator[tuple[int, C]]], tuple[int, B] | None]
"""Finds the first in order that still fails, with its number."""


def minimise(
    best: B, cuts: Mapping[str, Cut[B, C]], trial: Trial[C, B], *, is_smaller: Callable[[C, B], bool]
) -> Iterator[tuple[str, B]]:
    """Yield smaller and smaller ones that fail, each with the name of the cut that found it.

    A cut goes on where it was: what it proposes next, in place of what was just cut away, has the same number.
    It ends when all cuts in turn have found nothing, so that none of them can take anything more away.

    Args:
        best: What fails now.
        cuts: By their names, cheap and large ones first.
        trial: Says which candidates fail.
        is_smaller: Whether a candidate is worth a trial: by this measure, all cuts' own, the search has an end.
    """
    while True:
        is_done = True
        for name, cut in cuts.items():
            place = 0
            while found := trial(_worth_it(best, cut, place, is_smaller)):
                place, best = found
                is_done = False
                yield name, best
        if is_done:
            return


def _worth_it(
    best: B, cut: Cut[B, C], place: int, is_smaller: Callable[[C, B], bool]
) -> Iterator[tuple[int, C]]:
    for number, candidate in islice(enumerate(cut(best)), place, None):
        if is_smaller(candidate, best):
            yield number, candidate


def chunks(count: int) -> Iterator[slice]:
    """Yield parts of a list to leave out: all of it, its halves, quarters, and so on to single items."""
    length = count
    while length:
        yield from (slice(start, min(start + length, count)) for start in range(0, count, length))
        length = (length + 1) // 2 if length > 1 else 0
