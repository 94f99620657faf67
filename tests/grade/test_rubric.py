"""Rubrics: what they mean, and where a wrong one is wrong."""

from fractions import Fraction
from pathlib import Path

import pytest

from raftkit.errors import SuiteError
from raftkit.grade.book import Sees
from raftkit.grade.rubric import ALL_MUST_PASS, PASS_RATE, PointsFor, Rubric
from raftkit.grade.rubric_file import load_rubric

SMALLEST = "title: Lab 2\nparts: {2A: 20, 2B: 30, 2C: 30, 2D: 20}\nseeds: 5\n"
EXTRA = """\
part: mine
title: my own
tests:
  TestMine:
    servers: 3
    steps:
      - check_one_leader
"""


@pytest.fixture
def read(tmp_path: Path):
    (tmp_path / "extra.yaml").write_text(EXTRA)

    def read(text: str) -> Rubric:
        path = tmp_path / "rubric.yaml"
        path.write_text(text)
        return load_rubric(path)

    return read


def test_the_smallest_shares_a_parts_points_equally_and_scores_the_pass_rate(read) -> None:
    """With the seeds 1 to 5, all tests of the lab."""
    rubric = read(SMALLEST)
    assert rubric.max_points == 100
    assert len(rubric.tests) == 28
    assert sum(test.points for test in rubric.tests) == 100  # exactly
    assert {test.points for test in rubric.tests if test.test.part == "2A"} == {Fraction(20, 3)}
    assert {test.seeds for test in rubric.tests} == {(1, 2, 3, 4, 5)}
    assert {test.points_for for test in rubric.tests} == {PASS_RATE}
    assert {test.sees for test in rubric.tests} == {Sees.ALL}
    assert rubric.apart


def test_a_test_may_have_points_seeds_and_rules_of_its_own(read) -> None:
    """The others share what is left."""
    rubric = read(
        "title: t\nseeds: 2\nparts:\n  3A:\n    points: 20\n    points_for: all\n    tests:\n"
        "      TestManyElections2A: {points: 10, seeds: 100..102, students_see: verdict}\n      TestReElection2A: 0\n"
    )
    initial, many = rubric.tests  # the third earns nothing, and is not run
    assert (initial.points, initial.points_for, initial.seeds) == (10, ALL_MUST_PASS, (1, 2))
    assert (many.points, many.points_for, many.seeds) == (10, ALL_MUST_PASS, (100, 101, 102))
    assert (many.test.part, many.sees) == ("3A", Sees.VERDICT)


def test_a_part_may_be_a_suite_beside_the_rubric(read, monkeypatch, tmp_path_factory) -> None:
    """Wherever the command is typed."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    (test,) = read(
        "title: t\nseeds: 1\nparts: {extra: {points: 5, suite: extra.yaml, students_see: nothing}}\n"
    ).tests
    assert Path(test.test.suite).is_file()
    assert (test.test.id, test.sees) == ("TestMine", Sees.NOTHING)


@pytest.mark.parametrize(
    ("passed", "judged", "share"),
    [(4, 5, 0), (9, 10, Fraction(1, 2)), (19, 20, Fraction(1, 2)), (5, 5, 1)],
)
def test_thresholds_earn_the_share_of_the_highest_that_is_reached(read, passed, judged, share) -> None:
    """90 % earn a half here, and no less than all earns all."""
    (test, *_) = read(SMALLEST + "points_for: {90%: 50%, 100%: 100%}\n").tests
    assert test.points_for.share(passed, judged) == share
    assert str(test.points_for) == "50 % of the points from 90 %, 100 % of the points from 100 %"


def test_the_pass_rate_is_exact() -> None:
    """No rounding before the sum."""
    assert PointsFor().share(1, 3) == Fraction(1, 3)


WRONG = [
    pytest.param("title: t\nseeds: 5\n", "1:1: a rubric is missing its field `parts`", id="no-parts"),
    pytest.param("title: t\nseed: 5\nparts: {2A: 1}\n", "2:1: `seed` is no field of a rubric", id="unknown-field"),
    pytest.param("title: t\nseeds: 5\nparts: {2E: 1}\n", "3:9: `2E` is no part of the lab", id="unknown-part"),
    pytest.param("title: t\nseeds: 5\nparts: {2A: many}\n", "3:13: wanted points", id="no-points"),
    pytest.param("title: t\nseeds: 5\nparts: {2A: -1}\n", "3:13: wanted points", id="negative-points"),
    pytest.param("title: t\nseeds: 0\nparts: {2A: 1}\n", "2:8: 0 seeds", id="no-seeds"),
    pytest.param("title: t\nseeds: 7654321\nparts: {2A: 1}\n", "2:8: 7654321 seeds", id="many-seeds"),
    pytest.param("title: t\nseeds: 9..5\nparts: {2A: 1}\n", "2:8: '9..5' runs backwards", id="backwards"),
    pytest.param(SMALLEST + "points_for: {100%: 50%, 90%: 100%}\n", "4:25: thresholds rise", id="falling"),
    pytest.param(SMALLEST + "points_for: {0%: 50%}\n", "4:14: a threshold of 0%", id="for-nothing"),
    pytest.param(SMALLEST + "points_for: luck\n", "4:13: wanted rate or all", id="unknown-rule"),
    pytest.param(SMALLEST + "students_see: everything\n", "4:15: wanted all or verdict", id="unknown-view"),
    pytest.param(SMALLEST + "limits: {cpu: soon}\n", "4:15: 'soon' is no duration", id="limit"),
    pytest.param(SMALLEST + "x: &a 1\n", "4:4: an anchor: rubrics have none", id="anchor"),
    pytest.param(
        "title: t\nseeds: 1\nparts:\n  2A: {points: 5, tests: {TestNone: 1}}\n", "4:27: wanted", id="unknown-test"
    ),
    pytest.param(
        "title: t\nseeds: 1\nparts:\n  2A: {points: 5, tests: {TestReElection2A: 6}}\n",
        "4:16: `2A` has 5 points, and its tests 6",
        id="more-than-the-part",
    ),
    pytest.param(
        "title: t\nseeds: 1\nparts:\n  2A: {points: 5, tests: {TestReElection2A: 5}}\n",
        "4:16: nothing of the 5 points of `2A` is left for 2",
        id="nothing-left",
    ),
    pytest.param(
        "title: t\nseeds: 1\nparts: {2A: 1, TestReElection2A: 1}\n", "3:16: TestReElection2A is in part `2A`", id="twice"
    ),
    pytest.param(
        "title: t\nseeds: 1\nparts: {a: {points: 1, suite: gone.yaml}}\n", "3:31: there is no suite gone.yaml", id="gone"
    ),
    pytest.param("", "1:1: the file is empty", id="empty"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_rubric_is_refused_where_it_is_wrong(read, text: str, message: str) -> None:
    """File, line, column, and a sentence."""
    with pytest.raises(SuiteError) as refused:
        read(text)
    assert f"rubric.yaml:{message}" in str(refused.value)
