"""Scenarios out of seeds: the same text each time, a suite that loads, and a weather that bites."""

import re
from collections import Counter
from pathlib import Path

import pytest

from raftkit.chaos import NEMESES, SERVICES, WORKLOADS, ChaosOptions, draw_scenario, draw_suite
from raftkit.model import Limits, Verdict
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.suite import explain, load_suite

SEEDS = range(300)
REFERENCE = Path(__file__).parents[2] / "impls" / "reference"


def loaded(options: ChaosOptions, seed: int):
    """The test that a seed draws."""
    (test,) = load_suite("drawn.yaml", text=draw_suite(options, seed).encode()).tests
    return test


def test_every_seed_draws_a_suite_that_loads():
    """And one that can be told in words, with the nemeses in its title."""
    for seed in SEEDS:
        test, scenario = loaded(ChaosOptions(), seed), draw_scenario(ChaosOptions(), seed)
        assert test.servers == scenario.servers
        assert len(test.background) == sum(len(troubles) for _, troubles in scenario.weather) > 0
        assert all(name in test.title for name, _ in scenario.weather)
        assert "beside these steps" in explain(test)


def test_the_same_seed_draws_the_same_bytes_and_others_do_not():
    """Nothing but options and seed goes in."""
    texts = {draw_suite(ChaosOptions(), seed) for seed in SEEDS}
    assert len(texts) == len(SEEDS)
    assert texts == {draw_suite(ChaosOptions(), seed) for seed in SEEDS}


def test_all_that_can_be_drawn_is_drawn():
    """Sizes, even ones too, services, workloads, and each nemesis in a fair share."""
    scenarios = [draw_scenario(ChaosOptions(), seed) for seed in SEEDS]
    assert {scenario.servers for scenario in scenarios} == {2, 3, 4, 5, 6, 7}
    assert {scenario.service for scenario in scenarios} == set(SERVICES)
    assert {scenario.load.workload for scenario in scenarios} == set(WORKLOADS)
    on = Counter(name for scenario in scenarios for name, _ in scenario.weather)
    assert set(on) == set(NEMESES)
    assert min(on.values()) > len(SEEDS) / len(NEMESES)


def test_what_is_fixed_leaves_the_rest_as_it_is():
    """Of two runs that differ in one option, a seed differs in that alone."""
    for seed in SEEDS:
        free = draw_scenario(ChaosOptions(), seed)
        fixed = draw_scenario(ChaosOptions(workload="kv", service="plain"), seed)
        assert (fixed.load.workload, fixed.service) == ("kv", "plain")
        assert (fixed.weather, fixed.servers, fixed.weather_ms) == (
            free.weather,
            free.servers,
            free.weather_ms,
        )
        assert draw_scenario(ChaosOptions(servers=5), seed).load == free.load


def test_nemeses_that_are_named_are_all_on():
    """In the suite's order, whatever the order in which they were named; with servers enough for each."""
    options = ChaosOptions(nemeses=("crash", "partial", "lossy"))
    for seed in SEEDS:
        scenario = draw_scenario(options, seed)
        assert [name for name, _ in scenario.weather] == ["partial", "lossy", "crash"]
        assert scenario.servers >= 3


def test_the_first_line_says_how_to_draw_it_again():
    """With the options that it was drawn with."""
    options = ChaosOptions(servers=4, workload="append", service="plain", nemeses=("lossy", "crash"))
    first = draw_suite(options, 12).splitlines()[0]
    assert first.endswith(
        "raftkit chaos show 12 --servers 4 --workload append --service plain --nemesis lossy,crash"
    )


@pytest.mark.parametrize("nemesis", NEMESES)
def test_each_nemesis_bites_and_a_sound_implementation_comes_through(nemesis: str, tmp_path: Path):
    """A run of its own; an ordinary one, of an ordinary suite."""
    suite = tmp_path / "drawn.yaml"
    suite.write_text(draw_suite(ChaosOptions(nemeses=(nemesis,)), 7))
    request = RunRequest(
        suite=str(suite), test="TestChaos", implementation=str(REFERENCE), seed=7, limits=Limits()
    )
    result = run_case(request)
    assert result.verdict is Verdict.PASSED, result.reason
    assert re.fullmatch(rf"\w+ on {result.servers} servers; {nemesis}", result.title)
