"""Many seeds on all cores: what breaks, how often, and how sure one can be of that.

A stress run is a folder: what was asked for, a journal with a line for each run that ended, and the
traces of some failures. Everything else is made from the journal, so that Ctrl-C, a kill or a power
cut costs the runs under way and nothing else.

pytest-xdist spreads *chunks*, some seeds of one test each, so that its share of the processor time is
small. The room knows nothing of terminals' commands: the command line hands pytest in.
"""

from raftkit.stress.work import StressError

__all__ = ["StressError"]
