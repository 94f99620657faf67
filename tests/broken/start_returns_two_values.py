"""``start`` returns index and term, and not whether the server leads.

Written by somebody who raises where it does not lead, and takes the flag for redundant then.
"""
# expect: TestBasicAgree2B failed: start() returned (1, 1)

from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def start(self, command: Any) -> tuple[int, int]:
        index, term, is_leader = super().start(command)
        return (index, term) if is_leader else (index, term, False)
