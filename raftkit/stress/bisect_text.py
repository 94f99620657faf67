"""What a comparison of two versions says: to people."""

from collections.abc import Callable, Iterator

from raftkit.report.clean import clean
from raftkit.report.totals import RunVerdict
from raftkit.runner.values import seeds_text
from raftkit.stress.bisect import Bisect
from raftkit.stress.compare import Case, Change, Compared, Comparison, KindComparison, Outcome, TestComparison
from raftkit.stress.ending import Line, last_lines, rate_text
from raftkit.stress.interval import Interval, percent
from raftkit.stress.words import counted, number, repeat, shorten, title

LONGEST_SEEDS = 80
_STYLES = {Change.BETTER: "green", Change.WORSE: "red", Change.SAME: ""}
_WORDS = {
    RunVerdict.FAILED: "WORSE",
    RunVerdict.INTERRUPTED: "INTERRUPTED",
    RunVerdict.INCONCLUSIVE: "INCONCLUSIVE",
}


def bisect_ending(bisect: Bisect) -> Iterator[Line]:
    """Yield what it came to."""
    found, book = bisect.compared(), bisect.book
    old, new = (clean(label) for label in bisect.labels)
    yield f"old: {old}   new: {new}", "bold"
    yield from _table(found)
    yield "", ""
    for kind in sorted(found.kinds.values(), key=lambda kind: -max(kind.counts)):
        yield from _kind(bisect, kind)
    if found.kinds:
        yield "", ""
    yield from _seeds("fixed", found.tests, lambda test: test.fixed)
    yield from _seeds("broke", found.tests, lambda test: test.broke)
    if found.neighbours:
        yield from _neighbours(found, bisect.neighbours)
    yield _sentence(found.all.compared), "bold"
    verdict = bisect.verdict
    word = _WORDS.get(verdict) or (found.all.compared.change.value.upper() if found.all.fixed else "SAME")
    yield from last_lines(book, word, f"{old} → {new}", {"WORSE": "bold red"}.get(word, "bold green"))


def _table(found: Comparison) -> Iterator[Line]:
    listed = list(found.tests.items())
    if len(listed) > 1:
        listed.append(("all", found.all))
    width = max(len(clean(name)) for name, _ in listed)
    heading = f"{'old failed':>14}{'new failed':>14}{'fixed':>8}{'broke':>8}{'still':>8}"
    yield f"{'test':<{width}}{heading}", "dim"
    for name, test in listed:
        compared = test.compared
        old, new = (f"{number(rate.failed)} of {number(rate.of)}" for rate in (compared.old, compared.new))
        counts = "".join(f"{number(len(cases)):>8}" for cases in (test.fixed, test.broke, test.still))
        has_failed = compared.old.failed or compared.new.failed
        change = f"  {compared.change}" if has_failed else ""
        yield f"{clean(name):<{width}}{old:>14}{new:>14}{counts}{change}", _STYLES[compared.change]


def _kind(bisect: Bisect, kind: KindComparison) -> Iterator[Line]:
    before, after = kind.counts
    word = _word(before, after)
    style = "red" if after > before else "green" if after < before else ""
    yield f"{word}  {before:>5} → {after:<5}  {title(kind.broke)}", style
    version = 1 if after else 0
    case = kind.first[version]
    if case is not None:
        yield f"      repeat   {repeat(bisect.book, *case, version)}", ""


def _word(before: int, after: int) -> str:
    if not after:
        return "gone"
    if not before:
        return "new "
    return "same" if before == after else "more" if after > before else "less"


def _seeds(
    word: str, tests: dict[str, TestComparison], cases_of: Callable[[TestComparison], list[Case]]
) -> Iterator[Line]:
    """The seeds, a line a test."""
    for name, test in tests.items():
        if cases := cases_of(test):
            yield (
                f"{word}  {clean(name)} {shorten(seeds_text(sorted(seed for _, seed in cases)), LONGEST_SEEDS)}",
                "",
            )


def _neighbours(found: Comparison, count: int) -> Iterator[Line]:
    yield "", ""
    yield f"in the neighbourhood of the seeds that failed before, {counted(count, 'neighbour')} each:", ""
    names: list[str | None] = list(found.neighbours)
    names += [None] if len(names) > 1 else []
    width = max(len(clean(name or "all")) for name in names)
    for name in names:
        near = found.neighbourhood(name)
        outcome = found.outcome(name)
        text = f"{clean(name or 'all'):<{width}}  {_of(near.old)} before, {_of(near.new)} after"
        yield f"    {text}: {outcome}", "green" if outcome is Outcome.FIXED else ""
    yield "", ""


def _of(found: Interval) -> str:
    return f"{number(found.failed)} of {number(found.of)}"


def _sentence(compared: Compared) -> str:
    rates = f"{rate_text(compared.old)} before, {rate_text(compared.new)} after"
    if not (compared.old.failed or compared.new.failed):
        return f"neither version failed: {rates}"
    chance = "less than 0.01 %" if compared.chance < 1e-4 else percent(compared.chance)
    if compared.change is Change.SAME:
        return f"failure rate {rates}: too close to tell apart (by chance alone: {chance}); take more seeds"
    return f"failure rate {rates}: {compared.change} (by chance alone: {chance})"
