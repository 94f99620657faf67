"""What people see, kept as text: a story and a command above ``----``, the output below.

``RAFTKIT_GOLDEN=write`` writes the outputs anew; a person reads the difference.
"""

import os
import shlex
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden(path: Path, raftkit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA)
    head, _, expected = path.read_text().partition("----\n")
    (command,) = [line for line in head.splitlines() if line.startswith("raftkit ")]
    said = raftkit(*shlex.split(command)[1:])
    shown = (said.out + said.err).replace("\x1b", "\\e")

    if os.environ.get("RAFTKIT_GOLDEN") == "write":
        path.write_text(f"{head}----\n{shown}")
    else:
        assert shown == expected


def test_there_are_goldens() -> None:
    """The test above tests something."""
    assert len(GOLDEN) >= 8
