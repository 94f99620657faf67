"""What cannot be run is said before any test runs, with the compiler's words or what is wanted."""

import os
from pathlib import Path

import pytest
from packages import ROOT, gotest, make_package, needs_go

from raftkit.errors import ContractError, SuiteError
from raftkit.gotest import choose, find_package

NAMES = ("TestInitialElection2A", "TestBasicAgree2B", "TestFigure82C", "TestUnreliable2C")


@needs_go
def test_a_package_that_does_not_compile_is_refused_with_the_compilers_words(tmp_path: Path) -> None:
    """With the student's own file, line and name."""
    make_package(tmp_path, "func TestOne2A(t *testing.T) { nobody() }\n")
    done = gotest(tmp_path, "--impl", ".")
    assert done.returncode == 4
    assert "raft/ does not compile" in done.stderr
    assert "raft/test_test.go:7:32: undefined: nobody" in done.stderr


@needs_go
def test_a_race_detector_that_cannot_be_linked_is_told(tmp_path: Path) -> None:
    """It needs a C compiler, and PATH has none."""
    make_package(tmp_path, "func TestOne2A(t *testing.T) {}\n")
    path = os.environ["PATH"]
    os.environ["PATH"] = "/nowhere"
    try:
        done = gotest(tmp_path, "--impl", ".", "--race")
    finally:
        os.environ["PATH"] = path
    assert done.returncode == 4
    assert "cannot build for Go's race detector" in done.stderr
    assert "install gcc or clang" in done.stderr


@needs_go
def test_tests_that_do_not_come_to_the_point_of_telling_their_names_are_refused(tmp_path: Path) -> None:
    """An init function runs before anything is known of the tests."""
    make_package(tmp_path, 'func init() { panic("too early") }\n\nfunc TestOne2A(t *testing.T) {}\n')
    done = gotest(tmp_path, "--impl", ".")
    assert done.returncode == 4
    assert "do not tell their names" in done.stderr
    assert "panic: too early" in done.stderr


@needs_go
def test_a_phrase_that_fits_no_test_finds_nothing(tmp_path: Path) -> None:
    """As raftkit test says it."""
    make_package(tmp_path, "func TestOne2A(t *testing.T) {}\n")
    done = gotest(tmp_path, "--impl", ".", "-k", "Two")
    assert (done.returncode, done.stderr) == (5, "there is no test that fits\n")


def test_an_implementation_in_python_is_refused() -> None:
    """It has no Go tests."""
    with pytest.raises(ContractError, match="runs the tests of a Go package"):
        find_package("reference", impls=ROOT / "impls")


def test_a_package_without_tests_is_told_so(tmp_path: Path) -> None:
    """raftkit test would run it."""
    make_package(tmp_path, "")
    (tmp_path / "src/raft/test_test.go").unlink()
    with pytest.raises(ContractError, match="has no tests of its own"):
        find_package(str(tmp_path), impls=tmp_path)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param((), NAMES, id="all"),
        pytest.param(("2C",), NAMES[2:], id="part"),
        pytest.param(("3c",), NAMES[2:], id="part-of-newer-editions"),
        pytest.param(("TestFigure82C", "2A"), (NAMES[0], NAMES[2]), id="in-their-own-order"),
        pytest.param(("BasicAgree2B",), NAMES[1:2], id="without-Test"),
    ],
)
def test_names_mean_tests(names: tuple[str, ...], expected: tuple[str, ...]) -> None:
    """Parts, tests, and the number that a part has in other editions."""
    assert choose(NAMES, names) == list(expected)


def test_a_part_that_is_there_goes_before_its_namesake() -> None:
    """A key/value lab of an older edition has parts 3A and 3B of its own."""
    assert choose(("TestBasic2A", "TestSpeed3A"), ("3A",)) == ["TestSpeed3A"]


def test_a_name_that_means_nothing_is_refused_with_what_looks_like_it() -> None:
    """Nothing is guessed."""
    with pytest.raises(SuiteError) as raised:
        choose(NAMES, ("TestFigure92C",))
    assert "no test `TestFigure92C`" in str(raised.value)
    assert "TestFigure82C" in str(raised.value)
