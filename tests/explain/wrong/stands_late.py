"""Election timeouts as long as the lab's patience."""

import reference
from reference import Raft as Reference

reference.ELECTION_TIMEOUT_SECONDS = (5.5, 7.0)


class Raft(Reference):
    """It is the reference in all else."""
