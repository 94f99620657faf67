"""Real failures of wrong implementations, explained: the rule, the moments that led there, where to look."""

from pathlib import Path

import pytest

from raftkit.model import SECOND, Failure, Limits
from raftkit.report.explain import explain
from raftkit.report.explain._rules import CODE, RULES
from raftkit.report.explain._wire import span
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.trace import RpcReplied, RpcSent, TestBegan

ROOT = Path(__file__).parents[2]
BEGAN = TestBegan(0, 1, "T", "2A", 1, 3, "reliable", "plain")


def explained(tmp_path: Path, implementation: str, test: str, seed: int = 1):
    """The failure of a real run."""
    request = RunRequest(
        suite=str(ROOT / "suites" / f"{test[-2:]}.yaml"),
        test=test,
        implementation=str(ROOT / implementation),
        seed=seed,
        limits=Limits(),
        trace_file=str(tmp_path / "trace.jsonl"),
    )
    failure = run_case(request).failure
    assert failure is not None
    assert failure.explanation is not None
    return failure, "\n".join(failure.explanation.moments)


def test_nobody_stands(tmp_path):
    """The skeleton: no timer fires."""
    failure, story = explained(tmp_path, "impls/skeleton/raft.py", "TestInitialElection2A")
    assert failure.explanation.source == "Raft §5.2"
    assert "No server ever asked for a vote" in story


def test_a_forgotten_log(tmp_path):
    """The acknowledgement, the restart, and the other command at the same index."""
    failure, story = explained(tmp_path, "tests/broken/forgets_its_log.py", "TestPersist12C")
    assert failure.kind == "LeaderCompletenessViolated"
    for moment in (
        "S0 accepted 11 at index 1, term 1", "acknowledged index 1 to S0 (term 1)", "S0 applied 11 at index 1",
        "S1 crashed", "S1 restarted with", "S1 accepted 12 at index 1, term 2",
    ):  # fmt: skip
        assert moment in story


def test_a_commit_without_a_majority(tmp_path):
    """Accepted and applied, and nobody acknowledged."""
    failure, story = explained(tmp_path, "tests/broken/commits_alone.py", "TestFailNoAgree2B")
    assert failure.kind == "CommittedWithoutMajority"
    assert "acknowledged" not in story
    assert "applied 10 at index 1" in story


def test_two_leaders(tmp_path):
    """Who stood, who voted, who led."""
    failure, story = explained(tmp_path, "tests/broken/two_leaders.py", "TestReElection2A")
    assert failure.kind == "ElectionSafetyViolated"
    assert story.count(" led term ") == 2
    assert "stood for term" in story


def test_a_flood(tmp_path):
    """Who sends to whom, and how fast."""
    failure, story = explained(tmp_path, "tests/broken/calls_without_pause.py", "TestInitialElection2A")
    assert failure.kind == "RpcFlood"
    assert ", one every " in story


def vote(call, at_ns, source, target, term):
    args = {"term": term, "candidate_id": source}
    return RpcSent(at_ns, call, source, target, "request_vote", 1, args)


def no_leader(*events):
    return explain(
        Failure(kind="NoLeader", summary="expected one leader, got none"), [BEGAN, *events]
    ).moments


def test_split_votes_are_told():
    """Servers that stand at the same moment, term after term."""
    events = [
        vote(10 * term + server, term * SECOND + server, server, (server + 1) % 3, term)
        for term in (1, 2, 3)
        for server in (0, 1, 2)
    ]
    story = "\n".join(no_leader(*events))
    assert "3 terms were stood for" in story
    assert (
        "In 3 of them servers stood within 30 ms of each other and the votes split, last in term 3" in story
    )


def test_a_winner_that_does_nothing_is_told():
    """It had the votes."""
    events = [
        vote(1, SECOND, 0, 1, 4),
        RpcReplied(SECOND + 1, 1, 0, 1, "request_vote", 1, {"term": 4, "vote_granted": True}),
    ]
    assert "S0 had 2 of 3 votes in term 4, and never acted as its leader." in no_leader(*events)


def test_timers_that_stop_are_told():
    """The last time that anybody stood."""
    later = RpcSent(60 * SECOND, 9, 0, 1, "other", 1, None)
    assert no_leader(vote(1, SECOND, 0, 1, 1), later) == (
        "No server asked for a vote after t=1.000s: election timers have stopped.",
    )


@pytest.mark.parametrize(
    ("entries", "expected"),
    [([], (5, 4)), ([1, 2], (5, 6)), ([1, 2, 3, 4, 5, "… 94 more …", 100], (5, 104)), (None, (5, 4))],
)
def test_shortened_lists_keep_their_length(entries, expected):
    """The file shows the ends of a long list and how many items are left out."""
    args = {"term": 1, "prevLogIndex": 4, "entries": entries}
    assert span(RpcSent(0, 1, 0, 1, "AppendEntries", 1, args)) == expected


@pytest.mark.parametrize("kind", [*RULES, "ZeroDivisionError"])
def test_every_kind_has_a_rule(kind):
    """Where it stands, what it says, where to look; an unknown kind is an exception of the implementation's own."""
    explanation = explain(Failure(kind=kind, summary=""), [BEGAN])
    assert explanation.source
    assert explanation.rule.endswith(".")
    assert explanation.look
    assert (explanation.source == CODE.source) == (kind == "ZeroDivisionError")
