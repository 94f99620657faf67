"""A world's process as the judge sees it: ask, watch, end."""

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable
from typing import Any, Protocol

from raftkit.errors import CaseFailed, RaftkitError
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
from raftkit.worlds.process._keeper import DUMP_SIGNAL
from raftkit.worlds.process._last_words import LastWords, last_words
from raftkit.worlds.process._nursery import nursery
from raftkit.worlds.process._order import Born, Died, FromKeeper, Order, Unborn
from raftkit.worlds.process._sample import Sample, sample_of

LISTEN_MS = 100
"""How long to wait for an answer before looking at the child from outside."""
DUMP_SECONDS = 0.2
"""How long the child may take to write down its stacks."""
KEEPER_SECONDS = 20.0
"""How long a child's birth or its end may take; the first waits for the zygote's imports."""
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


class WorldProcess:
    """One child, from its birth to its end.

    Args:
        order: What is to live in it.
        limits: What it may use; the watch judges it, the reports name it.
        make_watch: Makes what decides when to stop waiting.

    Attributes:
        cpu_seconds: Of all its life; known once it has ended.
        progress: Grows while it answers, and while somebody watches it.
    """

    def __init__(self, order: Order, limits: Limits, make_watch: MakeWatch) -> None:
        self._order = order
        self._limits = limits
        self._pipes = nursery.bear(order)
        self._answers = FrameReader(FromChild)
        self._words = FrameReader(FromKeeper)
        self._poll = select.poll()
        self._poll.register(self._pipes.answers, select.POLLIN)
        self._status: int | None = None
        self._remains: LastWords | None = None
        self.cpu_seconds = 0.0
        self.progress = 0
        self._pid = self._birth()
        self._beaten = self._looked = time.monotonic()
        self._first = self._beat_sample = sample_of(self._pid) or Sample()
        self._watch = make_watch(self._looked, self._first)

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

    def end(self) -> LastWords:
        """End the child and everything that it has started; return what it left behind."""
        if self._remains is None:
            self._kill(signal.SIGKILL)
            died = self._hear(KEEPER_SECONDS)
            if isinstance(died, Died):
                self._status, self.cpu_seconds = died.status, died.cpu_seconds
            pipes = self._pipes
            self._remains = last_words(pipes.faults, pipes.output, self._order.roots)
            pipes.close()
        return self._remains

    # -- the conversation ----------------------------------------------------

    def _write(self, data: bytearray) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._pipes.requests, rest) :]
            except BlockingIOError:
                waiting = select.poll()
                waiting.register(self._pipes.requests, select.POLLOUT)
                if not waiting.poll(LISTEN_MS):
                    self._look()
            except BrokenPipeError:
                raise self._gone() from None

    def _read(self) -> Any:
        while True:
            if not self._poll.poll(LISTEN_MS):
                self._look()
                continue
            data = os.read(self._pipes.answers, READ_BYTES)
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

    def _gone(self) -> CaseFailed:
        words = self.end()
        return _endings.died(self._status, words)

    def _struck(self, strike: str) -> CaseFailed:
        sample = sample_of(self._pid) or Sample()
        grown = sample.resident_bytes - self._first.resident_bytes
        self._dump()
        return _endings.struck(strike, self._limits, grown, self.end())

    def _broken(self, frame: Broken) -> CaseFailed:
        words = self.end()
        if not frame.ours:
            return _endings.broke_protocol(frame.text, words)
        return _endings.broken(frame.text, words)

    def _dump(self) -> None:
        """Have it write down its stacks."""
        faults = self._pipes.faults.fileno()
        self._kill(DUMP_SIGNAL)
        deadline, size = time.monotonic() + DUMP_SECONDS, -1
        while time.monotonic() < deadline and (size <= 0 or os.fstat(faults).st_size != size):
            size = os.fstat(faults).st_size
            time.sleep(0.02)

    def _kill(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if number == signal.SIGKILL and os.getpgid(self._pid) == self._pid:
                os.killpg(self._pid, number)
            os.kill(self._pid, number)

    # -- the keeper ----------------------------------------------------------

    def _birth(self) -> int:
        word = self._hear(KEEPER_SECONDS)
        if isinstance(word, Born):
            return word.pid
        self._pipes.close()
        why = word.why if isinstance(word, Unborn) else "its keeper does not answer"
        raise RaftkitError(f"no process for the implementation could be made: {why}")

    def _hear(self, seconds: float) -> Any:
        """The keeper's next word; None when it has none."""
        keeper = self._pipes.keeper
        waiting = select.poll()
        waiting.register(keeper, select.POLLIN)
        deadline = time.monotonic() + seconds
        word = self._words.next()
        while word is None and time.monotonic() < deadline:
            if waiting.poll(LISTEN_MS):
                data = os.read(keeper, 4096)
                if not data:
                    return None
                word = self._words.feed(data)
            nursery.progress += 1
        return word
