"""What watches the threads of one kernel, in the modes ``PREEMPT`` and ``RACE``."""

from collections.abc import Callable
from random import Random
from typing import Any

from raftkit.model import Instrumentation
from raftkit.sim._instrument_accesses import CHANGE, COPY, LOOK, READ, UPDATE, WRITE
from raftkit.sim._instrument_points import POINT, VALUE
from raftkit.sim._instrument_variables import GLOBALS, KEEP, SCOPE, SEE, STEP
from raftkit.sim._kernel import Kernel
from raftkit.sim._preempt import Preemption
from raftkit.sim._space import Space
from raftkit.sim.race._access import Race, Variables
from raftkit.sim.race._clocks import Clocks
from raftkit.sim.race._locks import watched_event, watched_lock
from raftkit.sim.race._shadow import Shadow


class Watch:
    """Brings together who knows what comes before what, who interrupts threads, and who sees what they share.

    Args:
        kernel: Whose tasks are watched; none has begun yet.
        instrument: ``PREEMPT`` or ``RACE``.
        random: Decides which threads are interrupted.
    """

    def __init__(self, kernel: Kernel, instrument: Instrumentation, random: Random) -> None:
        self.clocks = Clocks(kernel)
        self.preemption = Preemption(kernel, random)
        self._instrument = instrument

    def lock(self, base: Any) -> Any:
        """A class of locks that tells the clocks."""
        return watched_lock(self.clocks, base)

    def event(self, base: Any) -> Any:
        """A class of Events that does."""
        return watched_event(self.clocks, base)

    def enter(self, space: Space, on_race: Callable[[Race], None]) -> Shadow:
        """Let the code that runs in a space be watched; before any is loaded."""
        space.clocks = self.clocks
        shadow = Shadow(self.clocks, space.owns, on_race)
        space.builtins.update({POINT: self.preemption.point, VALUE: self.preemption.value})
        if self._instrument is Instrumentation.RACE:
            space.builtins.update(
                {
                    READ: shadow.read,
                    WRITE: shadow.write,
                    UPDATE: shadow.update,
                    LOOK: shadow.look,
                    CHANGE: shadow.change,
                    COPY: shadow.copy,
                    SCOPE: Variables,
                    GLOBALS: Variables(),
                    SEE: shadow.see,
                    KEEP: shadow.keep,
                    STEP: shadow.step,
                }
            )
        return shadow
