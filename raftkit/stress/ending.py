"""What a stress run says at its end: the tests, what broke, and a number that means something."""

from collections.abc import Iterable, Iterator

from raftkit.report.clean import clean
from raftkit.report.failure import near
from raftkit.report.table import WORDS
from raftkit.report.totals import RunVerdict
from raftkit.runner.past_runs import RUNS
from raftkit.stress.book import Book
from raftkit.stress.interval import Interval, percent, sentence
from raftkit.stress.tally import Count, Group
from raftkit.stress.words import clock, counted, number, repeat, tests_of, title

GROUPS_TOLD = 20
_STYLES = {RunVerdict.PASSED: "bold green", RunVerdict.FAILED: "bold red"}

Line = tuple[str, str]
"""A text and its style."""


def ending(book: Book) -> Iterator[Line]:
    """Yield the lines."""
    tally = book.tally
    if book.done:
        yield from counts_table((test, count) for test, count in tally.tests.items() if count.done)
        yield "", ""
    groups = tally.groups
    for group in groups[:GROUPS_TOLD]:
        yield from _group(book, group)
    if len(groups) > GROUPS_TOLD:
        yield f"and {counted(len(groups) - GROUPS_TOLD, 'other kind')} of failure; --json lists all", ""
    if groups:
        yield "", ""
    yield sentence(tally.all.rate), "bold"
    for text in (*_inconclusive(tally.all), *tally.unjudged.lines()):
        yield text, "yellow"
    verdict = book.verdict
    names = clean(book.asked.versions[0].named)
    yield from last_lines(book, WORDS[verdict], names, _STYLES.get(verdict, "bold yellow"))


def last_lines(book: Book, word: str, names: str, style: str) -> Iterator[Line]:
    """Yield what ends every run: how to go on if it is not complete, its folder, its size."""
    left = 0 if book.planner.size is None else book.planner.size - book.done
    command = "chaos" if book.asked.is_chaos else "stress"
    if left and len(book.asked.versions) == 1:
        yield f"{counted(left, 'run')} not made: raftkit {command} --resume {run_name(book)}", ""
    yield f"results are in {near(str(book.folder))}", ""
    cpu = sum(tally.all.cpu_seconds for tally in (*book.tallies, book.neighbours))
    runs, wall = counted(book.done, "run"), clock(book.seconds)
    yield f"{word}  {runs}  {names}  seeds {book.asked.seeds}  {wall} wall, {clock(cpu)} CPU", style


def counts_table(found: Iterable[tuple[str, Count]]) -> Iterator[Line]:
    """Yield a table of tests: how often each ran and failed, how long it took; a last row for all of them."""
    counts = list(found)
    if len(counts) > 1:
        counts.append(("all", Count.sum(count for _, count in counts)))
    width = max(4, *(len(clean(name)) for name, _ in counts))
    has_open = any(count.vacuous or count.errors for _, count in counts)
    open_heading = f"{'vacuous':>9}{'errors':>8}" if has_open else ""
    yield (
        f"{'test':<{width}}{'runs':>9}{'failed':>8}{open_heading}{'mean lab s':>12}{'slowest':>9}   failure rate",
        "dim",
    )
    for name, count in counts:
        open_cells = f"{number(count.vacuous):>9}{number(count.errors):>8}" if has_open else ""
        text = (
            f"{clean(name):<{width}}{number(count.done):>9}{number(count.failed):>8}{open_cells}"
            f"{count.mean_lab_seconds:>12.1f}{count.slowest_ns / 1e9:>9.1f}   {rate_text(count.rate, gap='  ')}"
        )
        yield text, "red" if count.failed else ""


def rate_text(found: Interval, gap: str = " ") -> str:
    """A rate: ``below 0.3 %``, ``1.2 % (0.6 % to 2.1 %)``; ``gap`` is what stands before the interval."""
    if not found.of:
        return "unknown"
    if not found.failed:
        return f"below {percent(found.high)}"
    if found.failed == found.of:
        return f"above {percent(found.low)}"
    return f"{percent(found.rate)}{gap}({percent(found.low)} to {percent(found.high)})"


def run_name(book: Book) -> str:
    """By what name commands find the run: its id, or its folder's path where that is not the usual one."""
    return book.folder.name if book.folder.parent == RUNS.resolve() else near(str(book.folder))


def _group(book: Book, group: Group) -> Iterator[Line]:
    style = "yellow" if group.verdict.is_inconclusive else "red"
    yield f"{number(group.count):>5} ×  {title(group.broke)}", style
    yield f"         in       {tests_of(group)}", ""
    yield f"         repeat   {repeat(book, group.first[0].test, group.first[0].seed)}", ""
    if group.kept:
        yield f"         look     raftkit logs {run_name(book)}/{group.kept[0].folder}", ""
        if not group.verdict.is_inconclusive:
            yield f"         smaller  raftkit shrink {run_name(book)}/{group.kept[0].folder}", ""


def _inconclusive(count: Count) -> Iterator[str]:
    if count.vacuous:
        yield f"{counted(count.vacuous, 'run')} vacuous: nothing broke, but what the test is about never happened"
    if count.errors:
        yield f"{counted(count.errors, 'run')} in error: raftkit's own fault or the machine's; not counted above"
