"""A workload: clients at work on a cluster, and the judgement of what they saw."""

from dataclasses import dataclass
from functools import partial
from random import Random

from raftkit.cluster import Cluster, ClusterTask
from raftkit.errors import CaseFailed
from raftkit.linearizability import (
    MODELS,
    Counterexample,
    Finding,
    HistoryRecorder,
    Judgement,
    Outcome,
    check,
    headline,
    lanes,
    tell,
)
from raftkit.model import Failure, Verdict
from raftkit.workloads._client import Client
from raftkit.workloads._desk import Desk
from raftkit.workloads._replicas import Replicas
from raftkit.workloads._requests import Requests


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadOptions:
    """Corners that the service may cut, to see that this is noticed; a suite cannot.

    Attributes:
        sessions: Whether a request that was retried is carried out only once.
        reads_through_log: Whether a get is answered behind all that the log holds before it, and not from what the
            replica above whoever says that it leads has at the moment.
    """

    sessions: bool = True
    reads_through_log: bool = True


class Workload:
    """Clients of one test.

    Args:
        cluster: Whom they ask.
        seed: Names their random streams.
        options: What the service does.
    """

    def __init__(self, cluster: Cluster, seed: str, options: WorkloadOptions | None = None) -> None:
        self._cluster = cluster
        self._seed = seed
        self._options = options or WorkloadOptions()
        self._tasks: list[ClusterTask] = []
        self._model = ""
        self._is_stopping = False
        self._recorder = HistoryRecorder()

    @property
    def has_begun(self) -> bool:
        """Whether clients are, or were, at work."""
        return self._model != ""

    def begin(self, model: str, *, clients: int, keys: int) -> None:
        """Put clients to work on a service whose keys are of a model, by its name; once in a test."""
        assert not self.has_begun
        self._model = model
        requests = Requests(MODELS[model], keys)
        replicas = Replicas(MODELS[model], requests.by_command, sessions=self._options.sessions)
        desk = Desk(self._cluster, replicas)
        self._cluster.follow(desk)
        self._cluster.trace.subscribe(self._recorder, *self._recorder.reads)
        past_the_log = None if self._options.reads_through_log else replicas
        for number in range(clients):
            rng = Random(f"{self._seed}/workload/client {number}")
            client = Client(number, self._cluster, desk, past_the_log, rng)
            work = partial(client.work, lambda: self._is_stopping, partial(requests.draw, rng=rng))
            self._tasks.append(self._cluster.spawn(work, name=f"client {number}"))

    def judge(self) -> None:
        """Let clients end what they are at, and judge all that they saw.

        Raises:
            CaseFailed: It is not linearizable (failed); it took too long to tell (an error, and nobody's); no operation
                got an answer (vacuous).
        """
        if not self._tasks:
            return
        self._is_stopping = True
        for task in self._tasks:
            task.join()
        self._tasks = []
        operations = self._recorder.operations()
        if not any(operation.outcome is Outcome.OK for operation in operations):
            raise CaseFailed(_nothing_answered(len(operations)), Verdict.VACUOUS)
        judgement = check(operations, MODELS[self._model])
        if judgement.counterexample is not None:
            raise CaseFailed(_not_linearizable(judgement.counterexample))
        if judgement.finding is Finding.UNKNOWN:
            raise CaseFailed(_unknown(judgement), Verdict.ERROR)


def _not_linearizable(found: Counterexample) -> Failure:
    picture = lanes(found)
    return Failure(
        kind="NotLinearizable",
        summary=headline(found),
        expected=f"an order of the operations on {found.key}, each between its call and its answer, that explains them",
        observed="none does",
        advice="follow these commands in the log: was one lost after it was applied, or applied on a stale log?",
        details="\n".join([*tell(found), *([""] if picture else []), *picture]),
    )


def _nothing_answered(operations: int) -> Failure:
    return Failure(
        kind="NothingAnswered",
        summary=f"none of the {operations} operations of the clients got an answer",
        expected="answers, so that there is something to judge",
        observed="a service that answers nothing contradicts nothing",
        advice="does a majority run and hear each other long enough?",
    )


def _unknown(judgement: Judgement) -> Failure:
    return Failure(
        kind="LinearizabilityUnknown",
        summary=f"it took too long to tell whether {judgement.operations} operations are linearizable",
        expected="a search that ends within its budget of steps",
        observed=f"undecided: {', '.join(judgement.unknown)}; {judgement.steps:,} steps in all",
        advice="fewer clients, or more keys: the fewer operations overlap, the quicker is the search",
    )
