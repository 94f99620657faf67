"""The JSON report of a stress run, for programs."""

from typing import Any

from raftkit.report.json_report import SCHEMA_VERSION
from raftkit.stress.book import Book
from raftkit.stress.interval import CONFIDENCE, Interval
from raftkit.stress.tally import Count, Group
from raftkit.stress.words import repeat


def stress_report(book: Book) -> dict[str, Any]:
    """Return what the run came to."""
    return {
        "schema_version": SCHEMA_VERSION,
        "implementation": book.asked.versions[0].named,
        "seeds": str(book.asked.seeds),
        "verdict": book.verdict.value,
        "confidence": CONFIDENCE,
        "wall_seconds": round(book.seconds, 3),
        "folder": str(book.folder),
        "all": _count(book.tally.all),
        "tests": [{"test": name} | _count(count) for name, count in book.tally.tests.items()],
        "groups": [_group(book, group) for group in book.tally.groups],
        "not_judged": book.tally.unjudged.as_json(),
    }


def _count(count: Count) -> dict[str, Any]:
    return {
        "runs": count.done,
        "passed": count.passed,
        "failed": count.failed,
        "vacuous": count.vacuous,
        "errors": count.errors,
        "mean_lab_seconds": round(count.mean_lab_seconds, 6),
        "slowest_lab_seconds": count.slowest_ns / 1e9,
        "slowest_seed": count.slowest_seed,
        "cpu_seconds": round(count.cpu_seconds, 3),
        "failure_rate": rate(count.rate),
    }


def rate(found: Interval) -> dict[str, Any]:
    """A rate and its interval."""
    return {"rate": found.rate, "low": found.low, "high": found.high, "failed": found.failed, "of": found.of}


def _group(book: Book, group: Group) -> dict[str, Any]:
    return {
        "kind": group.broke.kind,
        "place": group.broke.place,
        "summary": group.broke.summary,
        "verdict": group.verdict.value,
        "count": group.count,
        "tests": group.tests,
        "seeds": [{"test": entry.test, "seed": entry.seed} for entry in group.first],
        "repeat": repeat(book, group.first[0].test, group.first[0].seed),
        "folders": [entry.folder for entry in group.kept],
    }
