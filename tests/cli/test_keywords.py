"""``-k``: phrases of words, and what is no phrase."""

import pytest

from raftkit.cli._keywords import parse_keywords

NAMES = ["TestSnapshotBasic2D", "TestSnapshotInstallCrash2D", "TestFigure82C Figure 8", "TestPersist12C"]


@pytest.mark.parametrize(
    ("phrase", "chosen"),
    [
        ("snapshot", [0, 1]),
        ("Snapshot and not crash", [0]),
        ("persist or figure", [2, 3]),
        ("not (snapshot or persist)", [2]),
        ("not not basic", [0]),
        ("snapshot and crash or persist", [1, 3]),
        ("snapshot and (crash or persist)", [1]),
        ("nothing", []),
    ],
)
def test_a_phrase_chooses_names(phrase: str, chosen: list[int]) -> None:
    fits = parse_keywords(phrase)

    assert [index for index, name in enumerate(NAMES) if fits(name)] == chosen


@pytest.mark.parametrize("phrase", ["and", "a and", "or b", "not", "(a", "a)", "a b", "()", "a and or b"])
def test_what_is_no_phrase_is_refused_with_an_example(phrase: str) -> None:
    with pytest.raises(ValueError, match="'Snapshot and not Crash'"):
        parse_keywords(phrase)
