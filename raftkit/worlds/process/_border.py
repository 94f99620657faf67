"""The border: what may pass from a world to the judge.

The decoder has seen to the types. Here every field is held against what the judge itself has sent and
counted: which servers there are, in which incarnation, which calls wait for an answer, and what time it
is. A local world keeps these rules without being asked; whoever breaks them is the implementation's code,
which has the process, and with it the pipe, in its hands.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from raftkit.contract import PAPER_FIELDS, PAPER_METHODS
from raftkit.model import Verdict
from raftkit.worlds.boundary import (
    Answer,
    ApplyMessage,
    CreateServer,
    DeliverRequest,
    FailSave,
    GetState,
    LockHeld,
    LogLine,
    NamesGiven,
    Persisted,
    RpcReply,
    RpcRequest,
    SaveFailed,
    ServerRaised,
    Snapshot,
    Start,
    ToHarness,
    ToWorld,
)
from raftkit.worlds.process._frames import Stopped

LONGEST_NAME = 1_000
"""Characters of a method's name, a topic, a kind."""
LONGEST_TEXT = 20_000
"""Characters of any other text; the local world clips its own at less than half of that."""
MOST_OUTPUTS = 100_000
"""What one stop of the world can bring; a step of a server brings one or two."""
_NUMBER = 1 << 62
BLAME = frozenset({Verdict.CRASHED, Verdict.BUSY, Verdict.DEADLOCKED, Verdict.FAILED})
"""How a server may break; none of them is a pass."""
_ANSWERS: dict[type, Callable[[bytes], Any]] = {
    CreateServer: msgspec.msgpack.Decoder(None).decode,
    Snapshot: msgspec.msgpack.Decoder(None).decode,
    Start: msgspec.msgpack.Decoder(tuple[int, int, bool]).decode,
    GetState: msgspec.msgpack.Decoder(tuple[int, bool]).decode,
}


class Smuggled(Exception):
    """Something that no world says; the text tells what."""


