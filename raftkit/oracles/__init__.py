"""Judges over events: one property a file, reading the trace and nothing else.

A *fact* is the other way round: something that must have happened for a pass to count.

An oracle is called with every event as it is recorded, and raises CaseFailed at the first breach.
"""

from collections.abc import Callable

from raftkit.oracles._facts import FACTS, FactFinder, describe_fact
from raftkit.oracles._rpc_flood import RpcFlood
from raftkit.trace import Listener

ORACLES: dict[str, Callable[[], Listener]] = {
    "rpc_flood": RpcFlood,
}
"""Every oracle by name; all are on in every run."""

__all__ = ["FACTS", "ORACLES", "FactFinder", "RpcFlood", "describe_fact"]
