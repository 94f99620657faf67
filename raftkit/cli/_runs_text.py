"""Past runs as people read them. A run whose report cannot be read is listed as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from raftkit.model import Failure, Result, Verdict
from raftkit.report.clean import clean
from raftkit.report.failure import failure_text, near
from raftkit.report.record import Record
from raftkit.runner.past_runs import RUN_NAME, NoSuchRun, RunFolder, RunReport, TestReport
from raftkit.runner.prune_runs import is_under_way

_HEADINGS = ("run", "when", "verdict", "passed", "lab s", "seed", "first failure")
_NUMBERS = frozenset({"passed", "lab s", "seed"})
_GAP = "  "


def runs_table(runs: Sequence[RunFolder], *, last: str = "", width: int | None = None) -> Iterator[str]:
    """Yield the table, one run a line; ``width`` cuts the lines."""
    rows = [_HEADINGS, *(_row(run, last) for run in runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        cells = [
            text.rjust(size) if heading in _NUMBERS else text.ljust(size)
            for text, size, heading in zip(row, widths, _HEADINGS, strict=True)
        ]
        line = _GAP.join(cells).rstrip()
        yield line if width is None or len(line) <= width else line[: width - 1] + "…"


def _row(run: RunFolder, last: str) -> tuple[str, ...]:
    name = f"{run.id} *" if run.id == last else run.id
    report = run.report
    if report is None:
        return (name, _when(run), "?", "", "", _seed(run), "its run.json is missing or damaged")
    passed = f"{report.passed}/{report.count}"
    return (
        name,
        _when(run),
        _verdict(run, report),
        passed,
        f"{report.lab_seconds:.1f}",
        _seed(run),
        _first(report),
    )


def _first(report: RunReport) -> str:
    """The first failure, and how many more there are."""
    failures = report.failures
    if not failures:
        return ""
    more = f" (and {report.failure_count - 1:,} more)" if report.failure_count > 1 else ""
    return clean(f"{failures[0].name}: {failures[0].reason}{more}")


def _verdict(run: RunFolder, report: RunReport) -> str:
    if report.verdict == "incomplete":
        return "RUNNING" if is_under_way(run) else "KILLED"
    return {"passed": "PASS", "failed": "FAIL"}.get(report.verdict, clean(report.verdict).upper())


def _when(run: RunFolder) -> str:
    """When it began, by the clock on the wall here."""
    name = RUN_NAME.fullmatch(run.id)
    try:
        began = datetime.strptime(name["stamp"] if name else "", "%Y%m%dT%H%M%SZ")
    except ValueError:
        return "?"
    return began.replace(tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _seed(run: RunFolder) -> str:
    name = RUN_NAME.fullmatch(run.id)
    return name["seed"] if name else "?"


# --- one run ---


def run_text(run: RunFolder) -> Iterator[str]:
    """Yield what a run came to, and its failures; of a test that was named, it alone.

    Raises:
        NoSuchRun: Its report cannot be read.
    """
    report = run.report
    if report is None:
        raise NoSuchRun(
            f"run {run.id}: its run.json is missing or damaged", advice=f"ls {near(str(run.path))}"
        )
    yield f"run      {run.id}  ({_when(run)})"
    yield f"impl     {clean(report.implementation)}"
    yield f"verdict  {_verdict(run, report)}  {report.passed:,} of {report.count:,} passed"
    yield f"time     {report.lab_seconds:.1f} s lab, {report.wall_seconds:.1f} s wall"
    yield f"folder   {near(str(run.path))}"
    if report.count > len(report.tests):
        yield f"listed   {len(report.tests)} of these runs: those that left a trace"
    yield ""
    for test in report.tests:
        if run.case in ("", test.name):
            yield from _test_text(run, run.in_full(test) if test.has_failed else test)


def _test_text(run: RunFolder, test: TestReport) -> Iterator[str]:
    verdict = clean(test.verdict).replace("_", " ").upper()
    line = f"{verdict:<10}  {clean(test.id)}  seed {test.seed}  {test.lab_seconds:.1f} s lab"
    yield line if test.has_failed else f"{line}  {clean(test.title)}"
    if test.has_failed:
        for row in failure_text(_record(run, test)).split("\n"):
            yield f"    {row}".rstrip()


def _record(run: RunFolder, test: TestReport) -> Record:
    try:
        path = run.trace_of(test.name)
    except NoSuchRun:
        trace = ""
    else:
        trace = near(str(path))
        if not path.with_name("report.html").exists():
            trace += f"   picture: raftkit timeline {run.id}/{test.name}"
    return Record(result=_result(test), repeat=test.repeat, trace=trace)


def _result(test: TestReport) -> Result:
    known = {verdict.value for verdict in Verdict}
    try:
        failure = msgspec.convert(test.failure, Failure) if test.failure else None
    except msgspec.ValidationError:
        failure = None
    return Result(
        id=test.id,
        part=test.part,
        title=test.title,
        verdict=Verdict(test.verdict) if test.verdict in known else Verdict.ERROR,
        seed=test.seed,
        reason=test.reason,
        failure=failure,
    )
