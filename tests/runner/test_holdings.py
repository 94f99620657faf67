"""Log entries that a server can still reach although a snapshot covers them, wherever the servers live."""

from pathlib import Path

import pytest
from altered import run, wrong

from raftkit.model import Mode, Verdict

SUITE = Path(__file__).parents[1] / "broken" / "2S.yaml"
TEST = "TestLongLife2S"
CUT = "                self.log = self.log.compacted(index)\n                self._save(snapshot)\n"
KEPT = "                self._old = (self.log, getattr(self, '_old', None))\n" + CUT
GLOBAL = "                OLD.append(self.log)\n" + CUT
LISTED = "                OLD.extend((entry.term, entry.command) for entry in self.log.entries)\n" + CUT
CLASS = "class Log:\n"
WEAK = (
    "                self._past = [weakref.ref(self.log)]\n" + CUT,
    "import weakref\n\n\n" + CLASS,
)


@pytest.mark.parametrize(
    "mode", [Mode(), Mode(isolate=True), Mode(apart=True)], ids=["here", "isolated", "apart"]
)
def test_a_chain_of_old_logs(tmp_path: Path, mode: Mode) -> None:
    """By whatever way the objects are reached."""
    result = run(wrong(tmp_path, (CUT, KEPT)), mode, TEST, suite=SUITE)
    assert result.verdict is Verdict.FAILED
    assert result.failure is not None
    assert result.failure.kind == "EntriesKept"
    assert result.failure.where is not None
    assert result.failure.explanation is not None
    assert result.failure.explanation.source == "the lab's page (2D), Raft §7"
    assert "'s service made a snapshot up to index " in result.failure.explanation.moments[-1].text


def test_a_list_of_the_module(tmp_path: Path) -> None:
    """Variables of a module are a server's own, too."""
    result = run(wrong(tmp_path, (CUT, GLOBAL), (CLASS, "OLD = []\n\n\n" + CLASS)), None, TEST, suite=SUITE)
    assert result.failure is not None
    assert result.failure.kind == "EntriesKept"


def test_what_does_not_look_like_an_entry_is_not_counted(tmp_path: Path) -> None:
    """Pairs of numbers may be anything."""
    result = run(wrong(tmp_path, (CUT, LISTED), (CLASS, "OLD = []\n\n\n" + CLASS)), None, TEST, suite=SUITE)
    assert result.verdict is Verdict.PASSED


def test_a_weak_reference_keeps_nothing(tmp_path: Path) -> None:
    """It leads to no object."""
    result = run(wrong(tmp_path, (CUT, WEAK[0]), (CLASS, WEAK[1])), None, TEST, suite=SUITE)
    assert result.verdict is Verdict.PASSED
