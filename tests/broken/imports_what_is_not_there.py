"""The module imports a module that nobody has.

Written by somebody who sends one file of two.
"""
# expect: import refused: cannot be imported: No module named 'raft_helpers'

from raft_helpers import quorum
from reference import Raft as Reference


class Raft(Reference):
    majority = quorum
