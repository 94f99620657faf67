"""What servers owe: answers that were given on the strength of state that they had not saved.

A debt is paid by the next save. One that is not is held against a server when servers of the run have
restarted: an implementation that does not save yet is at work on an earlier part of the lab, whose
tests crash nobody.
"""

from collections.abc import Callable

from raftkit.errors import CaseFailed
from raftkit.trace import Persisted, ServerCrashed, ServerCreated


class Debts:
    """The first debt of each server."""

    def __init__(self) -> None:
        self._owed: dict[int, CaseFailed] = {}
        self._restarts = False

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
        self._owed.pop(event.server, None)

    def on_crashed(self, event: ServerCrashed) -> None:
        """What is owed now will never be paid: the debt is raised."""
        if event.server in self._owed:
            raise self._owed[event.server]

    def on_created(self, event: ServerCreated) -> None:
        """The first restart tells that the implementation means to survive one."""
        self._restarts = self._restarts or event.incarnation > 1
