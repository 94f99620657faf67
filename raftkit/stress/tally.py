"""What a stress run has found so far: counts a test, and groups of failures. Its size does not grow with the run."""

from bisect import insort
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from raftkit.model import Verdict
from raftkit.report.unjudged import Unjudged
from raftkit.stress.breakage import Breakage
from raftkit.stress.interval import Interval, interval
from raftkit.stress.journal import Entry

TOLD_OF_A_GROUP = 5
"""Seeds that are remembered of a group; one is enough to repeat it."""
KEPT_OF_A_GROUP = 3
"""Traces that are kept of each kind of failure, unless all are asked for."""
RECENT = 200
"""Failures whose moments are remembered, for the rate of the last minutes."""

_T = TypeVar("_T")


@dataclass(slots=True)
class Count:
    """How one test fares, or all of them."""

    passed: int = 0
    failed: int = 0
    vacuous: int = 0
    errors: int = 0
    lab_ns: int = 0
    slowest_ns: int = 0
    slowest_seed: int = 0
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0

    def add(self, entry: Entry) -> None:
        """Count a run."""
        self.passed += entry.verdict is Verdict.PASSED
        self.failed += entry.has_failed
        self.vacuous += entry.verdict is Verdict.VACUOUS
        self.errors += entry.verdict is Verdict.ERROR
        self.lab_ns += entry.lab_ns
        self.wall_seconds += entry.wall_seconds
        self.cpu_seconds += entry.cpu_seconds
        if entry.lab_ns > self.slowest_ns:
            self.slowest_ns, self.slowest_seed = entry.lab_ns, entry.seed

    @classmethod
    def sum(cls, counts: "Iterable[Count]") -> "Count":
        """Count several tests as one."""
        total = cls()
        for count in counts:
            total.passed += count.passed
            total.failed += count.failed
            total.vacuous += count.vacuous
            total.errors += count.errors
            total.lab_ns += count.lab_ns
            total.wall_seconds += count.wall_seconds
            total.cpu_seconds += count.cpu_seconds
            if count.slowest_ns > total.slowest_ns:
                total.slowest_ns, total.slowest_seed = count.slowest_ns, count.slowest_seed
        return total

    @property
    def done(self) -> int:
        """All runs."""
        return self.passed + self.failed + self.vacuous + self.errors

    @property
    def rate(self) -> Interval:
        """The failure rate, of the runs that were judged."""
        return interval(self.failed, self.passed + self.failed)

    @property
    def mean_lab_seconds(self) -> float:
        """Virtual seconds a run."""
        return self.lab_ns / 1e9 / self.done if self.done else 0.0

    @property
    def mean_cpu_seconds(self) -> float:
        """Processor seconds a run."""
        return self.cpu_seconds / self.done if self.done else 0.0


@dataclass(slots=True)
class Group:
    """Failures that belong together; those with the lowest seeds speak for all, whichever came first.

    Attributes:
        tests: How many in each test.
        first: The first few by seed, to repeat.
        kept: Those whose folders are kept, by seed.
    """

    tests: dict[str, int] = field(default_factory=dict)
    first: list[Entry] = field(default_factory=list)
    kept: list[Entry] = field(default_factory=list)

    @property
    def broke(self) -> Breakage:
        """What broke."""
        assert self.first[0].broke is not None
        return self.first[0].broke

    @property
    def verdict(self) -> Verdict:
        """How the first of them ended."""
        return self.first[0].verdict

    @property
    def count(self) -> int:
        """How many."""
        return sum(self.tests.values())

    def add(self, entry: Entry) -> None:
        """Count one more."""
        self.tests[entry.test] = self.tests.get(entry.test, 0) + 1
        _insert(self.first, entry, most=TOLD_OF_A_GROUP)

    def keep(self, entry: Entry) -> Entry | None:
        """Keep the folder of a run; return the run whose folder is one too many, if any."""
        return _insert(self.kept, entry, most=KEPT_OF_A_GROUP)


def _insert(entries: list[Entry], entry: Entry, *, most: int) -> Entry | None:
    """Put it in its place by seed and test; return what is beyond ``most`` then."""
    insort(entries, entry, key=lambda entry: (entry.seed, entry.test))
    return entries.pop() if len(entries) > most else None


class Tally:
    """Counts runs as they end."""

    def __init__(self, tests: Iterable[str]) -> None:
        self.tests = {test: Count() for test in tests}
        self.all = Count()
        self._groups: dict[tuple[str, str, str], Group] = {}
        self.recent_failures: deque[float] = deque(maxlen=RECENT)
        """When the last ones came, on the clock of whoever adds them."""
        self.most_memory_mb = 0
        self.unjudged = Unjudged()

    def add(self, entry: Entry, now: float) -> Group | None:
        """Count a run; return its group when something broke."""
        self.tests.setdefault(entry.test, Count()).add(entry)
        self.all.add(entry)
        self.unjudged.add(entry.not_judged)
        self.most_memory_mb = max(self.most_memory_mb, entry.memory_mb)
        if entry.broke is None:
            return None
        if entry.has_failed:
            self.recent_failures.append(now)
        group = self._groups.setdefault(entry.broke.key, Group())
        group.add(entry)
        return group

    @property
    def groups(self) -> list[Group]:
        """What broke, the most frequent first; what only could not be judged comes last."""
        found = sorted(self._groups.values(), key=lambda group: -group.count)
        return sorted(found, key=lambda group: group.verdict.is_inconclusive)

    def group(self, key: tuple[str, str, str]) -> Group | None:
        """The group of one key."""
        return self._groups.get(key)

    def failures_a_minute(self, now: float, seconds: float = 60.0) -> float:
        """Failures a minute, over the last minute or since the run began."""
        since = min(seconds, now) or 1.0
        return sum(at > now - since for at in self.recent_failures) * 60.0 / since
