"""A nemesis without effect: the run that it was to disturb proves nothing. And schedules in the background."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from raftkit.model import SECOND, Limits, Result, Verdict
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.trace import FaultBegan, FaultEnded, read_trace

REFERENCE = Path(__file__).parents[2] / "impls" / "reference"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run(steps, background)``: the reference's result, on three servers."""

    def run_it(*steps: str, background: str = "", seed: int = 1) -> Result:
        suite = tmp_path / "mini.yaml"
        plagues = f"    background:\n      - {background}\n" if background else ""
        lines = "".join(f"      - {step}\n" for step in steps)
        suite.write_text(f"part: mini\ntests:\n  TestMini:\n    servers: 3\n{plagues}    steps:\n{lines}")
        request = RunRequest(
            suite=str(suite),
            test="TestMini",
            implementation=str(REFERENCE),
            seed=seed,
            limits=Limits(),
            trace_file=str(tmp_path / "trace.jsonl"),
        )
        return run_case(request)

    return run_it


def faults(folder: Path) -> list[tuple[float, float]]:
    """When each fault began and ended, in seconds; those that never ended left out."""
    events = list(read_trace(folder / "trace.jsonl"))
    began = {event.fault: event.at_ns / SECOND for event in events if type(event) is FaultBegan}
    return [(began[event.fault], event.at_ns / SECOND) for event in events if type(event) is FaultEnded]


def bites(folder: Path) -> list[int]:
    """How often each fault had an effect."""
    return [event.bites for event in read_trace(folder / "trace.jsonl") if type(event) is FaultEnded]


def test_a_fault_that_meets_nobody_makes_a_run_vacuous(run: Run) -> None:
    """The place in the suite is the fault's own, and it is told in words."""
    result = run("check_one_leader", "drop: {rpc: install_snapshot}", "sleep: 1s")
    assert result.verdict is Verdict.VACUOUS
    assert result.reason == (
        "Vacuous: nothing broke, but a fault never had an effect: lose install_snapshot messages"
    )
    assert result.failure is not None
    assert result.failure.where is not None
    assert result.failure.where.line == 7


def test_one_bite_in_many_rounds_is_enough(run: Run, tmp_path: Path) -> None:
    """A nemesis is a place in a suite, and not each fault that it brings."""
    rounds = "repeat: 30\n        steps: [{cut: {from: 0, to: 1, for: 20ms}}, {sleep: 70ms}]"
    assert run("check_one_leader", rounds).verdict is Verdict.PASSED
    assert 0 in bites(tmp_path)
    assert sum(bites(tmp_path)) > 1


def test_a_nemesis_that_never_came_is_vacuous_too(run: Run) -> None:
    """The test ended before its background began."""
    result = run("check_one_leader", background="{partition: {shape: halves, for: 1s}, pause: 60s}")
    assert result.verdict is Verdict.VACUOUS
    assert "cut the servers into halves, for 1 s, again and again, pauses of 60 s" in result.reason


def test_a_failure_counts_more_than_a_fault_without_effect(run: Run) -> None:
    """What broke, broke."""
    result = run("drop: {rpc: install_snapshot}", "check: {that: n == 4, text: there are three}")
    assert result.verdict is Verdict.FAILED


def test_whoever_calls_again_at_once_is_no_flood_where_all_is_lost(run: Run) -> None:
    """A leader may repeat a call as soon as it has failed: the network takes its time to say so."""
    result = run(
        "agree: {command: 1, servers: all}",
        "drop: {chance: 100%}",
        "start: {server: current_leader, command: 2, expect: {accepted: true}}",
        "sleep: 2s",
    )
    assert (result.verdict, result.reason) == (Verdict.PASSED, "")


def test_a_background_fault_comes_again_and_again_until_all_is_healed(run: Run, tmp_path: Path) -> None:
    """Pauses and durations are drawn anew each time."""
    background = "{partition: {shape: halves, for: 100ms..300ms}, pause: 200ms..500ms}"
    assert run("sleep: 10s", "heal", "sleep: 10s", background=background).verdict is Verdict.PASSED
    spans = faults(tmp_path)
    assert 12 < len(spans) < 33
    lengths = [ended - began for began, ended in spans[:-1]]
    pauses = [begin - ended for (_, ended), (begin, _) in pairwise(spans)]
    assert 0.1 <= min(lengths) < max(lengths) <= 0.3
    assert 0.2 <= min(pauses) < max(pauses) <= 0.5
    assert max(ended for _, ended in spans) < 10.1


def test_without_a_duration_it_comes_once_and_stays(run: Run, tmp_path: Path) -> None:
    """Weather for the whole test."""
    run("sleep: 5s", "heal", "sleep: 1s", background="{delay: {by: 1ms}, pause: 1s}")
    ((began, ended),) = faults(tmp_path)
    assert began == pytest.approx(1, abs=0.05)
    assert ended == pytest.approx(5, abs=0.05)


def test_healing_one_sort_leaves_the_others(run: Run, tmp_path: Path) -> None:
    """And the background goes on."""
    steps = ("delay: {by: 1ms}", "partition: halves", "sleep: 1s", "heal: partition", "sleep: 1s")
    assert run(*steps).verdict is Verdict.PASSED
    ((_, ended),) = faults(tmp_path)
    assert ended == pytest.approx(1, abs=0.05)


def test_a_nemesis_finds_the_leader_of_the_moment(run: Run, tmp_path: Path) -> None:
    """Before there is one it strikes nobody, and looks again."""
    background = "{partition: {shape: isolate, around: current_leader, for: 2s}, pause: 0s..1s}"
    assert run("sleep: 20s", "heal", background=background).verdict is Verdict.PASSED
    began = [event for event in read_trace(tmp_path / "trace.jsonl") if type(event) is FaultBegan]
    assert len(began) > 5
    assert began[0].at_ns > 0.4 * SECOND
    assert len({event.servers[0] for event in began}) > 1


def test_chance_of_the_background_leaves_the_steps_alone(run: Run, tmp_path: Path) -> None:
    """What a step draws does not change when a nemesis comes beside it."""
    step = "start: {server: 0, command: random}"

    def command() -> str:
        return next(
            line for line in (tmp_path / "trace.jsonl").read_text().splitlines() if '"started"' in line
        )

    run("sleep: 10ms", "check_one_leader", step)
    without = command()
    run("sleep: 10ms", "check_one_leader", step, background="{delay: {by: 0ms..1ms, chance: 50%}}")
    assert command().split('"command":')[1].split(",")[0] == without.split('"command":')[1].split(",")[0]


@pytest.mark.parametrize(
    ("background", "says"),
    [
        ("{cut: {from: 0, to: 1, for: 20ms}, pause: 50ms}", "the faults of line 6 still come"),
        ("{delay: {by: 1ms}}", "a fault is on: hold back messages"),
    ],
)
def test_liveness_waits_for_the_end_of_the_background(run: Run, background: str, says: str) -> None:
    """What comes again may come at any moment; ``heal`` ends it for good."""
    stormy = run("sleep: 1s", "check_liveness", background=background)
    assert stormy.verdict is Verdict.ERROR
    assert says in stormy.reason
    assert run("sleep: 1s", "heal", "check_liveness", background=background).verdict is Verdict.PASSED
