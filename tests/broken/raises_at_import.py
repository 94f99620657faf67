"""The module raises before there is a class.

Written by somebody who wants a newer Python, and checks for it.
"""
# expect: import refused: raises while it is imported: RuntimeError: this needs Python 4

import sys

from reference import Raft as Reference

if sys.version_info < (4,):
    raise RuntimeError("this needs Python 4")


class Raft(Reference):
    pass
