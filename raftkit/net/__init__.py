"""The network: links, what becomes of a message, and counters.

It carries bytes between numbered servers and knows nothing of Raft, of suites, or of where the servers run.
"""

from raftkit.net._network import Call, Network, Statistics

__all__ = ["Call", "Network", "Statistics"]
