"""The contract: what an implementation is given, and what it must offer.

This is the one room that implementations import. It also knows how to find an implementation and to
check its shape. It knows nothing of kernels, networks or suites.
"""

from raftkit.contract._go_lab import go_files
from raftkit.contract._locate import Location, locate
from raftkit.contract._log import TOPICS, Sink, TopicLogger, log, make_log
from raftkit.contract._names import PAPER_FIELDS, PAPER_METHODS, rpc_names
from raftkit.contract._shape import check_shape, find_class
from raftkit.contract._types import ApplyChannel, ApplyMsg, Peer, Persister, Raft, SnapshottingRaft

__all__ = [
    "PAPER_FIELDS",
    "PAPER_METHODS",
    "TOPICS",
    "ApplyChannel",
    "ApplyMsg",
    "Location",
    "Peer",
    "Persister",
    "Raft",
    "Sink",
    "SnapshottingRaft",
    "TopicLogger",
    "check_shape",
    "find_class",
    "go_files",
    "locate",
    "log",
    "make_log",
    "rpc_names",
]
