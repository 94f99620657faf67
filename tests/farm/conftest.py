"""The fixtures of the farm's tests; what they are made of has a file name of its own."""

from farm_cluster import cluster

__all__ = ["cluster"]
