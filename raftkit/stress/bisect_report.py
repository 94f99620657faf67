"""What a comparison of two versions says: to programs."""

from typing import Any

from raftkit.report.json_report import SCHEMA_VERSION
from raftkit.stress.bisect import Bisect
from raftkit.stress.compare import Case, Compared, TestComparison
from raftkit.stress.report import rate


def bisect_report(bisect: Bisect) -> dict[str, Any]:
    """Return what it came to."""
    found = bisect.compared()
    return {
        "schema_version": SCHEMA_VERSION,
        "old": bisect.labels[0],
        "new": bisect.labels[1],
        "seeds": str(bisect.book.asked.seeds),
        "verdict": bisect.verdict.value,
        "folder": str(bisect.book.folder),
        "all": _test(found.all),
        "tests": [{"test": name} | _test(test) for name, test in found.tests.items()],
        "kinds": [
            {"kind": kind.broke.kind, "place": kind.broke.place, "summary": kind.broke.summary}
            | {"old": kind.counts[0], "new": kind.counts[1]}
            for kind in found.kinds.values()
        ],
        "neighbourhood": [
            {"test": name, "outcome": found.outcome(name).value} | _rates(found.neighbourhood(name))
            for name in found.neighbours
        ],
    }


def _rates(compared: Compared) -> dict[str, Any]:
    return {
        "old": rate(compared.old),
        "new": rate(compared.new),
        "change": compared.change.value,
        "chance": compared.chance,
    }


def _test(test: TestComparison) -> dict[str, Any]:
    lists = {"fixed": _cases(test.fixed), "broke": _cases(test.broke), "still": _cases(test.still)}
    return lists | {"passed": test.fine, "inconclusive": test.open} | _rates(test.compared)


def _cases(found: list[Case]) -> list[dict[str, Any]]:
    return [{"test": name, "seed": seed} for name, seed in sorted(found)]
