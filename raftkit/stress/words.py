"""How a stress run speaks of times, groups of failures and commands."""

from raftkit.report.clean import clean
from raftkit.stress.book import Book
from raftkit.stress.breakage import Breakage
from raftkit.stress.drawn import repeat_run
from raftkit.stress.tally import Group

LONGEST_SUMMARY = 100


def clock(seconds: float) -> str:
    """A span of time: ``48 s``, ``12 min``, ``3 h 05 min``."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"


def number(count: int) -> str:
    """A whole number, its thousands apart."""
    return f"{count:,}"


def counted(count: int, what: str) -> str:
    """``1 run``, ``2,000 runs``."""
    return f"{number(count)} {what}" + ("" if count == 1 else "s")


def shorten(text: str, width: int) -> str:
    """A text in so many characters."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def title(broke: Breakage) -> str:
    """What broke, in one line: ``LeaderCompletenessViolated: the leader of term 2 lacks ...``."""
    place = f" at {broke.place}" if broke.place else ""
    return clean(f"{broke.kind}{place}: {broke.summary}")


def shortly(group: Group) -> str:
    """In which test it broke first, and how many others."""
    others = len(group.tests) - 1
    return group.first[0].test + (f" and {others} more" if others else "")


def tests_of(group: Group) -> str:
    """In which tests, and how often: ``TestPersist12C (9), TestFigure82C (3)``."""
    counts = sorted(group.tests.items(), key=lambda item: -item[1])
    if len(counts) == 1:
        return counts[0][0]
    shown = [f"{test} ({count})" for test, count in counts[:4]]
    return ", ".join(shown) + (f" and {counted(len(counts) - 4, 'other test')}" if len(counts) > 4 else "")


def repeat(book: Book, test: str, seed: int, version: int = 0) -> str:
    """The command that repeats a run."""
    return repeat_run(book.asked, book.test(test), book.asked.versions[version], seed)


def pace(book: Book) -> str:
    """How far, how fast, how long: ``1,204 of 28,000 runs, 3 failed, 38 a second, 12 min left``."""
    done, size = book.done, book.planner.size
    of = f" of {number(size)}" if size is not None else ""
    failed = sum(tally.all.failed for tally in book.tallies)
    open_ = sum(tally.all.vacuous + tally.all.errors for tally in book.tallies)
    parts = [f"{number(done)}{of} runs", f"{number(failed)} failed"]
    parts += [f"{number(open_)} inconclusive"] if open_ else []
    if book.seconds > 1 and done > book.before:
        speed = (done - book.before) / book.seconds
        parts.append(f"{speed:.0f} a second" if speed >= 9.5 else f"{60 * speed:.0f} a minute")
    if failed:
        parts.append(f"{book.failures_a_minute:.1f} failures a minute")
    return ", ".join(parts)
