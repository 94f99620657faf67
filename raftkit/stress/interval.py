"""What so many failures in so many runs say about the true failure rate.

The interval is Clopper and Pearson's, exact: it holds the true rate in at least 95 of 100 experiments,
however few the runs and however rare the failures. When nothing failed it has only an upper end,
``1 - 0.05 ** (1 / n)``, for which the *rule of three*, 3/n, is the well-known approximation.

Source: C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case
of the binomial", Biometrika 26 (1934).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

CONFIDENCE = 0.95
_BISECTIONS = 60
"""Halvings of [0, 1]: more than a float can tell apart."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A failure rate, and between what it lies at 95 % confidence.

    Attributes:
        failed: How many runs failed,
        of: out of how many that were judged.
        low: Lower end; 0 when nothing failed.
        high: Upper end; 1 when everything failed, or nothing ran.
    """

    failed: int
    of: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """The rate that was seen; 0 when nothing ran."""
        return self.failed / self.of if self.of else 0.0

    def overlaps(self, other: "Interval") -> bool:
        """Whether one rate could explain both."""
        return self.low <= other.high and other.low <= self.high


def interval(failed: int, of: int) -> Interval:
    """Return the exact interval; one-sided, and so tighter, when nothing or everything failed."""
    assert 0 <= failed <= of
    if of == 0:
        return Interval(0, 0, 0.0, 1.0)
    tail = 1.0 - CONFIDENCE if failed in (0, of) else (1.0 - CONFIDENCE) / 2
    low = _crossing(lambda p: 1.0 - at_most(failed - 1, of, p), tail) if failed else 0.0
    high = _crossing(lambda p: 1.0 - at_most(failed, of, p), 1.0 - tail) if failed < of else 1.0
    return Interval(failed, of, low, high)


def at_most(failed: int, of: int, rate: float) -> float:
    """The chance of at most so many failures, if each run fails with this rate."""
    if failed < 0:
        return 0.0
    if failed >= of or rate <= 0.0:
        return 1.0
    if rate >= 1.0:
        return 0.0
    at = lgamma(of + 1) - lgamma(failed + 1) - lgamma(of - failed + 1)
    exactly = exp(at + failed * log(rate) + (of - failed) * log1p(-rate))
    odds = rate / (1.0 - rate)
    if failed < of * rate:  # below the mean: what is still less likely lies below
        return min(1.0, exactly + _sum(exactly, (k / ((of - k + 1) * odds) for k in range(failed, 0, -1))))
    return max(0.0, 1.0 - _sum(exactly, ((of - k) * odds / (k + 1) for k in range(failed, of))))


def _sum(first: float, ratios: Iterable[float]) -> float:
    """The sum of falling terms after ``first``, each given by its ratio to the one before."""
    term, total = first, 0.0
    for ratio in ratios:
        term *= ratio
        total += term
        if term <= total * 1e-17:
            break
    return total


def _crossing(rising: Callable[[float], float], level: float) -> float:
    """Where a rising function of [0, 1] reaches a level."""
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < level else (low, middle)
    return (low + high) / 2


def percent(rate: float) -> str:
    """A rate as people read it: two digits that count, ``0.3 %``, ``12 %``."""
    value = 100.0 * rate
    if value >= 99.5:
        return f"{value:.4g} %"
    if value >= 10:
        return f"{value:.0f} %"
    if value >= 1:
        return f"{value:.1f} %"
    return f"{value:.2g} %" if value >= 0.0001 else "0 %" if value == 0 else "0.0001 %"


def sentence(found: Interval) -> str:
    """The number that a stress run ends with.

    ``0 of 1000 failed: the failure rate is below 0.3 % at 95 % confidence``
    """
    if not found.of:
        return "nothing was judged: nothing is known about the failure rate"
    counts = f"{found.failed} of {found.of} failed"
    sure = f"at {100 * CONFIDENCE:.0f} % confidence"
    if found.failed == 0:
        return f"{counts}: the failure rate is below {percent(found.high)} {sure}"
    if found.failed == found.of:
        return f"{counts}: the failure rate is above {percent(found.low)} {sure}"
    return (
        f"{counts}: a failure rate of {percent(found.rate)}, "
        f"between {percent(found.low)} and {percent(found.high)} {sure}"
    )
