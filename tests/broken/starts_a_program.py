"""The server asks another program for its name.

Written by somebody whose logs come from many machines.
"""
# expect: TestInitialElection2A failed: imports subprocess, in its constructor

from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        import subprocess

        self._host = subprocess.check_output(["hostname"])
