"""Of a snapshot that a leader sends it, a follower keeps how many commands it has, and makes another of that size.

Written by somebody who has looked into the service's bytes, and found them long.
"""
# breaks: safety | Raft §7: a snapshot is the service's, and comes back as it was given
# caught: lab 1 TestSnapshotInstall2D | oracles 1 TestSnapshotInstall2D | chaos 1 TestCrashAroundSavesChaos
# expect: TestSnapshotInstall2D failed: what was never applied there

import msgspec
from reference import Raft as Reference


class Raft(Reference):
    def _install(self, index: int, term: int, data: bytes) -> None:
        commands = [None, *[0] * index]
        super()._install(index, term, msgspec.msgpack.encode((index, commands)))
