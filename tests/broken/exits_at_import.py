"""The module ends the program while it is imported.

Written by somebody whose file is also a script, without ``if __name__ == "__main__"``.
"""
# expect: import refused: raises while it is imported: SystemExit: 0

import sys

from reference import Raft as Reference


class Raft(Reference):
    pass


sys.exit(0)
