"""Commands are applied as the text that they became on their way.

Written by somebody who sends entries as JSON with ``default=str``, so that everything can be sent.
"""
# expect: TestBasicAgree2B failed: a command that nobody ever offered

from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def start(self, command: Any) -> tuple[int, int, bool]:
        return super().start(str(command))
