"""What a task did to something that others may have, and two such deeds that nothing orders."""

from dataclasses import dataclass

from raftkit.sim._kernel import Task
from raftkit.sim._locks import BaseLock
from raftkit.sim._sites import SITES, Site


class Variables:
    """Stands for the variables of one call of a function, into which functions inside it store; or for all globals."""


@dataclass(slots=True)
class Access:
    """What a task did; never changed. (That it is not frozen makes it half as expensive.)

    Attributes:
        slot: The task's.
        now: Its clock.
        site: Where.
        task: Who.
        held: The locks that it held.
        at_ns: When.
    """

    slot: int
    now: int
    site: int
    task: Task
    held: tuple[BaseLock, ...]
    at_ns: int

    @property
    def place(self) -> Site:
        """Where, in words."""
        return SITES[self.site]


@dataclass(frozen=True, slots=True)
class Race:
    """Two accesses of which neither happens before the other.

    Attributes:
        obj: The object.
        attribute: Which of its attributes; empty for the contents of a container.
        earlier: The access that came first in this run.
        wrote_earlier: Whether that was a write.
        later: The other.
        wrote_later: Whether that is one.
    """

    obj: object
    attribute: str
    earlier: Access
    wrote_earlier: bool
    later: Access
    wrote_later: bool
