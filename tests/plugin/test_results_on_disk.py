"""What is known stands on disk the moment it is known: a kill while the next test runs loses none of it."""

import time
from pathlib import Path

from raftkit.plugin._files import LONG_BYTES, ResultFiles


def slowly(data: bytes) -> bytes:
    """A report that took its time, as on a busy machine."""
    time.sleep(0.02)
    return data


def test_every_result_is_written_however_slow_the_machine_is(tmp_path: Path) -> None:
    """The test that runs next may take minutes."""
    files = ResultFiles(tmp_path / "run", tmp_path / "out.json")
    files.write(lambda: slowly(b"one"), at_last=False)
    files.write(lambda: slowly(b"two"), at_last=False)
    assert (tmp_path / "out.json").read_bytes().strip() == b"two"


def test_a_long_report_is_written_now_and_then_and_at_last(tmp_path: Path) -> None:
    """Else a run of many thousands would spend its time on writing."""
    files = ResultFiles(tmp_path / "run", tmp_path / "out.json")
    long = b"x" * (LONG_BYTES + 1)
    files.write(lambda: slowly(long), at_last=False)
    files.write(lambda: b"two", at_last=False)
    assert (tmp_path / "out.json").read_bytes().strip() == long
    files.write(lambda: b"three", at_last=True)
    assert (tmp_path / "out.json").read_bytes().strip() == b"three"
