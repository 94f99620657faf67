"""Two versions, the same seeds: what got fixed, what broke, what stays; and whether that is more than chance.

A seed that passes with the new version need not mean anything: the slightest change of the code moves
every message, and a rare failure with it. So rates are compared, by Fisher's exact test, and failing
seeds are tried again in their *neighbourhood*: the same run, the network's chance drawn anew.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from math import exp, lgamma

from raftkit.model import Verdict
from raftkit.stress.breakage import Breakage
from raftkit.stress.interval import Interval, interval
from raftkit.stress.journal import Entry

LEVEL = 0.05
"""Below this chance of arising from equal rates, a difference is one."""
_LINE = re.compile(r"(?<=\.py):\d+(?= in )")

Case = tuple[str, int]
"""Test and seed."""


class Change(StrEnum):
    """What the new version is, compared with the old."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "no difference"


class Outcome(StrEnum):
    """What the neighbours of old failures say about the new version."""

    FIXED = "fixed"
    RARER = "rarer, not fixed"
    MOVED = "not fixed, only moved"
    OPEN = "none failed, but so few prove nothing"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two failure rates."""

    old: Interval
    new: Interval

    @property
    def chance(self) -> float:
        """How often equal rates would differ by this much."""
        return fisher(self.old.failed, self.old.of, self.new.failed, self.new.of)

    @property
    def change(self) -> Change:
        """What that means."""
        if self.chance >= LEVEL:
            return Change.SAME
        return Change.BETTER if self.new.rate < self.old.rate else Change.WORSE


@dataclass(slots=True)
class TestComparison:
    """One test, or all: seeds by what became of them."""

    __test__ = False
    fixed: list[Case] = field(default_factory=list)
    broke: list[Case] = field(default_factory=list)
    still: list[Case] = field(default_factory=list)
    fine: int = 0
    open: int = 0
    """Seeds that one of the two did not judge."""

    @property
    def compared(self) -> Compared:
        """The two rates."""
        of = len(self.fixed) + len(self.broke) + len(self.still) + self.fine
        return Compared(
            interval(len(self.fixed) + len(self.still), of), interval(len(self.broke) + len(self.still), of)
        )


@dataclass(slots=True)
class KindComparison:
    """One kind of failure: how often in each version, and the first case of each."""

    broke: Breakage
    counts: list[int] = field(default_factory=lambda: [0, 0])
    first: list[Case | None] = field(default_factory=lambda: [None, None])


class Comparison:
    """Takes the journal of both versions."""

    def __init__(self, tests: Iterable[str]) -> None:
        self.tests = {test: TestComparison() for test in tests}
        self.all = TestComparison()
        self.kinds: dict[tuple[str, str, str], KindComparison] = {}
        self.neighbours: dict[str, list[Counter[bool]]] = {}
        """By test: for each version, how many neighbours failed (True) and passed."""
        self._waiting: dict[Case, Entry] = {}

    def add(self, entry: Entry) -> None:
        """Take a run."""
        if entry.salt:
            if not entry.verdict.is_inconclusive:
                counters = self.neighbours.setdefault(entry.test, [Counter(), Counter()])
                counters[entry.version][entry.has_failed] += 1
            return
        if entry.broke is not None and entry.has_failed:
            self._count_kind(entry, entry.broke)
        other = self._waiting.pop((entry.test, entry.seed), None)
        if other is None:
            self._waiting[entry.test, entry.seed] = entry
        else:
            old, new = (entry, other) if entry.version == 0 else (other, entry)
            for into in (self.tests[entry.test], self.all):
                _settle(into, old, new)

    def neighbourhood(self, test: str | None = None) -> Compared:
        """The rates among the neighbours of one test's failing seeds, or of all."""
        found = [counters for name, counters in self.neighbours.items() if test in (None, name)]
        failed = [sum(counters[version][True] for counters in found) for version in (0, 1)]
        passed = [sum(counters[version][False] for counters in found) for version in (0, 1)]
        old, new = (interval(bad, bad + good) for bad, good in zip(failed, passed, strict=True))
        return Compared(old, new)

    def outcome(self, test: str | None = None) -> Outcome:
        """Judge one test's neighbourhood, or that of all.

        The new version's rate there is held against the old one's over *all* seeds. Its rate among the
        neighbours would be too high a mark: they were chosen because they are near a failure of the old
        version, and need not be near one of another.
        """
        old = (self.tests[test] if test is not None else self._tried()).compared.old
        new = self.neighbourhood(test).new
        is_rarer = new.rate < old.rate and fisher(old.failed, old.of, new.failed, new.of) < LEVEL
        if not new.failed:
            return Outcome.FIXED if is_rarer else Outcome.OPEN
        return Outcome.RARER if is_rarer else Outcome.MOVED

    def _tried(self) -> TestComparison:
        """All tests that have neighbours, as one."""
        whole = TestComparison()
        for test in (self.tests[name] for name in self.neighbours):
            whole.fixed += test.fixed
            whole.broke += test.broke
            whole.still += test.still
            whole.fine += test.fine
        return whole

    def _count_kind(self, entry: Entry, broke: Breakage) -> None:
        key = (broke.kind, _LINE.sub("", broke.place), broke.shape)  # lines move between versions
        kind = self.kinds.setdefault(key, KindComparison(broke))
        kind.counts[entry.version] += 1
        kind.first[entry.version] = kind.first[entry.version] or (entry.test, entry.seed)


def _settle(into: TestComparison, old: Entry, new: Entry) -> None:
    case = (old.test, old.seed)
    if old.verdict.is_inconclusive or new.verdict.is_inconclusive:
        into.open += 1
    elif old.has_failed:
        (into.still if new.has_failed else into.fixed).append(case)
    elif new.verdict is not Verdict.PASSED:
        into.broke.append(case)
    else:
        into.fine += 1


def fisher(failed: int, of: int, others_failed: int, others_of: int) -> float:
    """Fisher's exact test, two-sided: the chance of counts at least as uneven, if the rates are equal.

    Source: R. A. Fisher, "On the interpretation of chi-squared from contingency tables, and the
    calculation of P", J. Royal Statistical Society 85 (1922).
    """
    total, bad = of + others_of, failed + others_failed

    def chance(k: int) -> float:
        return exp(_ways(of, k) + _ways(others_of, bad - k) - _ways(total, bad))

    seen = chance(failed) * (1 + 1e-9)
    possible = (chance(k) for k in range(max(0, bad - others_of), min(of, bad) + 1))
    return min(1.0, sum(p for p in possible if p <= seen))


def _ways(of: int, taken: int) -> float:
    return lgamma(of + 1) - lgamma(taken + 1) - lgamma(of - taken + 1)
