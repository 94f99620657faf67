"""What ``raftkit`` says to the shell."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes."""

    PASSED = 0
    FAILED = 1
    INTERRUPTED = 2
    FAULT = 3
    """Raftkit's own fault, or inconclusive."""
    USAGE = 4
    """A wrong option, suite or implementation: nothing was run."""
    NOTHING = 5
    """No test goes by that name."""
