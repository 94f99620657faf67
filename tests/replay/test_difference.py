"""Where two traces part, told in Raft's terms: for changed implementations, and for small traces written by hand."""

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from raftkit import trace
from raftkit.report.difference import Knowledge, compare, deed, tell
from raftkit.trace import (
    Applied,
    Event,
    Logged,
    Persisted,
    RpcDelivered,
    RpcDropped,
    RpcReplied,
    RpcSent,
    StateRead,
    StepBegan,
    TestBegan,
    TestEnded,
)

TEXTS = frozenset({"test", "part", "network", "service", "step", "text", "method", "lost", "why", "topic"}) | {
    "kind", "summary", "verdict", "reason", "lock", "over", "thread"
}  # fmt: skip
EVENTS = [
    kind
    for kind in vars(trace).values()
    if isinstance(kind, type)
    and issubclass(kind, Event)
    and kind is not Event
    and kind is not trace.UnknownEvent
]
BASIC, BACKUP = "TestBasicAgree2B", "TestBackup2B"


@pytest.mark.parametrize(
    ("old", "new", "test", "sentence"),
    [
        pytest.param(
            "is_granted = is_free and is_complete", "is_granted = False", BASIC,
            r"S\d used to grant its vote for term 1 to S\d; now it refuses",
            id="vote-refused",
        ),
        pytest.param(
            "            elif prev > self.log.last_index:",
            "            elif prev + len(entries) > 2 or prev > self.log.last_index:", BASIC,
            r"S\d used to accept entry 3 in term 1 from S\d; now it refuses",
            id="append-refused",
        ),
        pytest.param(
            "self.voted_for = args.candidate_id\n                self._save()", "self.voted_for = args.candidate_id", BASIC,
            r"S(\d) used to save a state of \d+ bytes; now it grants its vote for term 1 to S\d without",
            id="not-persisted",
        ),
        pytest.param(
            "if 2 * len(self._votes) > len(self._peers):", "if 2 * len(self._votes) > len(self._peers) - 2:", BASIC,
            r"S(\d) used to stand for election in term 1; now it leads term 1",
            id="elected-by-itself",
        ),
        pytest.param(
            "ELECTION_TIMEOUT_SECONDS = (0.5, 0.8)", "ELECTION_TIMEOUT_SECONDS = (0.6, 0.8)", BASIC,
            r"S\d used to stand for election in term 1 at 0.\d+s; now (it|S\d) does so at 0.\d+s",
            id="stands-later",
        ),
        pytest.param(
            "self.log.term_at(index) == self.current_term:", "self.log.term_at(index) == self.current_term and index != 2:", BASIC,
            r"S\d used to apply 200 at index 2; now it does not",
            id="not-applied",
        ),
        pytest.param(
            "    def _commit(self, index: int) -> None:\n", "    def _commit(self, index: int) -> None:\n        assert index < 3\n", BASIC,
            r"S\d used to apply 300 at index 3; now it raises AssertionError",
            id="raises",
        ),
        pytest.param(
            "False, max(first, base + 1))", "False, prev)", BACKUP,
            r"S\d used to refuse .* with conflict_index \d+; now with conflict_index \d+",
            id="another-answer",
        ),
        pytest.param(
            '"grants its vote" if', '"says yes" if', BASIC,
            r"nothing differs but what is logged: S\d used to log 'VOTE grants its vote candidate=.*'; now it logs 'VOTE says yes candidate=.*'",
            id="another-log-line",
        ),
        pytest.param(
            "HEARTBEAT_SECONDS = 0.11", "HEARTBEAT_SECONDS = 0.12", BASIC,
            r"S\d used to send S\d a heartbeat of term 1 at 0.\d+s; now it does so at 0.\d+s",
            id="another-pace",
        ),
    ],
)  # fmt: skip
def test_a_changed_implementation_is_told_by_what_it_does(
    changed, trace_of, old: str, new: str, test: str, sentence: str
) -> None:
    """The changes are such as people make; times and servers follow from the seed."""
    before = trace_of(changed(), test)
    now = trace_of(changed(old, new), test)
    parting = compare(before, now)

    assert parting is not None
    assert re.fullmatch(sentence, tell(parting).sentence), tell(parting).sentence


def test_the_same_implementation_does_the_same(changed, trace_of) -> None:
    assert compare(trace_of(changed()), trace_of(changed())) is None


# --- by hand ---

BEGAN = TestBegan(0, 1, "TestX", "2B", 7, 3, "reliable", "plain")
ASK = RpcSent(10, 1, 1, 2, "request_vote", 9, {"term": 4})
ARRIVES = RpcDelivered(20, 1, 1, 2, "request_vote")
APPEND = RpcSent(
    10, 2, 0, 1, "AppendEntries", 9, {"Term": 3, "PrevLogIndex": 4, "Entries": [1, "… 6 more …", 8]}
)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """``write(*events)``: a trace."""

    def write(*events: Event) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.jsonl"
        path.write_bytes(b"".join(msgspec.json.encode(event) + b"\n" for event in (BEGAN, *events)))
        return path

    return write


