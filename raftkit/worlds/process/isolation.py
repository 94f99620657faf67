"""How far an implementation can be locked in on this machine, and what stays possible."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a world's process is locked in, strongest first."""

    SEALED = "sealed"  # namespaces and a root of its own, a system call filter, limits
    FILTERED = "filtered"  # a system call filter, files where the kernel has Landlock, limits
    LIMITED = "limited"  # limits on memory, processor time and files; nothing is hidden
    NONE = "none"  # no process of its own can be had at all


@dataclass(frozen=True, slots=True)
class Isolation:
    """What holds here.

    Attributes:
        level: How a world's process is locked in.
        files: Whether files that it has no need of are out of its reach.
        reasons: Why it is not more, a sentence each; empty when it is all.
    """

    level: Level
    files: bool
    reasons: tuple[str, ...] = ()

    @property
    def warning(self) -> str:
        """What must be said when somebody relies on it; empty when it is all there is."""
        if self.level is Level.SEALED:
            return ""
        can = {
            Level.FILTERED: "reach suites and other files" if not self.files else "",
            Level.LIMITED: "read and write files, and use the network",
        }.get(self.level, "do everything that you can")
        gap = (
            f"the implementation can {can}" if can else "the implementation shares this machine's namespaces"
        )
        return f"--isolate is weaker here than it should be ({self.level}): {gap}; " + "; ".join(self.reasons)
