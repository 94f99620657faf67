"""The world in a process of its own: for implementations that one does not trust.

The judge (network, cluster, oracles, trace) stays here; the implementation's code runs in a child that
can see, change and reach next to nothing, behind two pipes. What comes out of them is data, checked
field by field. It may know the local world, which is what runs in the child.
"""

from raftkit.worlds.process._check import check_in_process
from raftkit.worlds.process._nursery import isolation_here, start_ahead, waited
from raftkit.worlds.process._order import Order, order_for
from raftkit.worlds.process._process import MakeWatch, WorldProcess
from raftkit.worlds.process._world import ProcessWorld
from raftkit.worlds.process.isolation import Isolation, Level

__all__ = [
    "Isolation",
    "Level",
    "MakeWatch",
    "Order",
    "ProcessWorld",
    "WorldProcess",
    "check_in_process",
    "isolation_here",
    "order_for",
    "start_ahead",
    "waited",
]
