"""The network: links, what becomes of a message, and counters.

It carries bytes between numbered servers. Of Raft it knows the names of its messages, so that a rule can be
aimed at one; it knows nothing of suites, or of where the servers run.
"""

from raftkit.net._names import Names
from raftkit.net._network import Call, Network, Statistics
from raftkit.net._rules import LEARNS_AFTER_MS, Aim, Cut, Fate, Link, Message, Rule, Strike

__all__ = [
    "LEARNS_AFTER_MS",
    "Aim",
    "Call",
    "Cut",
    "Fate",
    "Link",
    "Message",
    "Names",
    "Network",
    "Rule",
    "Statistics",
    "Strike",
]
