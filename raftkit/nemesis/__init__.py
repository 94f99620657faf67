"""Faults that come and heal: what may go wrong around a Raft, and a book of what does.

A *fault* is a small frozen thing: what it is, in words, and how it begins and ends on a cluster. It tells when it
*bites*, that is, has an effect; one that never did has tested nothing. The room knows clusters and their network,
and nothing of suites and verdicts.
"""

from raftkit.nemesis._aims import RPCS, Aim
from raftkit.nemesis._disks import DiskError
from raftkit.nemesis._fault import Bite, Fault
from raftkit.nemesis._links import Cutting, Delay, Drop, Duplicate
from raftkit.nemesis._nemesis import Nemesis
from raftkit.nemesis._servers import WHENS, CrashAt, Down, Freeze, WrongClock
from raftkit.nemesis._shapes import SHAPES, Group, Shape, around_server, between, directed

__all__ = [
    "RPCS",
    "SHAPES",
    "WHENS",
    "Aim",
    "Bite",
    "CrashAt",
    "Cutting",
    "Delay",
    "DiskError",
    "Down",
    "Drop",
    "Duplicate",
    "Fault",
    "Freeze",
    "Group",
    "Nemesis",
    "Shape",
    "WrongClock",
    "around_server",
    "between",
    "directed",
]
