"""A Go lab's world, as the harness drives it: the world in a process, without what Go cannot be asked for."""

from raftkit.sim import NEVER
from raftkit.worlds.boundary import (
    FreezeServer,
    Idle,
    KillServer,
    Remains,
    SetClock,
    StuckThread,
    ThawServer,
    ToWorld,
)
from raftkit.worlds.go._standstill import find_standstill
from raftkit.worlds.process import Conversation, ProcessWorld


class GoWorld(ProcessWorld):
    """Servers of a cluster in one process of Go's.

    A server can stand still where it is alone in its world, which then is not run. Nothing sets its clock wrong.

    Args:
        process: Where it lives.
    """

    def __init__(self, process: Conversation) -> None:
        super().__init__(process)
        self._waiting: list[ToWorld] | None = None
        """What reaches a server that stands still; None when it does not."""

    def send(self, message: ToWorld) -> None:
        """Take a message; it takes effect when the world next runs."""
        assert not isinstance(message, SetClock), "a test with such a fault is not begun"
        if isinstance(message, FreezeServer):
            self._waiting = []
            return
        if isinstance(message, ThawServer | KillServer) and self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            for each in waiting:
                super().send(each)
        if isinstance(message, ThawServer):
            return
        if self._waiting is not None:
            self._waiting.append(message)
        else:
            super().send(message)

    def run_until(self, at_ns: int) -> Idle:
        """Run up to a moment, or to the first output; let the time pass alone where the server stands still.

        Raises:
            CaseFailed: The child is lost, or said what no world says.
        """
        if self._waiting is None:
            return super().run_until(at_ns)
        self.advance(at_ns)
        return Idle(at_ns, [], NEVER)

    def deadlock(self, *, certain: bool) -> list[StuckThread]:
        """Goroutines that wait for locks that nobody seems able to release.

        Go's locks do not know their owners, so that nothing is ever certain.
        """
        return [] if certain else find_standstill(self.threads())

    def bury(self, now_ns: int, *, holdings: bool) -> list[Remains]:
        """Say nothing of what runs on: goroutines cannot be told apart from those of servers that crashed before."""
        return []
