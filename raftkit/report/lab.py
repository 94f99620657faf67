"""The lab's look: the two lines that its tester prints for a test.

::

    Test (2C): Figure 8 ...
      ... Passed --  31.2  5  580  130675  32

The numbers: lab seconds, servers, RPCs, bytes, commits.
"""

from raftkit.model import Result, Verdict
from raftkit.report.clean import clean

WORDS = {
    Verdict.PASSED: "Passed",
    Verdict.FAILED: "FAILED",
    Verdict.TIMED_OUT: "TIMED OUT",
    Verdict.DEADLOCKED: "DEADLOCKED",
    Verdict.BUSY: "BUSY",
    Verdict.CRASHED: "CRASHED",
    Verdict.VACUOUS: "VACUOUS",
    Verdict.ERROR: "ERROR",
    Verdict.NOT_RUN: "not run",
}
"""A verdict as the console says it: what passed is quiet, what did not is loud."""


def heading(part: str, title: str) -> str:
    """The line that names a test."""
    return f"Test ({clean(part)}): {clean(title)} ..."


def ending(result: Result) -> str:
    """The line that says how it went, columns as wide as the lab's."""
    if result.verdict is Verdict.NOT_RUN:
        return f"  ... {WORDS[result.verdict]}"
    numbers = f"{result.lab_seconds:4.1f}"
    if result.servers:  # else nobody has counted
        numbers += f"  {result.servers} {result.rpcs:4d} {result.bytes:7d} {result.commits:4d}"
    return f"  ... {WORDS[result.verdict]} --  {numbers}"
