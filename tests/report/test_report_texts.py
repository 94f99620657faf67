"""What people read: lab lines, failures, tables. The texts themselves are in ``golden/``."""

import os
from pathlib import Path

import pytest

from raftkit.model import MS, SECOND, Failure, Result, Verdict, Where
from raftkit.report.console import Console
from raftkit.report.failure import failure_text
from raftkit.report.lab import ending, heading
from raftkit.report.logs import log_line, topic_style
from raftkit.report.record import Record, repeat_command
from raftkit.report.totals import RunVerdict, totals

GOLDEN = Path(__file__).parent / "golden"


def expect(name: str, text: str) -> None:
    """Compare with a golden text; RAFTKIT_GOLDEN=1 writes it anew, and a person reads the diff."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("RAFTKIT_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()


def result(**fields: object) -> Result:
    plain = {
        "id": "TestFigure82C",
        "part": "2C",
        "title": "Figure 8",
        "verdict": Verdict.PASSED,
        "seed": 7,
        "lab_ns": 31_200 * MS,
        "wall_seconds": 0.4,
        "cpu_seconds": 0.39,
        "servers": 5,
        "rpcs": 580,
        "bytes": 130675,
        "commits": 32,
    }
    return Result(**{**plain, **fields})


def failed(**fields: object) -> Result:
    failure = Failure(
        kind="ElectionSafetyViolated",
        summary="term 4 has two leaders",
        where=Where(suite="suites/2C.yaml", line=31, test="TestFigure82C", step="5", at_ns=2_314_000_000),
        expected="at most one leader in a term (Raft §5.2)",
        observed="server 0 led from t=2.298s\nserver 2 led from t=2.314s",
        advice="compare voted_for of server 1 before and after its restart at t=2.301s",
        details="thread 3 of server 1:\n  raft.py:41 in ticker\n\n    self.lock.acquire()",
    )
    return result(**{"verdict": Verdict.FAILED, "reason": failure.summary, "failure": failure, **fields})


def record(result: Result) -> Record:
    return Record(
        result=result,
        repeat=repeat_command([result.id], "impls/my raft", result.seed, []),
        trace=".raftkit/runs/last/TestFigure82C-7/trace.jsonl" if result.failure else "",
    )


def test_a_pass_looks_as_in_the_lab() -> None:
    assert heading("2C", "Figure 8") == "Test (2C): Figure 8 ..."
    assert ending(result()) == "  ... Passed --  31.2  5  580  130675   32"
    assert ending(result(lab_ns=3_500 * MS, servers=3, rpcs=58, bytes=16840, commits=0)) == (
        "  ... Passed --   3.5  3   58   16840    0"
    )


def test_a_failure_says_what_where_expected_observed_repeat_trace_and_what_to_try() -> None:
    expect("failure", failure_text(record(failed())) + "\n")


def test_a_failure_without_evidence_still_has_its_reason_and_how_to_repeat_it() -> None:
    bare = result(verdict=Verdict.TIMED_OUT, reason="took longer than 120 s")

    assert failure_text(record(bare)) == (
        "timed_out: took longer than 120 s\n"
        "  repeat     raftkit test TestFigure82C --impl 'impls/my raft' --seed 7"
    )


class Lines:
    """A screen that remembers."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.is_broken = False

    def line(self, text: str, style: str = "") -> None:
        self.lines.append(text)

    def live(self, text: object) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.mark.parametrize("quiet", [False, True])
def test_a_run_on_the_console(quiet: bool) -> None:
    screen = Lines()
    console = Console(screen, implementation="impls/mine", seeds=[7], quiet=quiet)
    results = [
        result(id="TestInitialElection2A", part="2A", title="initial election", lab_ns=3 * SECOND),
        failed(warnings=("no traces are kept: No space left on device",)),
        result(id="TestX2D", part="2D", title="x", verdict=Verdict.VACUOUS, reason="no leader crashed"),
        Result(id="TestY2D", part="2D", title="y", verdict=Verdict.NOT_RUN, seed=7, reason="not run: ..."),
    ]
    for each in results:
        console.result(record(each))
    console.summary(RunVerdict.FAILED, results, "seed 7", 1.25)

    expect("quiet" if quiet else "console", "\n".join(screen.lines) + "\n")


def test_with_several_seeds_each_is_announced_once() -> None:
    screen = Lines()
    console = Console(screen, implementation="impls/mine", seeds=[1, 2], quiet=False)
    for seed in (1, 1, 2):
        console.result(record(result(seed=seed)))

    assert [line for line in screen.lines if line.startswith("---")] == ["--- seed 1", "--- seed 2"]


def test_what_was_not_run_counts_against_a_run_and_what_could_not_be_judged_does_not() -> None:
    passed, not_run = result(), result(verdict=Verdict.NOT_RUN)
    vacuous, ours = result(verdict=Verdict.VACUOUS), result(verdict=Verdict.ERROR)

    assert totals("all", [passed]).verdict is RunVerdict.PASSED
    assert totals("all", [passed, not_run, ours]).verdict is RunVerdict.FAILED
    assert totals("all", [passed, vacuous]).verdict is RunVerdict.INCONCLUSIVE
    assert totals("all", []).verdict is RunVerdict.EMPTY


def test_a_log_line_has_fixed_columns_and_a_topic_its_colour() -> None:
    assert log_line(2_314_208_000, 2, "vote", "granted", {"term": "4", "to": "1"}) == (
        "   2.314208s  S2  vote        granted                                   term=4 to=1"
    )
    assert topic_style("vote") == topic_style("vote")
    assert topic_style("ERROR") == "red"