@pytest.mark.parametrize(
    ("common", "first", "second", "sentence"),
    [
        pytest.param(
            [ASK], [ARRIVES], [RpcDropped(20, 1, 1, 2, "request_vote", "request", "unreliable")],
            "the network used to deliver request_vote from S1 to S2; "
            "now it loses the request of request_vote from S1 to S2",
            id="message-lost",
        ),
        pytest.param(
            [APPEND], [RpcReplied(30, 2, 0, 1, "AppendEntries", 9, {"Success": True})],
            [RpcReplied(30, 2, 0, 1, "AppendEntries", 9, {"Success": False})],
            "S1 used to accept entries 5 to 12 in term 3 from S0; now it refuses",
            id="go-names-and-a-shortened-list",
        ),
        pytest.param(
            [], [Applied(50, 1, 1, 3, 300)], [Applied(50, 1, 1, 3, 200)],
            "S1 used to apply 300 at index 3; now it applies 200 at index 3",
            id="another-command",
        ),
        pytest.param(
            [], [StepBegan(50, "3", 9, "crash 1")], [TestEnded(50, "failed", "AgreementFailed: command 5")],
            "the test used to reach step 3 (crash 1); now it ends as failed: AgreementFailed: command 5",
            id="step-not-reached",
        ),
        pytest.param(
            [], [TestEnded(50, "failed", "it broke")], [TestEnded(50, "passed", "")],
            "the test used to end as failed: it broke; now it passes",
            id="it-passes-now",
        ),
        pytest.param(
            [], [Applied(50, 1, 1, 3, 300)], [Persisted(50, 1, 9, None), Applied(50, 1, 1, 3, 300)],
            "S1 saves a state of 9 bytes, which did not happen before",
            id="something-new",
        ),
        pytest.param(
            [], [StateRead(50, 1, 4, True)], [StateRead(50, 1, 4, False)],
            "S1 used to say that it leads in term 4; now it says that it does not lead in term 4",
            id="another-answer-to-the-tester",
        ),
        pytest.param(
            [ASK], [ARRIVES], [],
            "the network delivers request_vote from S1 to S2 no more: the trace of the second run ends here",
            id="one-ends",
        ),
        pytest.param(
            [], [Logged(5, 1, "VOTE", "ja", {}), Applied(50, 1, 1, 3, 300)], [Logged(5, 1, "VOTE", "nein", {}), Applied(50, 1, 1, 3, 200)],
            "S1 used to apply 300 at index 3; now it applies 200 at index 3",
            id="log-lines-matter-last",
        ),
        pytest.param(
            [], [Applied(5, 0, 1, 1, "\x1b[31mred")], [Applied(5, 0, 1, 1, "blue")],
            "S0 used to apply red at index 1; now it applies blue at index 1",
            id="nothing-moves-the-cursor",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_event_has_its_words(
    write, common: list[Event], first: list[Event], second: list[Event], sentence: str
) -> None:
    parting = compare(write(*common, *first), write(*common, *second))

    assert parting is not None
    assert parting.number == len(common) + 1
    assert tell(parting).sentence == sentence


def test_another_seed_is_a_choice_and_no_event(write, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    lines = write(ASK, ARRIVES).read_bytes()
    other.write_bytes(lines.replace(b'"seed":7', b'"seed":8'))
    parting = compare(write(ASK, ARRIVES), other)

    assert parting is not None
    told = tell(parting)
    assert (told.chosen, told.sentence) == (
        ["seed 7, now 8"],
        "what was chosen differs, and nothing else does",
    )


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_kind_of_event_has_a_deed(kind: type[Event]) -> None:
    values = {"at_ns": 5, "fields": {}, "unreliable": True}
    fields = [
        values.get(name, True if name in ("accepted", "leader") else 1) for name in kind.__struct_fields__
    ]
    fields = [
        "x" if name in TEXTS else value for name, value in zip(kind.__struct_fields__, fields, strict=True)
    ]

    assert len(str(deed(kind(*fields), Knowledge())).split()) > 1


def test_the_line_of_a_step_is_no_difference(write) -> None:
    """Somebody has put a comment into the suite."""
    assert compare(write(StepBegan(5, "1", 9, "sleep")), write(StepBegan(5, "1", 12, "sleep"))) is None


def test_what_both_have_done_is_the_context(write) -> None:
    common = [ASK, ARRIVES]
    parting = compare(write(*common, Applied(50, 1, 1, 3, 300)), write(*common, Applied(50, 1, 1, 3, 200)))

    assert parting is not None
    told = tell(parting)
    assert told.common[-1] == "     0.000s  the network delivers request_vote from S1 to S2"
    assert (told.before, told.now) == (
        ["     0.000s  S1 applies 300 at index 3"],
        ["     0.000s  S1 applies 200 at index 3"],
    )
