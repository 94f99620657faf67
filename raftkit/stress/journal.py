"""A journal: one JSON line a run, appended the moment it ends; of a stress run, or of whoever else makes many.

It is the one record. Workers append to it, the controller reads what is new, and a run that was killed
goes on from it. A line that was cut off by a kill is passed over: its run is made again.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from raftkit.model import SECOND, NotJudged, Verdict
from raftkit.stress.breakage import Breakage

JOURNAL_FILE = "journal.jsonl"
READ_BYTES = 1 << 20
Line = TypeVar("Line", bound=msgspec.Struct)


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One run of one test, in a stress run's journal.

    Attributes:
        test: The test's name in this stress run.
        seed: Its seed.
        verdict: How it ended.
        version: Which implementation, where there are several.
        salt: Which neighbour of the seed; 0 for the seed itself.
        lab_ns: Virtual time.
        wall_seconds: Real time.
        cpu_seconds: Processor time.
        memory_mb: What the runner child held when it had ended, in MiB.
        broke: What broke, if something did.
        folder: The folder with its trace, below the run's; empty when none was kept.
        not_judged: What its oracles could not see.
    """

    test: str
    seed: int
    verdict: Verdict
    version: int = 0
    salt: int = 0
    lab_ns: int = 0
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_mb: int = 0
    broke: Breakage | None = None
    folder: str = ""
    not_judged: tuple[NotJudged, ...] = ()

    @property
    def lab_seconds(self) -> float:
        """Virtual time in seconds."""
        return self.lab_ns / SECOND

    @property
    def has_failed(self) -> bool:
        """Whether the implementation broke something."""
        return self.verdict is not Verdict.PASSED and not self.verdict.is_inconclusive


class Journal:
    """The writing end; any number of processes may have one open."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            OSError: It cannot be written.
        """
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._encode = msgspec.json.Encoder().encode

    def append(self, entry: msgspec.Struct) -> None:
        """Write a line; one system call, so that lines of several processes never mix.

        Raises:
            OSError: The disk is full, or worse.
        """
        data = b"\n" + self._encode(entry)  # a line that was cut off stays alone
        if (written := os.write(self._file, data)) < len(data):
            os.write(self._file, data[written:])  # raises what was in the way

    def close(self) -> None:
        """Close it."""
        os.close(self._file)


class JournalReader(Generic[Line]):
    """The reading end: gives what is new since it was last asked; ``kind`` is what each line is."""

    def __init__(self, path: Path, kind: type[Line]) -> None:
        self._path = path
        self._at = 0
        self._rest = b""
        self._decode = msgspec.json.Decoder(kind).decode

    def new(self, *, to_the_end: bool = False) -> Iterator[Line]:
        """Yield the entries that came.

        The newest line may still be on its way, unless ``to_the_end`` says that nobody writes any more.
        """
        while data := self._read():
            *lines, self._rest = (self._rest + data).split(b"\n")
            yield from self._entries(lines)
        if self._rest and (entry := self._entry(self._rest)):  # whole, or it would not decode
            self._rest = b""
            yield entry
        elif to_the_end:
            self._rest = b""

    def _read(self) -> bytes:
        try:
            with open(self._path, "rb") as file:
                file.seek(self._at)
                data = file.read(READ_BYTES)
        except FileNotFoundError:
            return b""
        self._at += len(data)
        return data

    def _entries(self, lines: list[bytes]) -> Iterator[Line]:
        for line in lines:
            if entry := self._entry(line):
                yield entry

    def _entry(self, line: bytes) -> Line | None:
        try:
            return self._decode(line) if line else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
