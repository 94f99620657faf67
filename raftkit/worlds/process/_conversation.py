"""A conversation with a process in which a world lives: a frame there, a frame back, and a watch over both.

Who the process is, and how it is born and ended, is for those who make it to say.
"""

import os
import select
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

from raftkit.errors import CaseFailed
from raftkit.model import Limits
from raftkit.worlds.process import _endings
from raftkit.worlds.process._frames import (
    READ_BYTES,
    Beat,
    Broken,
    FrameReader,
    FromChild,
    NoFrame,
    ToChild,
    encode,
)
from raftkit.worlds.process._last_words import LastWords
from raftkit.worlds.process._sample import Sample, sample_of

LISTEN_MS = 100
"""How long to wait for an answer before looking at the child from outside."""
BUSY_SHARE = 0.5
"""A child's own sign of life counts only when it used so much of the time since the last one: it may lie."""


class Watch(Protocol):
    """Decides when to stop waiting for a child."""

    def beat(self, now: float, sample: Any) -> None:
        """Note that it moves."""
        ...

    def look(self, now: float, sample: Any) -> Any:
        """The limit that strikes now, an enum whose value is idle, cpu, memory or starved; or None."""
        ...


MakeWatch = Callable[[float, Sample | None], Watch]


class Conversation(ABC):
    """One child, from the moment that it can be spoken to.

    Args:
        pid: Its process.
        requests: Where it reads, a descriptor that does not block.
        answers: Where it writes, a descriptor that does not block.
        limits: What it may use; the watch judges it, the reports name it.
        make_watch: Makes what decides when to stop waiting.

    Attributes:
        cpu_seconds: Of all its life; known once it has ended.
        progress: Grows while it answers, and while somebody watches it.
    """

    def __init__(self, pid: int, requests: int, answers: int, limits: Limits, make_watch: MakeWatch) -> None:
        self._pid = pid
        self._requests = requests
        self._answers_fd = answers
        self._limits = limits
        self._answers = FrameReader(FromChild)
        self._poll = select.poll()
        self._poll.register(answers, select.POLLIN)
        self.cpu_seconds = 0.0
        self.progress = 0
        self._beaten = self._looked = time.monotonic()
        self._first = self._beat_sample = sample_of(pid) or Sample()
        self._watch = make_watch(self._looked, self._first)

    @abstractmethod
    def end(self) -> LastWords:
        """End the child and everything that it has started; return what it left behind."""

    @abstractmethod
    def _gone(self) -> CaseFailed:
        """It has closed its pipe: end it, and say how it ended."""

    @abstractmethod
    def _dump(self) -> None:
        """Have it write down its stacks."""

    def _ended_by(self, strike: str, grown_bytes: int) -> CaseFailed:
        """A limit has struck, and its stacks are written down: end it, and say so."""
        return _endings.struck(strike, self._limits, grown_bytes, self.end())

    def ask(self, question: ToChild | None, wanted: tuple[type, ...]) -> Any:
        """Send a frame, and wait for the one that answers it.

        Raises:
            CaseFailed: A limit has struck, the child has died, or what it says is no answer.
        """
        self.progress += 1
        if time.monotonic() - self._looked > LISTEN_MS / 1000:
            self._moved()
        try:
            if self._answers.pending:
                self._refuse_unasked()
            if question is not None:
                self._write(encode(question))
            answer = self._read()
        except NoFrame as error:
            raise self.broke_protocol(str(error)) from None
        if type(answer) in wanted:
            return answer
        if isinstance(answer, Broken):
            raise self._broken(answer)
        raise self.broke_protocol(f"{type(answer).__name__} as an answer to {type(question).__name__}")

    def broke_protocol(self, what: str) -> CaseFailed:
        """End the child, which said what no world says."""
        return _endings.broke_protocol(what, self.end())

    # -- the conversation ----------------------------------------------------

    def _write(self, data: bytearray) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._requests, rest) :]
            except BlockingIOError:
                waiting = select.poll()
                waiting.register(self._requests, select.POLLOUT)
                if not waiting.poll(LISTEN_MS):
                    self._look()
            except BrokenPipeError:
                raise self._gone() from None

    def _read(self) -> Any:
        while True:
            if not self._poll.poll(LISTEN_MS):
                self._look()
                continue
            data = os.read(self._answers_fd, READ_BYTES)
            if not data:
                raise self._gone()
            frame = self._answers.feed(data)
            while type(frame) is Beat:
                self._believe_beat()
                frame = self._answers.next()
            if frame is not None:
                return frame

    def _refuse_unasked(self) -> None:
        """Let beats pass that came while nobody listened; nothing else may be there."""
        while (frame := self._answers.next()) is not None:
            if not isinstance(frame, Beat):
                raise NoFrame(f"{type(frame).__name__} without having been asked")

    # -- limits --------------------------------------------------------------

    def _look(self) -> None:
        """Look at the child from outside."""
        self.progress += 1
        self._looked = now = time.monotonic()
        strike = self._watch.look(now, sample_of(self._pid))
        if strike is not None:
            raise self._struck(str(strike.value))

    def _moved(self) -> None:
        """It has answered since the last look."""
        now, sample = time.monotonic(), sample_of(self._pid) or Sample()
        self._watch.beat(now, sample)
        self._beaten, self._beat_sample = now, sample
        self._look()

    def _believe_beat(self) -> None:
        now, sample = time.monotonic(), sample_of(self._pid) or Sample()
        if sample.cpu_seconds - self._beat_sample.cpu_seconds >= BUSY_SHARE * (now - self._beaten):
            self._watch.beat(now, sample)
            self._beaten, self._beat_sample = now, sample
        self._look()

    # -- ends ----------------------------------------------------------------

    def _struck(self, strike: str) -> CaseFailed:
        sample = sample_of(self._pid) or Sample()
        grown = sample.resident_bytes - self._first.resident_bytes
        self._dump()
        return self._ended_by(strike, grown)

    def _broken(self, frame: Broken) -> CaseFailed:
        words = self.end()
        if not frame.ours:
            return _endings.broke_protocol(frame.text, words)
        return _endings.broken(frame.text, words)
