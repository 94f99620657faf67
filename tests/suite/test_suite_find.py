"""From what people type to tests."""

from pathlib import Path

import pytest

from raftkit.errors import SuiteError
from raftkit.suite import Test, find_tests, suites_dir

MINE = """\
part: mine
tests:
  TestOne: {servers: 3, steps: [check_one_leader]}
  TestTwo: {servers: 3, steps: [check_one_leader]}
"""


def find(*names: str) -> list[Test]:
    """Find in the real suites."""
    return find_tests(names, suites_dir=suites_dir())


def ids(*names: str) -> list[str]:
    """Only the names."""
    return [test.id for test in find(*names)]


LAB = {
    "2A": ["TestInitialElection2A", "TestReElection2A", "TestManyElections2A"],
    "2B": [
        "TestBasicAgree2B",
        "TestRPCBytes2B",
        "TestFollowerFailure2B",
        "TestLeaderFailure2B",
        "TestFailAgree2B",
        "TestFailNoAgree2B",
        "TestConcurrentStarts2B",
        "TestRejoin2B",
        "TestBackup2B",
        "TestCount2B",
    ],
    "2C": [
        "TestPersist12C",
        "TestPersist22C",
        "TestPersist32C",
        "TestFigure82C",
        "TestUnreliableAgree2C",
        "TestFigure8Unreliable2C",
        "TestReliableChurn2C",
        "TestUnreliableChurn2C",
    ],
    "2D": [
        "TestSnapshotBasic2D",
        "TestSnapshotInstall2D",
        "TestSnapshotInstallUnreliable2D",
        "TestSnapshotInstallCrash2D",
        "TestSnapshotInstallUnCrash2D",
        "TestSnapshotAllCrash2D",
        "TestSnapshotInit2D",
    ],
}


@pytest.mark.parametrize("part", LAB)
def test_a_part_has_the_labs_tests_in_the_labs_order(part: str) -> None:
    """Also by its lower-case and its newer name."""
    assert ids(part) == ids(part.lower()) == ids(part.replace("2", "3")) == LAB[part]


def test_no_name_means_everything() -> None:
    """In the order of the parts."""
    assert ids() == [test for tests in LAB.values() for test in tests]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("TestFigure82C", "TestFigure82C"),
        ("testfigure82c", "TestFigure82C"),
        ("Figure82C", "TestFigure82C"),
        ("figure8", "TestFigure82C"),
        ("TestFigure8", "TestFigure82C"),
        ("figure8unreliable", "TestFigure8Unreliable2C"),
        ("persist1", "TestPersist12C"),
        ("2C::Count2B", None),
        ("2b::count", "TestCount2B"),
    ],
)
def test_short_names(name: str, meant: str | None) -> None:
    """Without the prefix, without the part, in any case."""
    if meant is None:
        with pytest.raises(SuiteError, match="no test or suite `Count2B`"):
            ids(name)
    else:
        assert ids(name) == [meant]


def test_duplicates_collapse_and_the_order_is_the_suites() -> None:
    """However they were typed."""
    assert ids("count", "2A", "TestReElection2A", "backup") == [*LAB["2A"], "TestBackup2B", "TestCount2B"]


def test_a_folder_of_suites_is_all_of_them() -> None:
    """By its name below the suites' folder, or by its path; and their tests go by their own names, too."""
    assert {"TestFigure8Chaos", "TestSlowFollowerChaos"} < set(ids("chaos"))
    assert ids(str(suites_dir() / "chaos")) == ids("chaos")
    assert ids("chaos/figures") == [name for name in ids("chaos") if "Figure" in name]
    assert ids("slowfollowerchaos") == ["TestSlowFollowerChaos"]
    assert ids("figure8") == ["TestFigure82C"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("TestFigur82C", "did you mean `TestFigure82C`"),
        ("Figur8", "`TestFigure82C`"),
        ("2E", "did you mean `2D` or `2C` or `2B`?"),
        ("xyzzy", "`raftkit suites` lists them"),
        ("no/such.yaml", "no such file"),
        ("nosuch.yaml", "no such file"),
        ("", "there is no test or suite"),
        ("a\0b.yaml", "cannot be read"),
    ],
)
def test_an_unknown_name_is_answered_with_what_is_close(name: str, says: str) -> None:
    """Nothing runs."""
    with pytest.raises(SuiteError) as caught:
        ids(name)
    assert says in str(caught.value)


def test_files_and_tests_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named relative to where we are; the lab's tests come first."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(MINE)
    assert ids("mine.yaml") == ["TestOne", "TestTwo"]
    assert ids("mine.yaml::two", "count", str(tmp_path / "mine.yaml")) == [
        "TestCount2B",
        "TestOne",
        "TestTwo",
    ]
    assert find("./mine.yaml")[0].suite == "mine.yaml"
    with pytest.raises(SuiteError, match="no test or suite `three`"):
        ids("mine.yaml::three")


def test_suites_below_the_folder_are_named_without_their_ending(tmp_path: Path) -> None:
    """As ``chaos/partitions``."""
    (tmp_path / "chaos").mkdir()
    (tmp_path / "chaos" / "Partitions.yaml").write_text(MINE)
    found = find_tests(["chaos/partitions::one"], suites_dir=tmp_path)
    assert [test.id for test in found] == ["TestOne"]
