"""``kill`` does nothing: threads go on for ever. Whoever crashes a server ends them all the same.

Written by somebody whose process ends with the server.
"""
# expect: TestPersist12C passed: runs on after kill()

from reference import Raft as Reference


class Raft(Reference):
    def kill(self) -> None:
        pass
