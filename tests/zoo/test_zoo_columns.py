"""The columns of the kill matrix: which tests they have, and in which order a mutant meets them."""

from pathlib import Path

import pytest

from raftkit.model import Limits, Oracles
from raftkit.zoo import COLUMNS, Caught, Hunt, Mutant

LAB = [test.id for test in COLUMNS["lab"].tests(1)]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn is laid below the current folder."""
    monkeypatch.chdir(tmp_path)


def hunt(column: str, seeds: int = 2, **about: object) -> Hunt:
    """A hunt for somebody about whom this is known."""
    fields: dict[str, object] = {"path": Path("it.py"), "caught": {}, **about}
    mutant = Mutant(**fields)  # type: ignore[arg-type]
    return Hunt(mutant=mutant, column=COLUMNS[column], seeds=seeds, limits=Limits())


def test_the_lab_is_the_labs_suites_without_our_oracles() -> None:
    """The next column is the same with them, so that the difference is what they add."""
    assert {test[-2:] for test in LAB} == {"2A", "2B", "2C", "2D"}
    assert [test.id for test in COLUMNS["oracles"].tests(1)] == LAB
    assert [COLUMNS[name].mode.oracles for name in ("lab", "oracles")] == [Oracles.LAB, Oracles.ALL]
    assert COLUMNS["lab"].follows == "oracles"


def test_chaos_draws_another_scenario_from_each_seed() -> None:
    """And the same one from the same seed."""
    one, other = COLUMNS["chaos"].tests(1)[-1], COLUMNS["chaos"].tests(2)[-1]
    assert one == COLUMNS["chaos"].tests(1)[-1]
    assert one.title != other.title
    assert Path(one.suite).read_text().startswith("# Drawn by raftkit")


def test_every_test_of_a_seed_comes_before_the_next_seed() -> None:
    """So that the first conviction has the smallest seed there is."""
    plan = [(seed, test.id) for seed, test in hunt("lab").plan()]
    assert len(plan) == 2 * len(LAB)
    assert [seed for seed, _ in plan] == sorted(seed for seed, _ in plan)
    assert {test for seed, test in plan if seed == 1} == set(LAB)


def test_likely_tests_come_first() -> None:
    """The one that did it last time, then those that other headers name, then the cheapest."""
    known = {
        "caught": {"lab": Caught(1, "TestFigure82C"), "oracles": Caught(1, "TestCount2B")},
        "suspects": frozenset({"TestBackup2B"}),
    }
    order = [test for _, test in hunt("lab", 1, **known).plan()]
    assert [test.id for test in order[:2]] == ["TestFigure82C", "TestBackup2B"]
    assert [test.cost for test in order[2:]] == sorted(test.cost for test in order[2:])