class Border:
    """Remembers what was sent, and checks what comes back."""

    def __init__(self) -> None:
        self._servers = 0
        self._incarnations: dict[int, int] = {}
        self._asked: dict[int, tuple[int, type]] = {}
        self._delivered: dict[int, tuple[int, int]] = {}
        self._last_call = 0
        self._may_fail: set[int] = set()
        self._checks: dict[type, Callable[[Any], None]] = {
            NamesGiven: self._names,
            RpcRequest: self._request,
            RpcReply: self._reply,
            ApplyMessage: self._apply,
            Persisted: self._persisted,
            SaveFailed: self._save_failed,
            LogLine: self._log,
            LockHeld: self._lock_held,
            Answer: self._answer,
            ServerRaised: self._raised,
        }

    def sent(self, message: ToWorld) -> None:
        """Remember a message to the world."""
        kind = type(message)
        if kind is DeliverRequest:
            self._delivered[message.call] = message.target, self._incarnations[message.target]  # type: ignore[union-attr]
        elif isinstance(message, FailSave):
            self._may_fail.add(message.server)
        elif kind in _ANSWERS:
            self._asked[message.call] = message.server, kind  # type: ignore[union-attr]
            if isinstance(message, CreateServer):
                self._incarnations[message.server] = message.incarnation
                self._servers = message.servers

    def check(self, stopped: Stopped, from_ns: int, until_ns: int) -> None:
        """Let a stop of the world pass.

        Raises:
            Smuggled: It cannot be true.
        """
        now = stopped.now_ns
        if not from_ns <= now <= until_ns or (now < until_ns and not stopped.outputs):
            raise Smuggled(f"a clock at {now} ns, asked to run from {from_ns} to {until_ns} ns")
        if stopped.next_ns < now:
            raise Smuggled(f"something to do at {stopped.next_ns} ns, at {now} ns")
        if len(stopped.outputs) > MOST_OUTPUTS:
            raise Smuggled(f"{len(stopped.outputs)} messages at once")
        for output in stopped.outputs:
            self._checks[type(output)](output)

    # -- one message each ----------------------------------------------------

    def _names(self, output: NamesGiven) -> None:
        self._from(output, output.server, output.incarnation)
        for own, papers in output.names.items():
            if papers not in PAPER_METHODS + PAPER_FIELDS or len(own) > LONGEST_NAME:
                raise Smuggled(f"a name {own[:60]!r} for {papers[:60]!r}")

    def _request(self, output: RpcRequest) -> None:
        self._from(output, output.source, output.incarnation)
        if not 0 <= output.target < self._servers:
            raise Smuggled(f"a call to server {output.target}, of {self._servers}")
        if not self._last_call < output.call < _NUMBER:
            raise Smuggled(f"call {output.call} after call {self._last_call}")
        self._last_call = output.call
        if output.method.startswith("_") or len(output.method) > LONGEST_NAME:
            raise Smuggled(f"a call of {output.method[:60]!r}")

    def _reply(self, output: RpcReply) -> None:
        wanted = self._delivered.pop(output.call, None)
        if wanted != (output.server, output.incarnation):
            raise Smuggled(
                f"a reply of server {output.server} to call {output.call}, which it does not answer"
            )

    def _apply(self, output: ApplyMessage) -> None:
        self._from(output, output.server, output.incarnation)
        if (output.command is None) == (output.snapshot is None):
            raise Smuggled("an ApplyMsg that is neither a command nor a snapshot")
        self._number(output.index, "a log index")
        self._number(output.term, "a term")

    def _persisted(self, output: Persisted) -> None:
        self._from(output, output.server, output.incarnation)

    def _save_failed(self, output: SaveFailed) -> None:
        self._from(output, output.server, output.incarnation)
        if output.server not in self._may_fail:
            raise Smuggled(f"a save of server {output.server} that failed, and was not to")
        self._may_fail.remove(output.server)

    def _log(self, output: LogLine) -> None:
        self._from(output, output.server, output.incarnation)
        self._text(output.topic, output.text)

    def _lock_held(self, output: LockHeld) -> None:
        self._from(output, output.server, output.incarnation)
        self._number(output.waited_ns, "a time of waiting")
        self._text(output.lock, output.holder, output.over, output.waiter)
        self._text(output.holder_stack, output.waiter_stack)

    def _answer(self, output: Answer) -> None:
        server, kind = self._asked.pop(output.call, (-1, type(None)))
        if server != output.server:
            raise Smuggled(
                f"an answer of server {output.server} to question {output.call}, which it was not asked"
            )
        try:
            value = _ANSWERS[kind](output.value)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Smuggled(f"an answer of server {server} to {kind.__name__}: {error}") from None
        for number in value or ():
            self._number(number, "an index or a term")

    def _raised(self, output: ServerRaised) -> None:
        self._from(output, output.server, output.incarnation)
        if output.verdict not in BLAME:
            raise Smuggled(f"a verdict {output.verdict[:40]!r}")
        if len(output.kind) > LONGEST_NAME or not output.kind:
            raise Smuggled("an error without a name")
        self._text(output.kind, output.summary, output.place, output.details, output.expected, output.advice)
        self._text(output.observed)

    # -- what they have in common --------------------------------------------

    def _from(self, output: ToHarness, server: int, incarnation: int) -> None:
        if not 1 <= incarnation <= self._incarnations.get(server, 0):
            name = type(output).__name__
            raise Smuggled(f"{name} of server {server} in incarnation {incarnation}, and there is none")

    def _number(self, value: int, what: str) -> None:
        if not -_NUMBER < value < _NUMBER:
            raise Smuggled(f"{what} of {value}")

    def _text(self, *texts: str) -> None:
        for text in texts:
            if len(text) > LONGEST_TEXT:
                raise Smuggled(f"a text of {len(text)} characters")
