"""What ties a world's process to the judge: two pipes, the keeper's word, and two files to leave words in."""

import contextlib
import os
import tempfile
from typing import IO


class Pipes:
    """Both ends, until ``close_theirs``.

    Attributes:
        requests: Where the judge writes.
        answers: Where the world's process writes.
        keeper: Where its keeper tells of its birth and death.
        faults: The file for Python's fault handler.
        output: The file for whatever it prints past Python's own streams.
        theirs: The other ends: requests, answers, keeper, faults, output.
    """

    def __init__(self) -> None:
        requests, self.requests = os.pipe()
        self.answers, answers = os.pipe()
        self.keeper, keeper = os.pipe()
        self.faults = _file()
        self.output = _file()
        self.theirs = [requests, answers, keeper, self.faults.fileno(), self.output.fileno()]
        for descriptor in (self.requests, self.answers, self.keeper):
            os.set_blocking(descriptor, False)

    def close_theirs(self) -> None:
        """Close what the child has by now."""
        for descriptor in self.theirs[:3]:
            os.close(descriptor)
        self.theirs = []

    def close(self) -> None:
        """Close everything."""
        if self.theirs:
            self.close_theirs()
        for descriptor in (self.requests, self.answers, self.keeper):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self.faults.close()
        self.output.close()


def _file() -> IO[bytes]:
    return tempfile.TemporaryFile(buffering=0)
