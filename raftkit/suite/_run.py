"""Runs the steps of a test against a cluster."""

from collections.abc import Callable

from raftkit.suite._cluster import Cluster, Nemesis, Workload
from raftkit.suite._context import Context, Run, StepMark
from raftkit.suite._model import Test
from raftkit.suite.steps import clients, tasks


def run_steps(
    test: Test,
    cluster: Cluster,
    nemesis: Nemesis,
    workload: Workload,
    *,
    on_step: Callable[[StepMark], None],
) -> None:
    """Run a test's steps, one after the other, in the task that calls.

    The cluster is already there, with the test's servers, network and service. Faults of its background come
    beside the steps, from the ``nemesis`` that faults among the steps come from, too. Every step is told to
    ``on_step`` when it begins and when it has ended, also those that run in tasks of their own. At the
    end what still runs in the background is waited for, clients are stopped, and what a ``workload`` saw is judged.

    Raises:
        CaseFailed: A check failed; ``failure.where`` says at which step. When the suite itself went wrong,
            for example by dividing by zero, the kind is ``SuiteError`` and the verdict ``error``.
    """
    assert cluster.n == test.servers
    context = Context(Run(test.id, test.suite, cluster, nemesis, workload, on_step), {})
    for number, plague in enumerate(test.background, 1):
        plague.begin(context, str(number))
    context.run(test.steps)
    tasks.wait_for_background(context)
    clients.stop(context)
    workload.judge()
