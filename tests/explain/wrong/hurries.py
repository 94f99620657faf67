"""A hundred heartbeats a second."""

import reference
from reference import Raft as Reference

reference.HEARTBEAT_SECONDS = 0.01


class Raft(Reference):
    """It is the reference in all else."""
