"""Where clients come to: a request goes to one server, and its answer is waited for."""

from typing import Any

from raftkit.cluster import Cluster
from raftkit.linearizability import Result
from raftkit.sim import Task
from raftkit.workloads._replicas import Replicas, Request


class Desk:
    """Hands requests to servers, and answers to those who wait for them."""

    def __init__(self, cluster: Cluster, replicas: Replicas) -> None:
        self._cluster = cluster
        self._replicas = replicas
        self._waiting: dict[int, tuple[int, Request, Task]] = {}

    def begin(self, server: int, commands: list[Any]) -> None:
        """A server's log begins anew: :class:`raftkit.cluster.Follower`."""
        self._replicas.begin(server, commands)
        self._wake(server)

    def apply(self, server: int, command: Any) -> None:
        """A server's log has another command: :class:`raftkit.cluster.Follower`."""
        self._replicas.apply(server, command)
        self._wake(server)

    def wait(self, server: int, request: Request, patience_ns: int) -> tuple[Result] | None:
        """Wait for the answer of a server's replica, and no longer than that."""
        kernel = self._cluster.kernel
        answer = self._replicas.at(server).answer(request)
        if answer is None:
            task = kernel.current
            assert task is not None
            self._waiting[request.client] = (server, request, task)
            kernel.park(f"the answer to {request.command!r}", patience_ns)
            self._waiting.pop(request.client, None)
            answer = self._replicas.at(server).answer(request)
        return answer

    def _wake(self, server: int) -> None:
        for place, request, task in list(self._waiting.values()):
            if place == server and self._replicas.at(server).answer(request) is not None:
                self._cluster.kernel.wake(task)
