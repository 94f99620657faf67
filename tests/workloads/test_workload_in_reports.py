"""A client's operations in the log, and a violation as its reader gets it."""

import pytest
from weather import leaders_cut_off, run

from raftkit.report.columns.tell import tell
from raftkit.report.explain import explain
from raftkit.trace import Event, OperationCalled, OperationReturned
from raftkit.workloads import WorkloadOptions


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (OperationCalled(5, 2, 17, "compare_and_set", "x0", "c17", "a3"), "client 2 #17 compare_and_set x0 a3 → c17"),
        (OperationCalled(5, 2, 18, "get", "x0", "", ""), "client 2 #18 get x0"),
        (OperationReturned(9, 2, 18, "ok", "c17"), "client 2 #18 ok c17"),
        (OperationReturned(9, 2, 19, "info", None), "client 2 #19 info"),
    ],
)  # fmt: skip
def test_operations_stand_across_the_page(event: Event, text: str) -> None:
    """They belong to no server's column."""
    line = tell(event)
    assert line is not None
    assert (line.text, line.server, line.look.is_wide) == (text, None, True)


def test_a_violation_is_explained_by_what_clients_are_promised() -> None:
    """And not as an exception in somebody's code."""
    ran = run(1, leaders_cut_off, servers=5, options=WorkloadOptions(reads_through_log=False))
    assert ran.failure is not None
    told = explain(ran.failure, ran.events)
    assert told.source == "Raft §8"
    assert "one machine" in told.rule
