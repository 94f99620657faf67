"""A line at the top of the module never returns, and no Python runs below it.

Written by somebody who meant ``itertools.repeat(0, 10)``.
"""
# expect: import refused: nothing moved for

import itertools
from collections import deque

from reference import Raft as Reference

last = deque(itertools.repeat(0), maxlen=1)


class Raft(Reference):
    pass
