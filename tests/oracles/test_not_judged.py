"""What oracles cannot read they report as not judged, unless the implementation says what its names mean."""

import re
from pathlib import Path

import pytest

from raftkit.contract import PAPER_FIELDS, PAPER_METHODS
from raftkit.model import Limits, NotJudged, Result, Verdict
from raftkit.oracles import ORACLES, Sight, View
from raftkit.report.unjudged import MOST_TOLD, Unjudged
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.suite import suites_dir
from raftkit.trace import RpcReplied, RpcSent
from raftkit.trace.messages import field, kind_of

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "impls/reference/raft.py").read_text()
OWN = {
    "request_vote": "ask",
    "append_entries": "tell",
    "candidate_id": "who",
    "vote_granted": "yes",
    "prev_log_index": "before",
    "prev_log_term": "before_term",
    "leader_commit": "sure",
    "success": "fine",
}
"""Names that nobody can guess, by the paper's."""
NEEDS = {"one_vote": (View.BALLOT, View.VOTE), "log_matching": (View.APPEND,)}


def source(*, votes_twice: bool = False, says_what_it_means: bool = False) -> str:
    """The reference implementation in other words."""
    text = REFERENCE
    if votes_twice:
        text, changed = re.subn(r"self\.voted_for in \(None, args\.candidate_id\)", "True", text)
        assert changed == 1
    for papers, own in OWN.items():
        text = re.sub(rf"\b{papers}\b", own, text)
    if says_what_it_means:
        text = text.replace("class Raft:", f"class Raft:\n    rpc_names = { {own: papers for papers, own in OWN.items()}!r}\n", 1)  # fmt: skip
    return text


def run(folder: Path, text: str, test: str = "TestManyElections2A") -> Result:
    (folder / "raft.py").write_text(text)
    return run_case(
        RunRequest(
            suite=str(suites_dir() / f"{test[-2:]}.yaml"),
            test=test,
            implementation=str(folder / "raft.py"),
            seed=1,
            limits=Limits(),
        )
    )


@pytest.mark.parametrize("test", ["TestManyElections2A", "TestPersist12C"])
def test_names_that_are_told_are_read(tmp_path: Path, test: str) -> None:
    result = run(tmp_path, source(says_what_it_means=True), test)
    assert (result.verdict, result.reason, result.not_judged) == (Verdict.PASSED, "", ())


def test_names_that_nobody_knows_are_not_judged(tmp_path: Path) -> None:
    result = run(tmp_path, source())
    assert result.verdict is Verdict.PASSED
    assert [blind.what for blind in result.not_judged] == [view.value for view in View]
    assert result.not_judged[0].instead == "methods called ask, tell"
    assert {"elected", "one_vote"} <= set(result.not_judged[1].oracles)


def test_a_bug_is_seen_once_the_names_are_told(tmp_path: Path) -> None:
    assert "voted twice" not in run(tmp_path, source(votes_twice=True)).reason
    result = run(tmp_path, source(votes_twice=True, says_what_it_means=True))
    assert result.verdict is Verdict.FAILED
    assert "voted twice" in result.reason


def test_every_name_of_the_paper_is_known_to_those_who_read_messages() -> None:
    assert all(kind_of(method) for method in PAPER_METHODS)
    meanings = {name: name for name in PAPER_FIELDS} | {
        "candidate_id": "candidate",
        "vote_granted": "granted",
        "prev_log_index": "prev_index",
        "prev_log_term": "prev_term",
        "leader_commit": "commit",
        "last_included_index": "included_index",
        "last_included_term": "included_term",
    }
    assert [field({name: 1}, meaning) for name, meaning in meanings.items()] == [1] * len(meanings)


# -- what is told, and when ------------------------------------------------------


def look(*messages: tuple[str, str, dict[str, object]]) -> tuple[NotJudged, ...]:
    """What is not judged after requests and replies: (``?`` or ``!``, method, message)."""
    sight = Sight(NEEDS)
    for call, (kind, method, message) in enumerate(messages):
        sight(RpcSent(0, call, 0, 1, method, 1, message) if kind == "?" else RpcReplied(0, call, 0, 1, method, 1, message))  # fmt: skip
    return sight.not_judged


BALLOT = {"term": 1, "candidate_id": 0}
APPEND = {"term": 1, "prev_log_index": 0, "prev_log_term": 0, "entries": []}


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([], id="nobody-said-anything"),
        pytest.param([("?", "request_vote", BALLOT), ("!", "request_vote", {"vote_granted": True})], id="one-kind-alone"),
        pytest.param(
            [("?", "ping", {}), ("?", "request_vote", BALLOT), ("!", "request_vote", {"vote_granted": True}),
             ("?", "append_entries", APPEND)],
            id="a-stranger-among-friends",
        ),
        pytest.param(
            [("?", "append_entries", {"term": 1}), ("?", "append_entries", APPEND)], id="a-heartbeat-that-says-less"
        ),
    ],
)  # fmt: skip
def test_what_was_read_or_never_came_is_not_told(messages: list[tuple[str, str, dict[str, object]]]) -> None:
    assert look(*messages) == ()


def test_a_message_without_the_fields_is_told_with_those_that_it_has() -> None:
    blind = look(("?", "request_vote", BALLOT), ("!", "request_vote", {"term": 1, "yes\x1b[31m": True}))
    assert blind == (
        NotJudged(
            what=View.VOTE.value,
            instead="request_vote is answered with term, yes\x1b[31m",
            oracles=("one_vote",),
        ),
    )


def test_a_run_tells_it_once_and_harmlessly() -> None:
    blind = (
        NotJudged(what=View.VOTE.value, instead="ask\x1b[31m", oracles=("elected", "one_vote")),
        NotJudged(what=View.APPEND.value, instead="ask\x1b[31m", oracles=("log_matching", "elected")),
    )
    lines = Unjudged([blind, (), blind]).lines()
    assert lines[0] == "not judged, or only in part, in 2 of 3 runs: elected, one_vote, log_matching"
    assert lines[2:4] == [f"  wanted  {View.VOTE.value}", f"  wanted  {View.APPEND.value}"]
    assert "\x1b" not in "".join(lines)
    assert Unjudged([()]).lines() == []


def test_another_name_in_every_run_is_told_a_few_times() -> None:
    many = [(NotJudged(what="w", instead=f"methods called m{n}", oracles=("elected",)),) for n in range(1000)]
    assert len(Unjudged(many).lines()) == MOST_TOLD * 3 + 1


def test_what_oracles_need_is_said_by_all_of_them() -> None:
    assert {name for name, make in ORACLES.items() if make().needs} >= {"elected", "one_vote", "log_matching"}
