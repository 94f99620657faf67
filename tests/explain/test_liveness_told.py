"""What is told when a cluster does not come back to work after a storm."""

import pytest
from telling import BROKEN, MUTANTS, in_order, told

SUITE = BROKEN / "2L.yaml"
WEDGED = MUTANTS / "wedges_at_a_failure.py"


def test_a_server_that_does_not_catch_up(tmp_path):
    """The entry that it lacks, and what it was sent instead."""
    seen = told(tmp_path, WEDGED, "TestAbsence2L", suite=SUITE)
    assert "rule       Raft §5.3, §7: A leader goes on sending" in seen.console
    in_order(
        seen,
        "at index 2, term 1",
        "leader of term 1, says that index 2 is committed",
        "append_entries; behind index 1; 45 without entries; none with index 2; 45 accepted",
    )
    assert [moment.text.partition(" from here on")[0] for moment in seen.moments][-1:] == ["S2 → S0 "]


def test_commands_that_nobody_commits(tmp_path):
    """All followers, the leader's last seconds."""
    seen = told(tmp_path, WEDGED, "TestCalm2L", 3, suite=SUITE)
    sent = [moment.text for moment in seen.moments if " from here on " in moment.text]
    assert [text[:7] for text in sent] == ["S3 → S2", "S3 → S1", "S3 → S4", "S3 → S0"]
    assert all("without entries; none with index 37" in text for text in sent)
    assert seen.moment("S3 accepted").text.endswith("at index 37, term 2")


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_stands_any_more(tmp_path, seed):
    """The story of elections, as for any missing leader."""
    seen = told(tmp_path, MUTANTS / "waits_twice_as_long.py", "TestSilence2L", seed, suite=SUITE)
    assert seen.result.failure.kind == "NoLeader"
    assert seen.moment("No server asked for a vote after t=1").text.endswith("timeouts are longer than that.")
