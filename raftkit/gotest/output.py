"""What a test prints: all of it is read, some of it is kept. Untrusted."""

FIRST_BYTES = 1 << 16
LAST_BYTES = 1 << 20


class Output:
    """The beginning and the end of a stream of bytes.

    Attributes:
        bytes: How many there were.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._first = bytearray()
        self._last = bytearray()

    def feed(self, data: bytes) -> None:
        """Take what came."""
        self.bytes += len(data)
        room = FIRST_BYTES - len(self._first)
        self._first += data[:room]
        self._last += data[room:]
        if len(self._last) > 2 * LAST_BYTES:  # seldom, so that a byte is moved once, and not again and again
            del self._last[:-LAST_BYTES]

    @property
    def text(self) -> str:
        """What was kept; a line in between says how much was not."""
        left_out = self.bytes - len(self._first) - len(self._last)
        between = f"\n... {left_out:,} bytes left out ...\n" if left_out else ""
        return f"{_decode(self._first)}{between}{_decode(self._last)}"


def _decode(data: bytearray) -> str:
    return data.decode("utf-8", "replace")
