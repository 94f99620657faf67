"""Judges over events: one property a file, reading the trace and nothing else.

An oracle is called with every event as it is recorded, and raises CaseFailed at the first breach.
"""

from collections.abc import Callable

from raftkit.oracles._rpc_flood import RpcFlood
from raftkit.trace import Listener

ORACLES: dict[str, Callable[[], Listener]] = {
    "rpc_flood": RpcFlood,
}
"""Every oracle by name; all are on in every run."""

__all__ = ["ORACLES", "RpcFlood"]
