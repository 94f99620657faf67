"""Runs a wrong implementation, and reads what is told of its failure: on the console, and in the report's data."""

import base64
import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from raftkit.model import Limits, Moment, Result
from raftkit.report.failure import failure_text
from raftkit.report.html import write_report
from raftkit.report.record import Record
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case

ROOT = Path(__file__).parents[2]
WRONG = Path(__file__).parent / "wrong"
BROKEN = ROOT / "tests" / "broken"
MUTANTS = ROOT / "impls" / "mutants"


@dataclass(frozen=True)
class Told:
    """What is told of a failure.

    Attributes:
        console: The block on the console.
        moments: The story in the report's data.
        lines: The trace, line by line.
        past: The lines that the report takes for the failure's past.
    """

    result: Result
    console: str
    moments: tuple[Moment, ...]
    lines: list[str]
    past: set[int]

    def moment(self, text: str) -> Moment:
        """The one moment that says so."""
        (found,) = [moment for moment in self.moments if text in moment.text]
        return found


def told(
    tmp_path: Path, implementation: Path, test: str, seed: int = 1, *, suite: Path | None = None
) -> Told:
    """Run a test, and read what comes of it."""
    trace, page = tmp_path / "trace.jsonl", tmp_path / "report.html"
    request = RunRequest(
        suite=str(suite or ROOT / "suites" / f"{test[-2:]}.yaml"),
        test=test,
        implementation=str(implementation),
        seed=seed,
        limits=Limits(),
        trace_file=str(trace),
    )
    result = run_case(request)
    assert result.failure is not None
    assert result.failure.explanation is not None
    shown = json.loads(msgspec.json.encode(result))
    write_report(trace, shown, page)
    (packed,) = re.findall(r'<script [^>]*id="past">(.*?)</script>', page.read_text())
    past = {line for line, mark in enumerate(gzip.decompress(base64.b64decode(packed)), 1) if mark}
    explanation = result.failure.explanation
    console = unwrapped(failure_text(Record(result=result, repeat="")))
    lines = trace.read_text().splitlines()
    check(explanation.moments, lines, console)
    return Told(result, console, explanation.moments, lines, past)


def unwrapped(console: str) -> str:
    """The block with a line for each row, however long."""
    return re.sub(r"\n {13}(?=\S)", " ", console)


def check(moments: tuple[Moment, ...], lines: list[str], console: str) -> None:
    """Every moment names the line that shows it, in order; the console has the rule and the story."""
    for moment in moments:
        if moment.line:
            assert json.loads(lines[moment.line - 1])["at_ns"] == moment.at_ns
    assert "\n  rule       " in console
    assert "\n  how it came about\n" in console


def in_order(told: Told, *texts: str) -> list[Moment]:
    """Moments that say these things, one after the other."""
    found, rest = [], list(told.moments)
    for text in texts:
        while rest and text not in rest[0].text:
            rest.pop(0)
        assert rest, f"{text} is not told behind {found}\n{told.console}"
        found.append(rest.pop(0))
    return found
