"""The process world: a local world in a child, and the judge's end of the conversation."""

from typing import Any

from raftkit.errors import CaseFailed
from raftkit.sim import NEVER
from raftkit.worlds.boundary import Idle, Remains, StuckThread, ToWorld
from raftkit.worlds.process._border import Border, Smuggled
from raftkit.worlds.process._conversation import Conversation
from raftkit.worlds.process._frames import Buried, Bury, Go, Look, Seen, Stopped


class ProcessWorld:
    """A world in a process of its own.

    The same messages meet the same local world there, so that a seed gives the same trace as here. A run
    up to a moment is one frame to the child and one back, and none when nothing can happen before.

    Args:
        process: Where it lives.
    """

    def __init__(self, process: Conversation) -> None:
        self._process = process
        self._border = Border()
        self._inbox: list[ToWorld] = []
        self._now_ns = 0
        self._next_ns = NEVER
        self._lost: CaseFailed | None = None

    def send(self, message: ToWorld) -> None:
        """Take a message; it takes effect when the world next runs."""
        self._border.sent(message)
        self._inbox.append(message)

    def run_until(self, at_ns: int) -> Idle:
        """Run up to a moment, or to the first output.

        Raises:
            CaseFailed: The child is lost, or said what no world says.
        """
        if self._lost is not None:
            raise self._lost
        if not self._inbox and at_ns < self._next_ns:
            self._now_ns = at_ns
            return Idle(at_ns, [], self._next_ns)
        inbox, self._inbox = self._inbox, []
        stopped = self._ask(Go(self._now_ns, at_ns, inbox), Stopped)
        try:
            self._border.check(stopped, self._now_ns, at_ns)
        except Smuggled as error:
            raise self._lose(self._process.broke_protocol(str(error))) from None
        self._now_ns, self._next_ns = stopped.now_ns, stopped.next_ns
        return Idle(stopped.now_ns, stopped.outputs, stopped.next_ns)

    def advance(self, to_ns: int) -> None:
        """Take the time from outside; nothing can have happened there before that."""
        self._now_ns = max(self._now_ns, to_ns)

    def threads(self) -> list[StuckThread]:
        """Every thread of every live server; none of a child that is lost."""
        return self._look(Look(self._now_ns, deadlock=False))

    def deadlock(self, *, certain: bool) -> list[StuckThread]:
        """Threads that can never go on; none of a child that is lost."""
        return self._look(Look(self._now_ns, deadlock=True, certain=certain))

    def bury(self, now_ns: int, *, holdings: bool) -> list[Remains]:
        """Tell every server its end, and say what is left of it; nothing of a child that is lost."""
        if self._lost is not None:
            return []
        try:
            remains: list[Remains] = self._ask(Bury(now_ns, holdings), Buried).remains
        except CaseFailed:
            return []  # what it does after its end is held against nobody
        return remains

    def close(self) -> None:
        """End the child, and everything that it has started."""
        self._process.end()

    @property
    def cpu_seconds(self) -> float:
        """Processor time of the child, once the world is closed."""
        return self._process.cpu_seconds

    def progress(self) -> int:
        """A number that grows while the child answers, or while somebody still watches it."""
        return self._process.progress

    def _look(self, question: Look) -> list[StuckThread]:
        if self._lost is not None:
            return []
        try:
            threads: list[StuckThread] = self._ask(question, Seen).threads
        except CaseFailed:
            return []  # run_until tells it
        return threads

    def _ask(self, question: Go | Look | Bury, wanted: Any) -> Any:
        try:
            return self._process.ask(question, (wanted,))
        except CaseFailed as error:
            raise self._lose(error) from None

    def _lose(self, error: CaseFailed) -> CaseFailed:
        self._lost = error
        return error
