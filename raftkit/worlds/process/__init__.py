"""The world in a process of its own: for implementations that one does not trust.

The judge (network, cluster, oracles, trace) stays here; the implementation's code runs in a child that
can see, change and reach next to nothing, behind two pipes. What comes out of them is data, checked
field by field. It may know the local world, which is what runs in the child.
"""

from raftkit.worlds.process._check import check_in_process
from raftkit.worlds.process._conversation import Conversation, MakeWatch
from raftkit.worlds.process._endings import struck
from raftkit.worlds.process._last_words import LastWords
from raftkit.worlds.process._nursery import isolation_here, start_ahead, waited
from raftkit.worlds.process._order import Order, order_for
from raftkit.worlds.process._process import WorldProcess
from raftkit.worlds.process._sample import sample_of
from raftkit.worlds.process._system import die_with_parent, kill_running_thread
from raftkit.worlds.process._world import ProcessWorld
from raftkit.worlds.process.isolation import Isolation, Level

__all__ = [
    "Conversation",
    "Isolation",
    "LastWords",
    "Level",
    "MakeWatch",
    "Order",
    "ProcessWorld",
    "WorldProcess",
    "check_in_process",
    "die_with_parent",
    "isolation_here",
    "kill_running_thread",
    "order_for",
    "sample_of",
    "start_ahead",
    "struck",
    "waited",
]
