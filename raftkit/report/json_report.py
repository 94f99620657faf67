"""The JSON report: one object, written whole again and again while the run goes on.

It is replaced atomically, so that a reader, a kill or a full disk never meets half of one.
"""

import contextlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from raftkit.model import Clock, Result
from raftkit.report.record import Record
from raftkit.report.totals import RunVerdict, totals

SCHEMA_VERSION = 1


def json_report(
    *,
    implementation: str,
    seeds: Sequence[int],
    verdict: RunVerdict,
    wall_seconds: float,
    results: Iterable[Result],
    tests: Iterable[bytes],
) -> bytes:
    """Return the report. ``seed`` is the first of ``seeds``; ``tests`` come from :func:`encode_test`."""
    whole = totals("all", results)
    head = {
        "schema_version": SCHEMA_VERSION,
        "implementation": implementation,
        "seed": seeds[0],
        "seeds": list(seeds),
        "verdict": verdict.value,
        "passed": whole.passed,
        "failed": whole.failed,
        "inconclusive": whole.inconclusive,
        "lab_seconds": whole.lab_seconds,
        "wall_seconds": round(wall_seconds, 6),
        "cpu_seconds": round(whole.cpu_seconds, 6),
    }
    body = b",\n".join(tests)
    return _encode(head)[:-2] + b',\n  "tests": [\n' + body + b"\n  ]\n}\n"


def encode_test(record: Record) -> bytes:
    """Return one test of the report, encoded: a run of thousands is written many times over."""
    return b"\n".join(b"    " + line for line in _encode(json_test(record)).split(b"\n"))


def _encode(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


def json_test(record: Record) -> dict[str, Any]:
    """Return one test of the report."""
    result = record.result
    fields: dict[str, Any] = {
        "id": result.id,
        "part": result.part,
        "title": result.title,
        "verdict": result.verdict.value,
        "reason": result.reason,
        "seed": result.seed,
        "lab_seconds": result.lab_seconds,
        "wall_seconds": round(result.wall_seconds, 6),
        "cpu_seconds": round(result.cpu_seconds, 6),
        "servers": result.servers,
        "rpcs": result.rpcs,
        "bytes": result.bytes,
        "commits": result.commits,
        "trace_digest": result.trace_digest,
        "trace_file": record.result.trace_file,
        "repeat": record.repeat,
        "warnings": list(result.warnings),
    }
    if result.clock is Clock.REAL:
        fields["clock"] = result.clock.value
    if result.not_judged:
        fields["not_judged"] = msgspec.to_builtins(result.not_judged)
    if record.folder not in ("", f"{result.id}-{result.seed}"):
        fields["folder"] = record.folder
    if result.failure is not None:
        fields["failure"] = msgspec.to_builtins(result.failure)
    return fields


class JsonFile:
    """A file that is always either absent or whole."""

    def __init__(self, path: Path) -> None:
        self.is_special = path.exists() and not path.is_file()
        """Whether it is a device or a pipe: written to once, at the end, and never replaced."""
        self.path = path if self.is_special else Path(os.path.realpath(path))  # a link stays a link

    def check(self) -> None:
        """Try to write beside it.

        Raises:
            OSError: It cannot be written; better known now than after the run.
        """
        if self.path.is_dir():
            raise IsADirectoryError(21, "Is a directory", str(self.path))
        if self.is_special:
            return
        temporary = self._temporary
        with open(temporary, "wb"):
            pass
        temporary.unlink()

    def write_value(self, value: Any) -> None:
        """Replace its content by a value; see :meth:`write`."""
        self.write(_encode(value) + b"\n")

    def write(self, data: bytes) -> None:
        """Replace its content.

        Raises:
            OSError: It could not; the content before is still there.
        """
        if self.is_special:
            self.path.write_bytes(data)
            return
        temporary = self._temporary
        try:
            temporary.write_bytes(data)
            os.replace(temporary, self.path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise

    @property
    def _temporary(self) -> Path:
        return self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")
