"""The pytest plugin of a stress run: a round's file is collected, its chunks are the items.

Results do not travel on pytest's reports: they are in the journal before a report is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from raftkit.errors import ContractError
from raftkit.stress.lane import Lane
from raftkit.stress.work import ROUND_FILE, Chunk, Round, read_round

_LANE = pytest.StashKey[Lane]()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a round."""
    return RoundFile.from_parent(parent, path=file_path) if file_path.name == ROUND_FILE else None


class RoundFile(pytest.File):
    """A round."""

    def collect(self) -> Iterator[ChunkItem]:
        """Yield its chunks."""
        work = read_round(self.path)
        for place, chunk in enumerate(work.chunks):
            yield ChunkItem.from_parent(self, name=str(place), work=work, chunk=chunk)


class ChunkItem(pytest.Item):
    """Some seeds of one test."""

    def __init__(self, *, work: Round, chunk: Chunk, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.work = work
        self.chunk = chunk

    def runtest(self) -> None:
        """Run them; when nothing more shall run, say so to the session."""
        try:
            if not lane(self.config, self.work).run(self.chunk):
                self.session.shouldstop = "the run ends"
        except ContractError:
            self.session.shouldstop = "the implementation cannot be plugged in"
            raise
        except OSError:
            self.session.shouldstop = "results cannot be written"
            raise

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What went wrong, in a sentence where it is one."""
        if isinstance(excinfo.value, ContractError | OSError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it is."""
        return self.path, None, self.name


def lane(config: pytest.Config, work: Round) -> Lane:
    """Return this worker's lane."""
    if _LANE not in config.stash:
        config.stash[_LANE] = made = Lane(work)
        config.add_cleanup(made.close)
    return config.stash[_LANE]
