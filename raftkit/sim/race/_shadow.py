"""Shadow memory: who last read and wrote each attribute, and each container, of one server.

For every attribute of an object of the implementation's own classes, and for the contents of every list, dict, set and
deque as a whole, a *cell* keeps the last write and the reads since. An access that is concurrent with what the cell
has, and one of the two a write, is a data race: the rule of FastTrack (Flanagan & Freund, 2009), which is that of
``go test -race``. It gives no false alarm where all that orders threads is known to the clocks.

Objects are told apart by their address while the shadow holds them. Those that nobody else holds any more are let go
of from time to time.
"""

import sys
from collections import deque
from collections.abc import Callable, Collection
from sys import getrefcount
from typing import Any

from raftkit.sim._sites import running
from raftkit.sim.race._access import Access, Race, Variables
from raftkit.sim.race._classes import DATA, LOOKS, Classes
from raftkit.sim.race._clocks import Clocks, Strand

_CONTENT = ""
"""Stands for an attribute's name where the contents of a container are meant."""
SWEEP_FROM = 4_096
"""Objects in the shadow at which those are looked for that nobody else holds."""
MOST_PARTS = 200
"""Objects that are looked at of one that is copied: a server saves all of its log again and again."""
_HELD_BY_US = 3
"""References to an object when it is looked at: the shadow's, the variable's, the argument's."""


class _Cell:
    __slots__ = ("read", "reads", "write")

    def __init__(self) -> None:
        self.write: Access | None = None
        self.read: Access | None = None
        self.reads: dict[int, Access] | None = None
        """Reads by their tasks' slots, where several are concurrent; then ``read`` is the last one of them."""


