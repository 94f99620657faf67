"""A result with what only the run knows about it: how to repeat it, and where its trace is."""

import shlex
from dataclasses import dataclass

from raftkit.model import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One settled result, ready to be reported.

    Attributes:
        result: What happened.
        repeat: The exact command that runs it again.
        trace: The trace's path as shown to people; empty when none was kept.
    """

    result: Result
    repeat: str
    trace: str = ""


def repeat_command(test: str, implementation: str, seed: int, options: list[str]) -> str:
    """Return the command that runs one test again, quoted for a shell."""
    words = ["raftkit", "test", test, "--impl", implementation, "--seed", str(seed), *options]
    return shlex.join(words)
