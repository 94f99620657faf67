"""Points in a server's life at which somebody may want to strike."""

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Where a server stands; the harness comes to know of it at that very moment."""

    SAVING = "saving"  # it hands bytes to its persister: the disk has not got them yet
    FAILED = "failed"  # it was told that its disk has not taken a save
    SAVED = "saved"  # the disk has them; whatever follows in that thread has not been heard of
    REPLYING = "replying"  # a handler has returned; its reply has not left
    APPLYING = "applying"  # it hands an entry or a snapshot to its service, which has not taken it


Watcher = Callable[[int, Point], None]
"""Told a server and a point; it may crash that server there."""


class Points:
    """Who wants to know; nobody, in most runs."""

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []

    def __bool__(self) -> bool:
        return bool(self._watchers)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Tell somebody from now on, until the function that is returned is called."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def reached(self, server: int, point: Point) -> None:
        """A server has come to a point."""
        for watcher in list(self._watchers):
            watcher(server, point)
