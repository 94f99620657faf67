"""Servers on a network, what is asked of them, and what they saved.

The cluster talks to a world by the boundary's messages and does not know in which language the
servers are written. It knows nothing of suites.
"""

from raftkit.cluster._cluster import Cluster, ClusterOptions, ClusterTask, Follower
from raftkit.cluster._points import Point
from raftkit.cluster._simulation import Simulation

__all__ = ["Cluster", "ClusterOptions", "ClusterTask", "Follower", "Point", "Simulation"]
