"""A follower acknowledges entries that it has not saved."""

from reference import Entry
from reference import Raft as Reference


class Raft(Reference):
    def _store(self, prev: int, entries: list[Entry]) -> None:
        self._is_storing = True
        super()._store(prev, entries)
        self._is_storing = False

    def _save(self, snapshot: bytes | None = None) -> None:
        if not getattr(self, "_is_storing", False):
            super()._save(snapshot)
