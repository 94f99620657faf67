"""Heartbeats leave every twenty milliseconds.

Written by somebody who has the paper's broadcast time in mind. The lab allows ten a second.
"""
# breaks: performance | the lab (2A): no more than some ten heartbeats a second
# caught: lab 1 TestCount2B | oracles 1 TestCount2B | chaos 1 TestFigure7Chaos
# expect: TestInitialElection2A failed: 50 heartbeats a second

import reference
from reference import Raft as Reference

reference.HEARTBEAT_SECONDS = 0.02


class Raft(Reference):
    pass
