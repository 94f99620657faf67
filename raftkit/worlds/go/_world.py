"""A Go lab's world, as the harness drives it: the world in a process, without what Go cannot be asked for."""

from raftkit.errors import CaseFailed
from raftkit.model import Failure, Verdict
from raftkit.worlds.boundary import FailSave, FreezeServer, Remains, SetClock, StuckThread, ToWorld
from raftkit.worlds.go._standstill import find_standstill
from raftkit.worlds.process import ProcessWorld

_CANNOT = {
    FreezeServer: "let a server stand still",
    SetClock: "set a server's clock wrong",
    FailSave: "let a save fail",
}


class GoWorld(ProcessWorld):
    """All servers of a cluster in one process of Go's."""

    def send(self, message: ToWorld) -> None:
        """Take a message; it takes effect when the world next runs.

        Raises:
            CaseFailed: It asks for what cannot be done to goroutines of one process; nobody is blamed.
        """
        if (what := _CANNOT.get(type(message))) is not None:
            raise CaseFailed(_not_for_go(what), Verdict.ERROR)
        super().send(message)

    def deadlock(self, *, certain: bool) -> list[StuckThread]:
        """Goroutines that wait for locks that nobody seems able to release.

        Go's locks do not know their owners, so that nothing is ever certain.
        """
        return [] if certain else find_standstill(self.threads())

    def bury(self, now_ns: int, *, holdings: bool) -> list[Remains]:
        """Say nothing of what runs on: goroutines cannot be told apart from those of servers that crashed before."""
        return []


def _not_for_go(what: str) -> Failure:
    return Failure(
        kind="NotForGo",
        summary=f"this test would {what}, and with a Go lab raftkit cannot",
        expected="a test without that fault",
        observed="nothing can be said about the implementation",
        advice="docs/go.md says which faults there are for Go",
    )
