"""One client: it asks for one thing at a time, and tells the trace what it asked for and what it was told."""

from collections.abc import Callable
from random import Random

from raftkit.cluster import Cluster
from raftkit.linearizability import Kind, Outcome, Result
from raftkit.model import MS
from raftkit.trace import OperationCalled, OperationReturned
from raftkit.workloads._desk import Desk
from raftkit.workloads._replicas import Replicas, Request

PATIENCE_NS = 2_000 * MS
"""After this a client makes no further attempt: it gives the operation up, and goes on to its next."""
ATTEMPT_MS = (20, 300)
"""How long it waits for the server that has accepted its request, before it asks another: a draw, so that some retry
while their first attempt is still on its way."""
STRAY_PERCENT = 20
"""So often a client begins with any server, not with the last that answered: a deposed leader is asked, too."""
PAUSE_MS = (10, 40)
"""When no server accepts, and between two operations: a draw between these."""


class Client:
    """Asks whatever server runs, also one that is cut off from its peers: nobody knows that before.

    Args:
        number: Who it is.
        cluster: Whom it asks.
        desk: Where answers come from.
        replicas: Where gets look, when they do not go through the log; None when they do.
        rng: Its own random stream.
    """

    def __init__(
        self, number: int, cluster: Cluster, desk: Desk, replicas: Replicas | None, rng: Random
    ) -> None:
        self._number = number
        self._cluster = cluster
        self._desk = desk
        self._replicas = replicas
        self._rng = rng
        self._server = rng.randrange(cluster.n)

    def work(self, is_stopping: Callable[[], bool], next_request: Callable[[int], Request]) -> None:
        """Do one operation after another until told to stop."""
        while not is_stopping():
            self._operate(next_request(self._number))
            self._pause()

    def _operate(self, request: Request) -> None:
        cluster, action = self._cluster, request.action
        cluster.trace.emit(
            OperationCalled(
                cluster.now_ns, self._number, request.number, action.kind, action.key, action.value, action.expected
            )
        )  # fmt: skip
        outcome, result = self._insist(request)
        shown = list(result) if isinstance(result, tuple) else result
        cluster.trace.emit(OperationReturned(cluster.now_ns, self._number, request.number, outcome, shown))

    def _insist(self, request: Request) -> tuple[Outcome, Result]:
        """Ask one server after another until one answers, or patience ends."""
        until_ns = self._cluster.now_ns + PATIENCE_NS
        if self._rng.randrange(100) < STRAY_PERCENT:
            self._server = self._rng.randrange(self._cluster.n)
        perhaps = False
        refusals = 0
        while self._cluster.now_ns < until_ns:
            if self._replicas is not None and request.action.kind is Kind.GET and self._says_that_it_leads():
                return Outcome.OK, self._replicas.at(self._server).look(request.action)
            accepted = self._offer(request)
            perhaps = perhaps or accepted is not False
            if accepted:
                answer = self._desk.wait(self._server, request, self._rng.randint(*ATTEMPT_MS) * MS)
                if answer is not None:
                    return Outcome.OK, answer[0]
            self._server = (self._server + 1) % self._cluster.n
            refusals = 0 if accepted else refusals + 1
            if refusals >= self._cluster.n:
                refusals = 0
                self._pause()
        return (Outcome.INFO if perhaps else Outcome.FAIL), None

    def _offer(self, request: Request) -> bool | None:
        """Offer the request to the server of the moment; None when it went down over that, and nobody knows."""
        if not self._cluster.is_alive(self._server):
            return False
        started = self._cluster.start(self._server, request.command)
        return None if started is None else started[2]

    def _says_that_it_leads(self) -> bool:
        state = self._cluster.get_state(self._server)
        return state is not None and state[1]

    def _pause(self) -> None:
        self._cluster.sleep(self._rng.randint(*PAUSE_MS) * MS)
