"""The module's own statements contain a loop that does not end.

Written by somebody who has left a small experiment at the end of the file.
"""
# expect: import refused: loops while it is imported, without ever waiting for anything

from reference import Raft as Reference


class Raft(Reference):
    pass


numbers = [1, 2, 3]
while numbers:
    numbers.sort()
