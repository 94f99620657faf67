"""What no oracle could see, told once a run: a pass says nothing about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from raftkit.model import Result
from raftkit.report.clean import clean

ADVICE = "  try     rpc_names on the class, with the paper's names for them: docs/contract.md"


@dataclass(slots=True)
class _Blind:
    """What follows from messages that were not understood; each in the order of coming, as a dict's keys."""

    wanted: dict[str, None] = field(default_factory=dict)
    oracles: dict[str, None] = field(default_factory=dict)
    tests: set[tuple[str, int]] = field(default_factory=set)


def unjudged(results: Sequence[Result]) -> list[str]:
    """Return which oracles did not judge, in how many tests, for want of what; often nothing."""
    known: dict[str, _Blind] = {}
    for result in results:
        for blind in result.not_judged:
            entry = known.setdefault(blind.instead, _Blind())
            entry.wanted[blind.what] = None
            entry.oracles.update(dict.fromkeys(blind.oracles))
            entry.tests.add((result.id, result.seed))
    lines = [line for seen, blind in known.items() for line in _lines(seen, blind, len(results))]
    return [*lines, ADVICE] if lines else []


def _lines(seen: str, blind: _Blind, of: int) -> list[str]:
    tests = f", in {len(blind.tests)} of {of} tests" if of > 1 else ""
    return [
        f"not judged, or only in part{tests}: {', '.join(blind.oracles)}",
        f"  seen    {clean(seen)}",
        *(f"  wanted  {wanted}" for wanted in blind.wanted),
    ]
