"""The scenarios of ``suites/chaos``: sound implementations come through, and for some, who does not."""

from pathlib import Path

import pytest

from raftkit.model import Limits, Result, Verdict
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.suite import Test, find_tests, suites_dir

IMPLS = Path(__file__).parents[2] / "impls"
SCENARIOS = {test.id: test for test in find_tests(["chaos"], suites_dir=suites_dir())}

CONVICTED = [
    ("commits_old_terms_by_counting", "TestFigure8Chaos", "CommittedOldTerm"),
    ("takes_a_compacted_log_for_an_empty_one", "TestEmptyLogChaos", "CheckFailed"),
    ("rounds_the_majority_down", "TestFourServersChaos", "ElectedWithoutMajority"),
    ("saves_in_two_steps", "TestCrashBetweenTwoSavesChaos", "AppliedOutOfOrder"),
    ("truncates_always", "TestOvertakenEntriesChaos", "AcknowledgedEntryLost"),
    ("ignores_its_disk", "TestBadDisksChaos", "AnsweredBeforeSaving"),
    ("takes_an_old_snapshot", "TestLateSnapshotsChaos", "SnapshotWentBack"),
]
"""Who is wrong, where that shows with the first seed, and as what."""


def run(test: Test, implementation: str, seed: int = 1) -> Result:
    """One run, of an implementation by its path below ``impls``."""
    return run_case(
        RunRequest(
            suite=str(Path(test.suite).absolute()),
            test=test.id,
            implementation=str(IMPLS / implementation),
            seed=seed,
            limits=Limits(),
        )
    )


@pytest.mark.parametrize("test", SCENARIOS)
def test_a_sound_implementation_comes_through_and_is_struck(test: str) -> None:
    """A pass counts: every fault bit, and what the scenario is about happened."""
    result = run(SCENARIOS[test], "reference")
    assert result.verdict is Verdict.PASSED, result.reason


@pytest.mark.parametrize("test", [name for name, test in SCENARIOS.items() if "chaos/figures" in test.suite])
def test_so_does_one_in_asyncio_style(test: str) -> None:
    """What is choreographed does not hang on who leads how soon."""
    result = run(SCENARIOS[test], "reference_asyncio", seed=2)
    assert result.verdict is Verdict.PASSED, result.reason


@pytest.mark.parametrize("test", SCENARIOS.values(), ids=SCENARIOS)
def test_each_says_what_it_is_about_and_what_must_show(test: Test) -> None:
    """A title, a source, and faults or facts without which a pass is none."""
    assert test.title[0].islower()
    assert test.source
    assert test.must_happen or test.background


@pytest.mark.parametrize(("mutant", "test", "kind"), CONVICTED)
def test_who_is_wrong_there_is_convicted(mutant: str, test: str, kind: str) -> None:
    """Choreographed scenarios show their bug with any seed."""
    result = run(SCENARIOS[test], f"mutants/{mutant}.py")
    assert result.verdict is Verdict.FAILED
    assert result.failure is not None
    assert result.failure.kind == kind
