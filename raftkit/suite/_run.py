"""Runs the steps of a test against a cluster."""

from collections.abc import Callable

from raftkit.suite._cluster import Cluster
from raftkit.suite._context import Context, Run, StepMark
from raftkit.suite._model import Test
from raftkit.suite.steps import clients, tasks


def run_steps(test: Test, cluster: Cluster, *, on_step: Callable[[StepMark], None]) -> None:
    """Run a test's steps, one after the other, in the task that calls.

    The cluster is already there, with the test's servers, network and service. Every step is told to
    ``on_step`` when it begins and when it has ended, also those that run in tasks of their own. At the
    end what still runs in the background is waited for, and clients are stopped.

    Raises:
        CaseFailed: A check failed; ``failure.where`` says at which step. When the suite itself went wrong,
            for example by dividing by zero, the kind is ``SuiteError`` and the verdict ``error``.
    """
    assert cluster.n == test.servers
    context = Context(Run(test.id, test.suite, cluster, on_step), {})
    context.run(test.steps)
    tasks.wait_for_background(context)
    clients.stop(context)
