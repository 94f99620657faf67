"""What is told of a server whose term goes back."""

from telling import BROKEN, MUTANTS, in_order, told


def test_every_term_on_the_way_there(tmp_path):
    """With the restart that lost it."""
    seen = told(
        tmp_path, MUTANTS / "restores_the_last_entrys_term.py", "TestTermsOutlast2T", suite=BROKEN / "2T.yaml"
    )
    assert (
        "rule       Raft §5.1, Figure 2 (persistent state, rules for all servers): Terms are Raft's clock"
        in seen.console
    )
    assert "broken by  S0 at t=7.0" in seen.console
    story = in_order(
        seen,
        "S0 stood for election, term 2",
        "S0 accepted server 2 as leader, term 3",
        "S0 granted server 1 its vote, term 4",
        "S0 crashed",
        "S0 restarted with 6 bytes of saved state",
        "S0 stood for election, term 1",
    )
    assert story[-1].line in seen.result.failure.explanation.evidence
