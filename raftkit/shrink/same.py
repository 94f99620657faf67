"""When two runs fail in the same way."""

from dataclasses import dataclass

from raftkit.model import Result, Verdict
from raftkit.stress.breakage import breakage

AT_A_LINE = (Verdict.CRASHED, Verdict.BUSY, Verdict.DEADLOCKED)
"""Ends at a line of the implementation's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What is the same in all runs that fail in one way.

    Attributes:
        verdict: How they end.
        kind: The failure's name: which oracle, which check, which exception.
        place: The implementation's own lines, for an end that is at a line.
    """

    verdict: Verdict
    kind: str
    place: str


def sign_of(result: Result, implementation: str) -> Sign | None:
    """The sign of a run; None for one that passed, or says nothing of the implementation (its absolute spec)."""
    broke = breakage(result, implementation)
    if broke is None or result.verdict.is_inconclusive:
        return None
    place = broke.place if result.verdict in AT_A_LINE else ""
    return Sign(verdict=result.verdict, kind=broke.kind, place=place)
