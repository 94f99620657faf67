"""The fixtures of stress's tests; what they are made of has a file name of its own."""

from stress_fakes import lab, raftkit

__all__ = ["lab", "raftkit"]
