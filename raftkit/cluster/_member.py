"""What the harness knows of a server, and of the questions that it has asked one."""

from dataclasses import dataclass

from raftkit.cluster._service import Service
from raftkit.sim import Task


@dataclass(slots=True)
class Member:
    """What the harness knows of one server over all its incarnations.

    It *runs* from the moment it is created, and is *alive* when its constructor has returned: only
    then can it be asked, or reached by its peers.
    """

    incarnation: int = 0
    runs: bool = False
    alive: bool = False
    connected: bool = False
    frozen: bool = False
    disk_failed: bool = False
    ahead_ns: int = 0
    drift_ppm: int = 0
    state: bytes = b""
    snapshot: bytes = b""
    service: Service | None = None

    def is_current(self, incarnation: int) -> bool:
        """Whether it runs, and in this incarnation: what an earlier one still says is heard by nobody."""
        return self.runs and self.incarnation == incarnation


class Asked:
    """A question that a task of the harness waits for."""

    __slots__ = ("server", "since_ns", "task", "what")

    def __init__(self, server: int, what: str, task: Task, since_ns: int) -> None:
        self.server = server
        self.what = what
        self.task = task
        self.since_ns = since_ns

    def __str__(self) -> str:
        return f"{self.what} of server {self.server}"
