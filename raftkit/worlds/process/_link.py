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
        while (frame := self._reader.next()) is None:
            data = os.read(self._requests, READ_BYTES)
            if not data:
                return None
            self._reader.feed(data)
        return frame  # type: ignore[no-any-return]

    def send(self, frame: FromChild) -> None:
        """Write a frame.

        Raises:
            TooLong: It is beyond the limit; nothing was written.
        """
        data = memoryview(encode(frame))
        with self._lock:
            while data:
                data = data[os.write(self._answers, data) :]
