"""What may pass from a world to the judge: for each message one that is true, and those that cannot be."""

import msgspec
import pytest

from raftkit.worlds.boundary import (
    Answer,
    ApplyMessage,
    CreateServer,
    DeliverRequest,
    GetState,
    LogLine,
    NamesGiven,
    Persisted,
    RpcReply,
    RpcRequest,
    ServerRaised,
    Start,
)
from raftkit.worlds.process._border import Border, Smuggled
from raftkit.worlds.process._frames import Stopped

encode = msgspec.msgpack.encode
NONE = encode(None)


def border() -> Border:
    """Three servers in their first incarnation; two questions and one delivery are open."""
    border = Border()
    for server in range(3):
        border.sent(CreateServer(server, server, 1, 3, b"", b""))
    border.sent(Start(10, 0, encode(7)))
    border.sent(GetState(11, 1))
    border.sent(DeliverRequest(5, 0, 2, "vote", b""))
    return border


def raised(verdict: str = "crashed", server: int = 0, kind: str = "Oops", summary: str = "") -> ServerRaised:
    return ServerRaised(server, 1, verdict, kind, summary, "", "")


TRUE = [
    RpcRequest(1, 0, 1, 2, "vote", b"", b""),
    RpcReply(5, 2, 1, b"", b""),
    ApplyMessage(0, 1, 4, b"\x07"),
    ApplyMessage(0, 1, 4, None, b"snapshot", 2),
    Persisted(2, 1, b"", None),
    LogLine(1, 1, "VOTE", "text"),
    Answer(0, 0, NONE),
    Answer(10, 0, encode((1, 2, True))),
    Answer(11, 1, encode((1, False))),
    NamesGiven(0, 1, {"ask": "request_vote"}),
    raised("busy"),
]
FALSE = [
    pytest.param(NamesGiven(0, 1, {"ask": "judge"}), id="name-that-is-none-of-the-papers"),
    pytest.param(NamesGiven(0, 1, {"a" * 2_000: "term"}), id="name-without-end"),
    pytest.param(RpcRequest(1, 3, 1, 2, "vote", b"", b""), id="server-unknown"),
    pytest.param(RpcRequest(1, -1, 1, 2, "vote", b"", b""), id="server-negative"),
    pytest.param(RpcRequest(1, 0, 2, 2, "vote", b"", b""), id="incarnation-to-come"),
    pytest.param(RpcRequest(1, 0, 0, 2, "vote", b"", b""), id="incarnation-before-all"),
    pytest.param(RpcRequest(1, 0, 1, 3, "vote", b"", b""), id="target-unknown"),
    pytest.param(RpcRequest(0, 0, 1, 2, "vote", b"", b""), id="call-number-backwards"),
    pytest.param(RpcRequest(1, 0, 1, 2, "__init__", b"", b""), id="private-method"),
    pytest.param(RpcRequest(1, 0, 1, 2, "v" * 2_000, b"", b""), id="method-without-end"),
    pytest.param(RpcReply(6, 2, 1, b"", b""), id="reply-to-nothing"),
    pytest.param(RpcReply(5, 1, 1, b"", b""), id="reply-of-another"),
    pytest.param(ApplyMessage(0, 1, 4), id="apply-nothing"),
    pytest.param(ApplyMessage(0, 1, 4, b"", b""), id="apply-both"),
    pytest.param(ApplyMessage(0, 1, 1 << 63, b""), id="apply-index-too-large"),
    pytest.param(ApplyMessage(0, 1, 1, None, b"", -(1 << 63)), id="apply-term-too-small"),
    pytest.param(Persisted(0, 9, b"", None), id="saved-by-nobody"),
    pytest.param(LogLine(0, 1, "t", "x" * 100_000), id="line-without-end"),
    pytest.param(Answer(99, 0, NONE), id="answer-to-nothing"),
    pytest.param(Answer(10, 1, encode((1, 2, True))), id="answer-of-another"),
    pytest.param(Answer(10, 0, encode((1, 2))), id="answer-too-short"),
    pytest.param(Answer(10, 0, encode("passed")), id="answer-out-of-shape"),
    pytest.param(Answer(10, 0, b"\xc1"), id="answer-of-noise"),
    pytest.param(Answer(11, 1, encode((1 << 63, True))), id="answer-term-too-large"),
    pytest.param(raised("passed"), id="verdict-passed"),
    pytest.param(raised("vacuous"), id="verdict-inconclusive"),
    pytest.param(raised(kind=""), id="error-without-name"),
    pytest.param(raised(summary="x" * 100_000), id="error-without-end"),
    pytest.param(raised(server=5), id="error-of-nobody"),
]


@pytest.mark.parametrize("output", TRUE, ids=lambda output: type(output).__name__)
def test_what_is_true_passes(output):
    """The border costs nobody anything who tells the truth."""
    border().check(Stopped(5, 9, [output]), 0, 10)


@pytest.mark.parametrize("output", FALSE)
def test_what_cannot_be_is_refused(output):
    """Every number is held against what the judge has sent."""
    with pytest.raises(Smuggled):
        border().check(Stopped(5, 9, [output]), 0, 10)


def test_an_answer_is_given_once():
    """Answered questions are closed, and so are deliveries and call numbers."""
    for output in (TRUE[0], TRUE[1], TRUE[7]):
        guard = border()
        guard.check(Stopped(5, 9, [output]), 0, 10)
        with pytest.raises(Smuggled):
            guard.check(Stopped(6, 9, [output]), 5, 10)


@pytest.mark.parametrize(
    ("now_ns", "next_ns", "outputs"),
    [
        pytest.param(4, 20, [], id="backwards"),
        pytest.param(11, 20, [], id="past-the-limit"),
        pytest.param(7, 20, [], id="stopped-for-nothing"),
        pytest.param(10, 9, [], id="something-to-do-in-the-past"),
    ],
)
def test_the_clock_is_the_judges(now_ns, next_ns, outputs):
    """Asked to run from 5 to 10."""
    with pytest.raises(Smuggled):
        border().check(Stopped(now_ns, next_ns, outputs), 5, 10)
