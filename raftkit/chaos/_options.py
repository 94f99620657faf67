"""What people may fix of a scenario; the rest is drawn."""

from dataclasses import dataclass

WORKLOADS = {
    "kv": "clients of a register map: get, put, append, compare_and_set",
    "append": "clients of lists, which they append to and read",
    "plain": "clients that offer bare commands, as the lab's churn tests do",
}
"""Every workload by its name."""
SERVICES = ("plain", "snapshotting", "staggered")
LEAST_SERVERS, MOST_SERVERS = 2, 9
"""One server alone agrees with itself whatever the weather; larger clusters cost seconds, and show nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaosOptions:
    """What every scenario of a run has in common; what is left open is drawn for each seed.

    Attributes:
        servers: The size of the cluster; 0 draws from 2 to 7.
        workload: One of ``WORKLOADS``; empty draws.
        service: One of ``SERVICES``; empty draws.
        nemeses: The nemeses that are on, all of them; none draws some of all there are.
    """

    servers: int = 0
    workload: str = ""
    service: str = ""
    nemeses: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        """What a command line says to fix the same."""
        words = [] if not self.servers else ["--servers", str(self.servers)]
        words += ["--workload", self.workload] if self.workload else []
        words += ["--service", self.service] if self.service else []
        return words + (["--nemesis", ",".join(self.nemeses)] if self.nemeses else [])
