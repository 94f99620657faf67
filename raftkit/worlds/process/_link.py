"""The world's end of the pipes."""

import os
import threading

from raftkit.worlds.process._frames import READ_BYTES, FrameReader, FromChild, ToChild, encode


class Link:
    """Frames are written whole, whichever thread writes them."""

    def __init__(self, requests: int, answers: int) -> None:
        self._requests = requests
        self._answers = answers
        self._reader = FrameReader(ToChild)
        self._lock = threading.Lock()

    def receive(self) -> ToChild | None:
        """Wait for the next request; None when the judge has gone."""
        while data := os.read(self._requests, READ_BYTES):  # the judge sends one at a time
            if (frame := self._reader.feed(data)) is not None:
                return frame  # type: ignore[no-any-return]
        return None

    def send(self, frame: FromChild) -> None:
        """Write a frame.

        Raises:
            TooLong: It is beyond the limit; nothing was written.
        """
        data = encode(frame)
        with self._lock:
            rest = memoryview(data)[os.write(self._answers, data) :]
            while rest:
                rest = rest[os.write(self._answers, rest) :]
