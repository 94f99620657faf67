"""raftkit: a test runner and chaos harness for Raft implementations, in virtual time."""

__version__ = "0.1.0"