class Shadow:
    """The shadow of one server's memory; its methods are what instrumented code calls.

    Args:
        clocks: Of the kernel that the server lives in.
        is_own: Whether a class is the implementation's.
        on_race: Takes each race; the first one says enough.
    """

    def __init__(
        self, clocks: Clocks, is_own: Callable[[type], bool], on_race: Callable[[Race], None]
    ) -> None:
        self._kernel = clocks.kernel
        self._on_race = on_race
        self._classes = Classes(is_own)
        self._objects: dict[int, tuple[Any, dict[str, _Cell]]] = {}
        self._sweep_at = SWEEP_FROM

    # -- what code calls: each returns the object that it is given ---------------

    def read(self, obj: Any, name: str, site: int) -> Any:
        """An attribute is about to be read, or called."""
        kind = self._classes[type(obj)][name]
        if kind:
            if kind == DATA:
                self._read(obj, name, site)
            elif kind == LOOKS:
                self._read(obj, _CONTENT, site)
            else:
                self._write(obj, _CONTENT, site)
        return obj

    def write(self, obj: Any, name: str, site: int) -> Any:
        """An attribute is about to be stored or deleted."""
        if self._classes[type(obj)][name] == DATA:
            self._write(obj, name, site)
        return obj

    def update(self, obj: Any, name: str, site: int) -> Any:
        """An attribute is about to be read and stored; a container in it is changed in its place."""
        if self._classes[type(obj)][name] == DATA:
            self._read(obj, name, site)
            self._write(obj, name, site)
            self.change(_value(obj, name), site)
        return obj

    def look(self, obj: Any, site: int) -> Any:
        """Somebody is about to look into a container, or to find that it is none."""
        if self._classes[type(obj)].is_container:
            self._read(obj, _CONTENT, site)
        return obj

    def change(self, obj: Any, site: int) -> Any:
        """A container is about to be changed."""
        if self._classes[type(obj)].is_container:
            self._write(obj, _CONTENT, site)
        return obj

    def copy(self, obj: Any, site: int) -> Any:
        """All of an object is about to be read, by a library that encodes it; of long lists the newest items are."""
        todo: deque[Any] = deque([obj])
        seen: set[int] = set()
        while todo and len(seen) < MOST_PARTS:
            part = todo.popleft()
            kinds = self._classes[type(part)]
            if id(part) in seen or not kinds.has_parts:
                continue
            seen.add(id(part))
            self.look(part, site)
            if isinstance(part, dict):
                todo += self._parts([*part.values()])
            elif kinds.is_container or type(part) is tuple:
                todo += self._parts(part)
            for name in kinds.names(part):
                self.read(part, name, site)
                todo.append(_value(part, name))
        return obj

    def _parts(self, items: Collection[Any]) -> list[Any]:
        """Those of some items that are worth a look, the newest first."""
        looked_at = {cls for cls in set(map(type, items)) if self._classes[cls].has_parts}
        return (
            [item for item in items if type(item) in looked_at][: -MOST_PARTS - 1 : -1] if looked_at else []
        )

    def send(self, obj: Any) -> None:
        """All of an object is on its way to another server: the running place reads it."""
        self.copy(obj, running(sys._getframe(1)))

    def see(self, variables: Variables, name: str, site: int, value: Any) -> Any:
        """A shared variable was loaded; returns its value."""
        self._read(variables, name, site)
        return value

    def keep(self, variables: Variables, name: str, site: int, value: Any) -> Any:
        """A value is about to be stored in one; returns the value."""
        self._write(variables, name, site)
        return value

    def step(self, variables: Variables, name: str, site: int, value: Any) -> Any:
        """The same by ``+=``, which has loaded it before."""
        self._read(variables, name, site)
        return self.keep(variables, name, site, value)

    # -- the rule ------------------------------------------------------------------

    def _read(self, obj: Any, name: str, site: int) -> None:
        task = self._kernel.current
        if task is None:
            return
        strand: Strand = task.strand
        slot = strand.slot
        cell = self._cell(obj, name)
        read = cell.read
        if read is not None and read.slot == slot and read.now == strand.now:
            return
        write = cell.write
        access = Access(slot, strand.now, site, task, strand.held, self._kernel.now_ns)
        if write is not None and _is_concurrent(write, strand):
            self._on_race(Race(obj, name, write, True, access, False))
        if cell.reads is not None:
            cell.reads[slot] = access
        elif read is not None and _is_concurrent(read, strand):
            cell.reads = {read.slot: read, slot: access}
        cell.read = access

    def _write(self, obj: Any, name: str, site: int) -> None:
        task = self._kernel.current
        if task is None:
            return
        strand: Strand = task.strand
        cell = self._cell(obj, name)
        write = cell.write
        if write is not None and write.slot == strand.slot and write.now == strand.now:
            return
        access = Access(strand.slot, strand.now, site, task, strand.held, self._kernel.now_ns)
        if write is not None and _is_concurrent(write, strand):
            self._on_race(Race(obj, name, write, True, access, True))
        elif cell.reads is not None:
            for read in cell.reads.values():
                if _is_concurrent(read, strand):
                    self._on_race(Race(obj, name, read, False, access, True))
                    break
        elif cell.read is not None and _is_concurrent(cell.read, strand):
            self._on_race(Race(obj, name, cell.read, False, access, True))
        cell.write = access
        cell.read = cell.reads = None

    def _cell(self, obj: Any, name: str) -> _Cell:
        known = self._objects.get(id(obj))
        if known is None:
            if len(self._objects) >= self._sweep_at:
                self._sweep()
            known = self._objects[id(obj)] = (obj, {})
        cells = known[1]
        cell = cells.get(name)
        if cell is None:
            cell = cells[name] = _Cell()
        return cell

    def _sweep(self) -> None:
        """Let go of objects that nobody else holds."""
        for key, (obj, _) in [*self._objects.items()]:
            if getrefcount(obj) <= _HELD_BY_US:
                del self._objects[key]
        self._sweep_at = SWEEP_FROM + 2 * len(self._objects)


def _is_concurrent(access: Access, strand: Strand) -> bool:
    """Whether an access does not happen before what the strand's task does now."""
    return access.slot != strand.slot and access.now > strand.seen.get(access.slot, 0)


def _value(obj: Any, name: str) -> Any:
    """What is stored in an attribute; whatever its class does when it is asked, it is not asked."""
    try:
        return object.__getattribute__(obj, name)
    except AttributeError:
        return None
