"""A failure as people read it: what, where, expected and observed, how to repeat it, what to try."""

import os
import shlex
from collections.abc import Sequence
from textwrap import fill

from raftkit.model import Clock, Failure, Moment, Where, seconds
from raftkit.report.clean import clean, clean_lines
from raftkit.report.record import Record

LABEL_WIDTH = 10
LONGEST_STORY = 16
"""Lines of a failure's story on the console."""
PROSE_WIDTH = 96
"""Characters of a line of prose; commands and paths stay on one line, to be copied."""
TIME_WIDTH = 13
TRACE_FILE = "trace.jsonl"
"""The trace in a failure's own folder."""
_GAP = " " * (2 + LABEL_WIDTH + 1)


def failure_text(record: Record) -> str:
    """Return the block that explains a result that did not pass.

    ::

        ElectionSafetyViolated: term 4 has two leaders
          where      suites/2A.yaml:31  TestReElection2A, step 5, t=2.314s
          expected   at most one leader in a term (Raft §5.2)
          observed   server 0 led from t=2.298s; server 2 led from t=2.314s
          repeat     raftkit test TestReElection2A --impl impls/mine --seed 8675309
          smaller    raftkit shrink .raftkit/runs/last/TestReElection2A-8675309
          trace      .raftkit/runs/last/TestReElection2A-8675309/trace.jsonl   picture: report.html beside it
          try        compare voted_for of server 1 before and after its restart at t=2.301s
    """
    result = record.result
    failure = result.failure or Failure(kind=result.verdict.value, summary=result.reason)
    rows = (
        ("where", where_text(failure.where)),
        ("expected", _prose(failure.expected)),
        ("observed", _prose(failure.observed)),
        ("again" if result.clock is Clock.REAL else "repeat", record.repeat),
        ("smaller", _shrinking(record)),
        ("trace", _with_picture(record.trace)),
        ("try", _prose(failure.advice)),
    )
    lines = [f"{clean(failure.kind)}: {clean(failure.summary)}"]
    lines += [_row(label, value) for label, value in rows if value]
    if failure.details:
        lines += [f"    {line}".rstrip() for line in clean_lines(failure.details).rstrip().split("\n")]
    lines += _story(failure)
    return "\n".join(lines)


def _story(failure: Failure) -> list[str]:
    """The rule, who broke it, and what led to it, in short; the report and the JSON file have all of it."""
    explanation = failure.explanation
    if explanation is None:
        return []
    lines = [_row("rule", _prose(f"{explanation.source}: {explanation.rule}"))]
    lines += [_row("broken by", _prose(explanation.broken_by))] if explanation.broken_by else []
    lines += ["  how it came about", *_moments(explanation.moments)] if explanation.moments else []
    return lines


def _moments(moments: Sequence[Moment]) -> list[str]:
    """The beginning and the end, if there are many."""
    left_out = len(moments) - LONGEST_STORY
    if left_out > 0:
        half = LONGEST_STORY // 2
        moments = [*moments[:half], Moment(text=f"… {left_out} more in the report …"), *moments[-half:]]
    return [line for moment in moments for line in _moment_lines(moment)]


def _moment_lines(moment: Moment) -> list[str]:
    """``t=2.314s     S2 crashed``."""
    if moment.at_ns is None:
        return [f"    {line}" for line in _prose(moment.text).split("\n")]
    return [f"    {f't={seconds(moment.at_ns)}':<{TIME_WIDTH}} {clean(moment.text)}"]


def _shrinking(record: Record) -> str:
    """The command that makes a failure smaller, where it repeats and a folder of its own holds what that takes."""
    folder, _, file = record.trace.rpartition("/")
    if file != TRACE_FILE or record.result.verdict.is_inconclusive or record.result.clock is Clock.REAL:
        return ""
    return shlex.join(["raftkit", "shrink", folder])


def _with_picture(trace: str) -> str:
    """A failure's own folder holds the timeline, too."""
    return f"{trace}   picture: report.html beside it" if trace.endswith(f"/{TRACE_FILE}") else trace


def where_text(where: Where | None) -> str:
    """Return the place in the suite, relative to here, and the moment."""
    if where is None:
        return ""
    step = f", step {where.step}" if where.step else ""
    return f"{near(where.suite)}:{where.line}  {where.test}{step}, t={seconds(where.at_ns)}"


def near(path: str) -> str:
    """Return a path relative to the current folder if it lies below it, else as it is."""
    if not os.path.isabs(path):
        return path
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def _prose(text: str) -> str:
    """Return sentences in lines that are short enough to read; no word is broken."""
    lines = clean_lines(text).strip().split("\n")
    return "\n".join(
        fill(line, PROSE_WIDTH, break_long_words=False, break_on_hyphens=False) for line in lines
    )


def _row(label: str, value: str) -> str:
    lines = [line.rstrip() for line in clean_lines(value).strip().split("\n")]
    return f"  {label:<{LABEL_WIDTH}} " + f"\n{_GAP}".join(lines)
