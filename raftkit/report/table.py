"""The table at the end of a run, and its last line."""

from collections.abc import Sequence

from raftkit.model import Result
from raftkit.report.clean import clean
from raftkit.report.totals import RunVerdict, Totals, by_part, totals

WORDS = {
    RunVerdict.PASSED: "PASS",
    RunVerdict.FAILED: "FAIL",
    RunVerdict.INCONCLUSIVE: "INCONCLUSIVE",
    RunVerdict.INTERRUPTED: "INTERRUPTED",
    RunVerdict.INCOMPLETE: "INCOMPLETE",
    RunVerdict.EMPTY: "NOTHING RUN",
}


def table(results: Sequence[Result]) -> list[str]:
    """Return a row a part, and a total when there is more than one part."""
    parts = by_part(results)
    rows = [*parts, totals("all", results)] if len(parts) > 1 else parts
    width = max([len("part"), *(len(clean(row.name)) for row in rows)])
    header = f"{'part':<{width}}  {'passed':>9}  {'lab s':>7}  {'wall s':>7}  {'CPU s':>7}"
    return [header, *(_row(row, width) for row in rows)]


def _row(row: Totals, width: int) -> str:
    passed = f"{row.passed}/{row.tests}"
    return (
        f"{clean(row.name):<{width}}  {passed:>9}  {row.lab_seconds:7.1f}"
        f"  {row.wall_seconds:7.2f}  {row.cpu_seconds:7.2f}  {WORDS[row.verdict]}"
    )


def last_line(
    verdict: RunVerdict, results: Sequence[Result], implementation: str, seeds: str, wall_seconds: float
) -> str:
    """Return the line that says it all: verdict, counts, implementation, seed, seconds."""
    whole = totals("all", results)
    counts = [f"{whole.passed} passed"]
    counts += [f"{whole.failed} failed"] if whole.failed else []
    counts += [f"{whole.inconclusive} inconclusive"] if whole.inconclusive else []
    return (
        f"{WORDS[verdict]}  {', '.join(counts)}  {clean(implementation)}  {seeds}"
        f"  {whole.lab_seconds:.1f} s lab, {wall_seconds:.1f} s wall, {whole.cpu_seconds:.1f} s CPU"
    )
