"""What the operating system says about a process, whatever the process itself may say."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """A look from outside.

    Attributes:
        cpu_seconds: All its threads, user and system.
        state: ``R`` runs or wants to, ``S`` waits for something, ``?`` unknown.
        resident_bytes: Memory that it has in the machine's own.
    """

    cpu_seconds: float = 0.0
    state: str = "?"
    resident_bytes: int = 0


def sample_of(pid: int) -> Sample | None:
    """Ask; None where nobody says, or the process has gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    ticks = int(fields[11]) + int(fields[12])
    return Sample(
        ticks / os.sysconf("SC_CLK_TCK"), fields[0].decode(), int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    )
