"""A world's process as the judge sees it: its birth, and its end."""

import contextlib
import os
import select
import signal
import time
from typing import Any

from raftkit.errors import CaseFailed, RaftkitError
from raftkit.model import Limits
from raftkit.worlds.process import _endings
from raftkit.worlds.process._conversation import LISTEN_MS, Conversation, MakeWatch
from raftkit.worlds.process._frames import FrameReader
from raftkit.worlds.process._keeper import DUMP_SIGNAL
from raftkit.worlds.process._last_words import LastWords, last_words
from raftkit.worlds.process._nursery import nursery
from raftkit.worlds.process._order import Born, Died, FromKeeper, Order, Unborn

DUMP_SECONDS = 0.2
"""How long the child may take to write down its stacks."""
KEEPER_SECONDS = 20.0
"""How long a child's birth or its end may take; the first waits for the zygote's imports."""


class WorldProcess(Conversation):
    """One child, from its birth to its end.

    Args:
        order: What is to live in it.
        limits: What it may use; the watch judges it, the reports name it.
        make_watch: Makes what decides when to stop waiting.
    """

    def __init__(self, order: Order, limits: Limits, make_watch: MakeWatch) -> None:
        self._order = order
        self._pipes = nursery.bear(order)
        self._words = FrameReader(FromKeeper)
        self._status: int | None = None
        self._remains: LastWords | None = None
        super().__init__(self._birth(), self._pipes.requests, self._pipes.answers, limits, make_watch)

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

    # -- ends ----------------------------------------------------------------

    def _gone(self) -> CaseFailed:
        words = self.end()
        return _endings.died(self._status, words)

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
