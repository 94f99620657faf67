"""The world in this process: fast, and for implementations that one trusts.

It may know the contract and the kernel. It knows nothing of links, suites or verdicts.
"""

from raftkit.worlds.local._check import check_implementation
from raftkit.worlds.local._world import STEP_NS, Debugger, LocalWorld

__all__ = ["STEP_NS", "Debugger", "LocalWorld", "check_implementation"]
