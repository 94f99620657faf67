"""What no oracle could see, told once for many runs: a pass says nothing about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from raftkit.model import NotJudged
from raftkit.report.clean import clean

ADVICE = "  try     rpc_names on the class, with the paper's names for them: docs/contract.md"
MOST_TOLD = 8
"""Different things seen instead; an implementation could say another one in every run."""


@dataclass(slots=True)
class _Blind:
    """What follows from messages that were not understood; each in the order of coming, as a dict's keys."""

    wanted: dict[str, None] = field(default_factory=dict)
    oracles: dict[str, None] = field(default_factory=dict)
    runs: int = 0


class Unjudged:
    """Adds up what runs could not judge."""

    def __init__(self, runs: Iterable[tuple[NotJudged, ...]] = ()) -> None:
        self._known: dict[str, _Blind] = {}
        self._runs = 0
        for not_judged in runs:
            self.add(not_judged)

    def add(self, not_judged: tuple[NotJudged, ...]) -> None:
        """Take in one run, which mostly was judged whole."""
        self._runs += 1
        seen = dict.fromkeys(one.instead for one in not_judged)
        for instead in seen:
            if instead in self._known or len(self._known) < MOST_TOLD:
                self._known.setdefault(instead, _Blind()).runs += 1
        for one in not_judged:
            if (blind := self._known.get(one.instead)) is not None:
                blind.wanted[one.what] = None
                blind.oracles.update(dict.fromkeys(one.oracles))

    def lines(self) -> list[str]:
        """Return which oracles did not judge, in how many runs, for want of what; often nothing."""
        lines = [line for seen, blind in self._known.items() for line in self._lines(seen, blind)]
        return [*lines, ADVICE] if lines else []

    def as_json(self) -> list[dict[str, Any]]:
        """Return the same for programs."""
        return [
            {"seen": seen, "wanted": [*blind.wanted], "oracles": [*blind.oracles], "runs": blind.runs}
            for seen, blind in self._known.items()
        ]

    def _lines(self, seen: str, blind: _Blind) -> list[str]:
        runs = f", in {blind.runs:,} of {self._runs:,} runs" if self._runs > 1 else ""
        return [
            f"not judged, or only in part{runs}: {', '.join(blind.oracles)}",
            f"  seen    {clean(seen)}",
            *(f"  wanted  {wanted}" for wanted in blind.wanted),
        ]
