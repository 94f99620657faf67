"""A Go package's own tests, each in a process of its own: in virtual time, or in real time.

The package is built with its own ``_test.go`` files, its own harness and network, as they lie there; nothing of it
is replaced. In virtual time it is Go's own library that is given its clock and its chance from outside, as in the
world of a Go lab. What a test says is what Go's ``testing`` says: nobody else judges, and there is no trace.
"""

from raftkit.gotest.build import Way, build_tests
from raftkit.gotest.names import choose, list_tests
from raftkit.gotest.package import Package, find_package
from raftkit.gotest.process import Ended
from raftkit.gotest.running import Case, run_cases
from raftkit.gotest.verdict import judge

__all__ = [
    "Case",
    "Ended",
    "Package",
    "Way",
    "build_tests",
    "choose",
    "find_package",
    "judge",
    "list_tests",
    "run_cases",
]
