"""Data races: what threads of one server share, and whether anything orders them.

:mod:`_clocks` knows what happens before what, :mod:`_locks` tells it of hand-overs, and :mod:`_shadow` keeps who did
what to an object, and sees two accesses that nothing orders. Instrumented code calls the shadow.
"""

from raftkit.sim.race._access import Access, Race, Variables
from raftkit.sim.race._clocks import Clocks, Mark
from raftkit.sim.race._shadow import Shadow
from raftkit.sim.race._watch import Watch

__all__ = ["Access", "Clocks", "Mark", "Race", "Shadow", "Variables", "Watch"]
