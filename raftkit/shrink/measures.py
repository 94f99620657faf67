"""How large a failing run is, for people."""

from dataclasses import dataclass

from raftkit.model import SECOND
from raftkit.shrink.failing import Failing
from raftkit.shrink.size import faults_of, servers_of, steps_of
from raftkit.stress.words import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The size of a suite, and of the run of it that fails.

    Attributes:
        steps: Steps that are taken, rounds counted, as far as the text tells.
        faults: Faults that come beside them.
        servers: Size of the cluster.
        lab_ns: Virtual time until it failed.
        events: Lines of its trace.
    """

    steps: int
    faults: int
    servers: int
    lab_ns: int
    events: int


def measure(failing: Failing) -> Measures:
    """Measure it."""
    return Measures(
        steps=steps_of(failing.tree),
        faults=faults_of(failing.tree),
        servers=servers_of(failing.tree),
        lab_ns=failing.result.lab_ns,
        events=failing.result.events,
    )


def from_to(before: Measures, after: Measures) -> str:
    """``14 steps → 3, 5 servers → 3, 22.1 s → 1.4 s, 3,412 events → 210``."""
    pairs = [
        (counted(before.steps, "step"), f"{after.steps:,}"),
        (counted(before.faults, "fault"), str(after.faults)),
        (counted(before.servers, "server"), str(after.servers)),
        (f"{before.lab_ns / SECOND:.1f} s", f"{after.lab_ns / SECOND:.1f} s"),
        (f"{before.events:,} events", f"{after.events:,}"),
    ]
    return ", ".join(f"{was} → {now}" for was, now in pairs if not was.startswith("0 "))
