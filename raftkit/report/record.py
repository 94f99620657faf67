"""A result with what only the run knows about it: how to repeat it, and where its trace is."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from raftkit.model import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One settled result, ready to be reported.

    Attributes:
        result: What happened.
        repeat: The exact command that runs it again.
        trace: The trace's path as shown to people; empty when none was kept.
        folder: The name of its folder in the run's, if it is to have one.
    """

    result: Result
    repeat: str
    trace: str = ""
    folder: str = ""


def repeat_command(names: Sequence[str], implementation: str, seed: int, options: Sequence[str]) -> str:
    """Return the command that runs these tests again, quoted for a shell."""
    words = ["raftkit", "test", *names, "--impl", implementation, "--seed", str(seed), *options]
    return shlex.join(words)
