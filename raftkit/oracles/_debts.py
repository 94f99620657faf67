"""What servers owe: answers that were given on the strength of state that they had not saved.

A debt is paid by the next save, and can no longer be paid after a crash. It is held against a server when servers
of the run restart: an implementation that does not save yet is at work on an earlier part of the lab, whose
tests crash nobody.
"""

from collections.abc import Callable

from raftkit.errors import CaseFailed
from raftkit.trace import Persisted, ServerCrashed, ServerCreated


class Debts:
    """Who saved when, and the first debt of each server.

    Attributes:
        now: How many events there were: moments are told apart even where virtual time stands still.
    """

    def __init__(self) -> None:
        self.now = 0
        self._saved: dict[int, int] = {}
        self._owed: dict[int, CaseFailed] = {}
        self._lost: dict[int, CaseFailed] = {}
        self._restarts = False

    def saved_since(self, server: int, moment: int) -> bool:
        """Whether a server has saved after a moment."""
        return self._saved.get(server, -1) > moment

    def owe(self, server: int, debt: Callable[[], CaseFailed]) -> None:
        """The server has answered without saving.

        Raises:
            CaseFailed: Servers have restarted in this run.
        """
        if self._restarts:
            raise debt()
        if server not in self._owed:
            self._owed[server] = debt()

    def on_saved(self, event: Persisted) -> None:
        """What was owed is paid."""
        self._saved[event.server] = self.now
        self._owed.pop(event.server, None)

    def on_crashed(self, event: ServerCrashed) -> None:
        """What is owed now will never be paid."""
        if event.server in self._owed:
            self._lost[event.server] = self._owed.pop(event.server)

    def on_created(self, event: ServerCreated) -> None:
        """The first restart tells that the implementation means to survive one.

        Raises:
            CaseFailed: The server comes back without what it had promised.
        """
        self._restarts = self._restarts or event.incarnation > 1
        if event.server in self._lost:
            raise self._lost[event.server]

    def at_end(self) -> None:
        """What a server promised that crashed and did not come back is lost as well.

        Raises:
            CaseFailed: There is such a promise.
        """
        for debt in self._lost.values():
            raise debt
