"""What a runner child and its parent say to each other, and how it travels.

A frame is a length (four bytes, little endian) and a msgpack body, on a pipe of its own, so that
nothing an implementation prints can be taken for one. Both ends decode into these types and
nothing else: bytes that do not fit are a broken child, never an object.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from raftkit.model import Result
from raftkit.runner.request import LogEvent, RunRequest
from raftkit.texts import whole_characters

FRAME_LIMIT_BYTES = 64 * 1024 * 1024
"""A longer frame is noise on the pipe: results are kilobytes."""


# --- parent to child ---


class Check(msgspec.Struct, frozen=True, tag="check"):
    """Load this implementation and look at its shape; ``isolate`` as in a RunRequest."""

    implementation: str
    isolate: bool = False


class Run(msgspec.Struct, frozen=True, tag="run"):
    """Run this test."""

    request: RunRequest


ToChild = Check | Run


# --- child to parent ---


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Everything is imported; requests may come."""


class Started(msgspec.Struct, frozen=True, tag="started"):
    """The request has arrived: what happens from here on is its doing."""


class Beat(msgspec.Struct, frozen=True, tag="beat"):
    """The test moved since the last beat."""

    cpu_seconds: float


class Logged(msgspec.Struct, frozen=True, tag="logged"):
    """The implementation said something."""

    event: LogEvent


class Checked(msgspec.Struct, frozen=True, tag="checked"):
    """The implementation has the right shape."""

    implementation: str


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The implementation has the wrong shape: a ContractError, field by field."""

    message: str
    where: str = ""
    found: str = ""
    wanted: str = ""
    advice: str = ""


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The test ended."""

    result: Result


class Broken(msgspec.Struct, frozen=True, tag="broken"):
    """Raftkit itself failed: a traceback."""

    text: str


FromChild = Ready | Started | Beat | Logged | Checked | Refused | Done | Broken

_encoder = msgspec.msgpack.Encoder()


class Noise(msgspec.Struct, frozen=True):
    """What came over the pipe is no frame; nothing after it can be read. Never sent, only received."""

    text: str


def encode(frame: ToChild | FromChild) -> bytes:
    """Return the bytes of a frame, its length first."""
    try:
        body = _encoder.encode(frame)
    except UnicodeEncodeError:  # an implementation's text may hold half a character
        body = _encoder.encode(whole_characters(msgspec.to_builtins(frame)))
    return len(body).to_bytes(4, "little") + body


class FrameReader:
    """Cuts a stream of bytes, as it arrives, into frames."""

    def __init__(self, frame_type: Any) -> None:
        self._decoder = msgspec.msgpack.Decoder(frame_type)
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Yield the frames that are complete now; a Noise is the last."""
        self._bytes += data
        while len(self._bytes) >= 4:
            length = int.from_bytes(self._bytes[:4], "little")
            if length > FRAME_LIMIT_BYTES:
                yield Noise(f"bytes that are no frame: {bytes(self._bytes[:40])!r}")
                return
            if len(self._bytes) < 4 + length:
                return
            body = bytes(self._bytes[4 : 4 + length])
            del self._bytes[: 4 + length]
            try:
                frame = self._decoder.decode(body)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                yield Noise(f"a frame that says nothing: {error}")
                return
            yield frame
