"""One test, one seed, one verdict; and the child process in which that happens.

``run_case`` (in :mod:`raftkit.runner.case`) builds the world and judges it, inside a runner child.
:class:`RunnerChild` is the other end: it lives in pytest's process, hands over one request at a
time, and turns a child that hangs or dies into a :class:`~raftkit.model.Result` like any other.
Importing this room is cheap: the kernel and the suites are loaded in the child alone.
"""

from raftkit.runner.request import LogEvent, RunRequest

__all__ = ["LogEvent", "RunRequest"]
