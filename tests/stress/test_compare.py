"""Two versions: what became of each seed, and whether a difference is one."""

import subprocess

import pytest
from stress_fakes import entry

from raftkit.errors import RaftkitError
from raftkit.model import Verdict
from raftkit.stress.breakage import Breakage
from raftkit.stress.compare import Change, Comparison, Outcome, fisher
from raftkit.stress.versions import version


def both(seed, old, new, **fields):
    return entry(seed, old, version=0, **fields), entry(seed, new, version=1, **fields)


def test_each_seed_is_fixed_broken_still_wrong_or_fine():
    comparison = Comparison(["Test0"])
    failed, passed = Verdict.FAILED, Verdict.PASSED
    pairs = [
        (failed, passed),
        (passed, failed),
        (failed, Verdict.CRASHED),
        (passed, passed),
        (Verdict.VACUOUS, passed),
    ]
    runs = [run for seed, (old, new) in enumerate(pairs) for run in both(seed, old, new)]
    for run in reversed(runs):  # in whatever order they ended
        comparison.add(run)
    test = comparison.tests["Test0"]
    assert (test.fixed, test.broke, test.still) == ([("Test0", 0)], [("Test0", 1)], [("Test0", 2)])
    assert (test.fine, test.open) == (1, 1)
    assert (test.compared.old.failed, test.compared.new.failed, test.compared.old.of) == (2, 2, 4)


def test_fishers_test_against_his_own_tea():
    """The lady, the milk and the tea: 3 of 4 and 1 of 4."""
    assert fisher(3, 4, 1, 4) == pytest.approx(34 / 70)
    assert fisher(4, 4, 0, 4) == pytest.approx(2 / 70)
    assert fisher(0, 50, 0, 50) == 1.0


def test_a_kind_is_the_same_although_its_line_moved():
    comparison = Comparison(["Test0"])
    for number, place in enumerate(("raft.py:18 in f", "raft.py:33 in f")):
        broke = Breakage(kind="KeyError", place=place)
        comparison.add(entry(1, Verdict.CRASHED, version=number, broke=broke))
    (kind,) = comparison.kinds.values()
    assert kind.counts == [1, 1]


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        pytest.param(10, 0, Outcome.FIXED, id="fixed"),
        pytest.param(20, 4, Outcome.RARER, id="rarer"),
        pytest.param(10, 8, Outcome.MOVED, id="moved"),
        pytest.param(1, 0, Outcome.OPEN, id="too-rare-to-tell"),
    ],
)
def test_a_neighbourhood_tells_a_fix_from_a_failure_that_moved(old, new, outcome):
    """Held against the old rate over all 40 seeds, not against the neighbours of chosen failures."""
    comparison = Comparison(["Test0"])
    for seed in range(40):
        for run in both(seed, _verdict(seed < old), Verdict.PASSED):
            comparison.add(run)
    for salt in range(1, 41):
        for run in both(1, Verdict.FAILED, _verdict(salt <= new), salt=salt):
            comparison.add(run)
    near = comparison.neighbourhood("Test0")
    assert (near.old.failed, near.new.failed, near.new.of) == (40, new, 40)
    assert comparison.outcome("Test0") is comparison.outcome() is outcome
    assert comparison.all.compared.old.failed == old  # neighbours are not the seeds themselves


@pytest.mark.parametrize(
    ("old", "new", "change"), [(9, 0, Change.BETTER), (3, 2, Change.SAME), (0, 9, Change.WORSE)]
)
def test_a_difference_is_one_when_chance_hardly_makes_it(old, new, change):
    comparison = Comparison(["Test0"])
    for seed in range(20):
        for run in both(seed, _verdict(seed < old), _verdict(seed >= 20 - new)):
            comparison.add(run)
    assert comparison.all.compared.change is change


def _verdict(failed: bool) -> Verdict:
    return Verdict.FAILED if failed else Verdict.PASSED


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Two files in a folder of a git repository, and one change since."""
    lab = tmp_path / "lab"
    lab.mkdir()
    (lab / "raft.py").write_text("import log\n")
    (lab / "log.py").write_text("old = 1\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *arguments], cwd=tmp_path, check=True, capture_output=True)
    (lab / "log.py").write_text("new = 2\n")
    monkeypatch.chdir(lab)
    return tmp_path


def test_a_git_revision_comes_with_the_modules_beside_it(repository, tmp_path):
    """Named from here, or from the repository's root."""
    for number, named in enumerate(("HEAD:raft.py", "HEAD:lab/raft.py")):
        found = version(named, tmp_path / f"out{number}")
        assert found.files.keys() == {"raft.py", "log.py"}
        assert (tmp_path / f"out{number}" / "lab" / "log.py").read_text() == "old = 1\n"
    assert version("raft.py", tmp_path / "out2").spec == str(repository / "lab" / "raft.py")


@pytest.mark.parametrize("named", ["HEAD:nothing.py", "nowhere:raft.py", "nothing.py"])
def test_a_version_that_is_not_there_says_so(repository, tmp_path, named):
    with pytest.raises(RaftkitError):
        version(named, tmp_path / "out")
