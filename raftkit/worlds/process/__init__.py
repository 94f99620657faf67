"""The world in a process of its own: for implementations that one does not trust.

The judge (network, cluster, oracles, trace) stays here; the implementation's code runs in a child that
can see, change and reach next to nothing, behind two pipes. What comes out of them is data, checked
field by field. It may know the local world, which is what runs in the child.
"""

from raftkit.worlds.process._order import Order, order_for
from raftkit.worlds.process._process import MakeWatch, WorldProcess
from raftkit.worlds.process._world import ProcessWorld

__all__ = ["MakeWatch", "Order", "ProcessWorld", "WorldProcess", "order_for"]
