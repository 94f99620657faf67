"""What the judge and a world in its own process say to each other, and how it travels.

A frame is a length (four bytes, little endian) and a MessagePack body. Each end decodes into these
types and nothing else: bytes that do not fit raise NoFrame, and never become an object.
"""

import struct
from typing import Any

import msgspec

from raftkit.texts import whole_characters
from raftkit.worlds.boundary import Remains, StuckThread, ToHarness, ToWorld

FRAME_LIMIT_BYTES = 64 * 2**20
"""No world says more at once; the lab's longest frames have some kilobytes."""
HEAD_BYTES = 4
READ_BYTES = 1 << 16
"""What a pipe holds. Asking for much more costs: so large a buffer comes from the system, each time anew."""


# -- judge to world ------------------------------------------------------------


class Go(msgspec.Struct, frozen=True, tag=True, gc=False):
    """Set the clock to ``from_ns``, take the messages, run to ``until_ns`` or to the first output.

    Answered by Stopped. ``from_ns`` is where the judge's clock stands: it does not ask a world to run up
    to a moment when it knows that nothing happens there before.
    """

    from_ns: int
    until_ns: int
    inbox: list[ToWorld]


class Look(msgspec.Struct, frozen=True, tag=True, gc=False):
    """At ``now_ns``: name threads, all or those in a deadlock (a *certain* one). Answered by Seen."""

    now_ns: int
    deadlock: bool
    certain: bool = False


class Bury(msgspec.Struct, frozen=True, tag=True, gc=False):
    """At ``now_ns``: tell every server its end, and see what is left of it. Answered by Buried; the last question."""

    now_ns: int
    holdings: bool


# -- world to judge ------------------------------------------------------------


class Stopped(msgspec.Struct, frozen=True, tag=True, gc=False):
    """The world stands at ``now_ns``, and by itself does nothing before ``next_ns``."""

    now_ns: int
    next_ns: int
    outputs: list[ToHarness]


class Seen(msgspec.Struct, frozen=True, tag=True, gc=False):
    """The threads that were asked for."""

    threads: list[StuckThread]


class Buried(msgspec.Struct, frozen=True, tag=True, gc=False):
    """What is left of each server."""

    remains: list[Remains]


class Beat(msgspec.Struct, frozen=True, tag=True, gc=False):
    """The world has moved since the last beat."""


class Checked(msgspec.Struct, frozen=True, tag=True, gc=False):
    """The implementation has the right shape."""

    spec: str


class Refused(msgspec.Struct, frozen=True, tag=True, gc=False):
    """The implementation has the wrong shape: a ContractError, field by field."""

    message: str
    where: str
    found: str
    wanted: str
    advice: str


class Broken(msgspec.Struct, frozen=True, tag=True, gc=False):
    """The world cannot go on: raftkit's own code failed there, or (not ``ours``) it has too much to say."""

    text: str
    ours: bool


ToChild = Go | Look | Bury
FromChild = Stopped | Seen | Buried | Beat | Checked | Refused | Broken

_encode_into = msgspec.msgpack.Encoder().encode_into
_pack_head = struct.Struct("<I").pack_into
_unpack_head = struct.Struct("<I").unpack_from


class NoFrame(Exception):
    """Bytes that are no frame; nothing after them can be read."""


class TooLong(Exception):
    """A frame beyond the limit."""


def encode(frame: ToChild | FromChild) -> bytearray:
    """Return the bytes of a frame, its length first.

    Raises:
        TooLong: It would have more than FRAME_LIMIT_BYTES.
    """
    data = bytearray(HEAD_BYTES)
    try:
        _encode_into(frame, data, HEAD_BYTES)
    except UnicodeEncodeError:  # an implementation's text may hold half a character
        _encode_into(whole_characters(msgspec.to_builtins(frame, builtin_types=[bytes])), data, HEAD_BYTES)
    length = len(data) - HEAD_BYTES
    if length > FRAME_LIMIT_BYTES:
        raise TooLong(f"{length / 2**20:.0f} MiB at once, and the limit is {FRAME_LIMIT_BYTES // 2**20} MiB")
    _pack_head(data, 0, length)
    return data


class FrameReader:
    """Cuts a stream of bytes, as it arrives, into frames."""

    def __init__(self, frame_type: Any) -> None:
        self._decode = msgspec.msgpack.Decoder(frame_type).decode
        self._bytes: bytes | bytearray = b""

    def feed(self, data: bytes) -> Any:
        """Take bytes; return the oldest complete frame, or None.

        Raises:
            NoFrame: What came is none.
        """
        if not self._bytes:
            self._bytes = data  # as a rule one read is one frame
        else:
            if isinstance(self._bytes, bytes):
                self._bytes = bytearray(self._bytes)
            self._bytes += data
        return self.next()

    def next(self) -> Any:
        """The oldest complete frame of what came; None when there is none yet.

        Raises:
            NoFrame: What came is none.
        """
        data = self._bytes
        size = len(data)
        if size < HEAD_BYTES:
            return None
        (length,) = _unpack_head(data)
        if length > FRAME_LIMIT_BYTES:
            raise NoFrame(f"bytes that are no frame: {bytes(data[:40])!r}")
        end = HEAD_BYTES + length
        if size < end:
            return None
        self._bytes = data[end:] if size > end else b""
        try:
            return self._decode(memoryview(data)[HEAD_BYTES:end])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NoFrame(f"a frame that says nothing: {error}") from None

    @property
    def pending(self) -> bool:
        """Whether there are bytes that are not read yet."""
        return bool(self._bytes)
