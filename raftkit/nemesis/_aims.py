"""What faults of messages are aimed at, by the names that suites use."""

from raftkit.net import Aim
from raftkit.trace.messages import Kind

RPCS = {
    "request_vote": Kind.REQUEST_VOTE,
    "append_entries": Kind.APPEND_ENTRIES,
    "install_snapshot": Kind.INSTALL_SNAPSHOT,
}
"""Raft's RPCs, however an implementation spells their names."""

__all__ = ["RPCS", "Aim"]
