"""Every mutant is caught as its header says, by the cheapest of the columns that catch it; the reference never is.

Whatever makes raftkit overlook one of them, be it an oracle that looks away or a suite that no longer gets
there, shows here. ``raftkit zoo`` measures all columns; that takes an hour.
"""

from collections.abc import Iterator

import pytest

from raftkit.model import Limits
from raftkit.runner.parent import RunnerChild
from raftkit.runner.places import impls_dir
from raftkit.suite import Test
from raftkit.zoo import COLUMNS, Caught, Column, Hunt, Mutant, read_mutants

MUTANTS = read_mutants(impls_dir() / "mutants")
CONTROL = Mutant(path=impls_dir() / "reference", caught={})
LIMITS = Limits(idle_seconds=1.0)


@pytest.fixture(scope="module")
def child() -> Iterator[RunnerChild]:
    runner = RunnerChild()
    yield runner
    runner.close()


def test_named(column: Column, caught: Caught, seed: int) -> Test:
    """The test of a header."""
    return next(test for test in column.tests(seed) if test.id == caught.test)


test_named.__test__ = False  # type: ignore[attr-defined]


def cheapest(mutant: Mutant) -> tuple[Column, Caught] | None:
    """The header to try: fewest seeds, then the shortest test."""
    found = [
        (caught.seeds, test_named(COLUMNS[name], caught, caught.seeds).cost, place, COLUMNS[name], caught)
        for place, (name, caught) in enumerate(mutant.caught.items())
        if caught is not None
    ]
    return min(found)[-2:] if found else None


KILLS = [(mutant, *kill) for mutant in MUTANTS if (kill := cheapest(mutant))]
SAME_FOR_ALL = sorted({(column.name, caught.test, caught.seeds) for _, column, caught in KILLS})


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_says_what_is_wrong_and_which_rule_that_breaks(mutant: Mutant) -> None:
    """A sentence, who writes it, harm and rule, and what each column makes of it."""
    assert mutant.wrong.endswith(".")
    assert mutant.story.startswith("Written by ")
    assert mutant.rule
    assert {"lab", "oracles"} <= set(mutant.caught) <= set(COLUMNS)


@pytest.mark.parametrize(
    ("mutant", "column", "caught"), [pytest.param(*kill, id=kill[0].name) for kill in KILLS]
)
def test_it_is_caught_within_the_seeds_that_its_header_says(
    child: RunnerChild, mutant: Mutant, column: Column, caught: Caught
) -> None:
    """The last of these seeds is the one that did it when the header was written, and is tried first."""
    hunt = Hunt(mutant=mutant, column=column, seeds=caught.seeds, limits=LIMITS)
    seeds = range(caught.seeds, 0, -1)
    runs = (hunt.judge(child, seed, test_named(column, caught, seed)) for seed in seeds)
    assert any(run.convicts for run in runs), f"{mutant.path}: {column.name} {caught} is not true any more"


@pytest.mark.parametrize(("column", "test", "seed"), SAME_FOR_ALL)
def test_what_convicts_a_mutant_acquits_the_reference(
    child: RunnerChild, column: str, test: str, seed: int
) -> None:
    """With the same seed: a verdict on a mutant is about what is wrong with it."""
    hunt = Hunt(mutant=CONTROL, column=COLUMNS[column], seeds=seed, limits=LIMITS)
    run = hunt.judge(child, seed, test_named(COLUMNS[column], Caught(seed, test), seed))
    assert not run.convicts, f"{run.kind}: {run.summary}"
