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
from collections.abc import Callable
from dataclasses import dataclass
from sys import getrefcount
from typing import Any

from raftkit.sim._kernel import Task
from raftkit.sim._locks import BaseLock
from raftkit.sim._sites import SITES, Site, running
from raftkit.sim.race._clocks import Clocks, Strand

SKIP, DATA, LOOKS, CHANGES = range(4)
"""What an attribute is: of no interest, data, or a method that looks into its container or changes it."""

_CONTENT = ""
"""Stands for an attribute's name where the contents of a container are meant."""
_CHANGING: dict[type, frozenset[str]] = {
    list: frozenset({"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"}),
    dict: frozenset({"clear", "pop", "popitem", "setdefault", "update"}),
    set: frozenset({
        "add", "clear", "difference_update", "discard", "intersection_update", "pop", "remove",
        "symmetric_difference_update", "update",
    }),
    deque: frozenset({
        "append", "appendleft", "clear", "extend", "extendleft", "insert", "pop", "popleft", "remove", "reverse",
        "rotate",
    }),
    bytearray: frozenset({"append", "clear", "extend", "insert", "pop", "remove", "reverse"}),
}  # fmt: skip
SWEEP_FROM = 4_096
"""Objects in the shadow at which those are looked for that nobody else holds."""
_HELD_BY_US = 3
"""References to an object when it is looked at: the shadow's, the variable's, the argument's."""
DEEPEST = 8
"""Levels of an object that is copied which are looked at."""


@dataclass(slots=True)
class Access:
    """What a task did; never changed. (That it is not frozen makes it half as expensive.)

    Attributes:
        slot: The task's.
        now: Its clock.
        site: Where.
        task: Who.
        held: The locks that it held.
        at_ns: When.
    """

    slot: int
    now: int
    site: int
    task: Task
    held: tuple[BaseLock, ...]
    at_ns: int

    @property
    def place(self) -> Site:
        """Where, in words."""
        return SITES[self.site]


@dataclass(frozen=True, slots=True)
class Race:
    """Two accesses of which neither happens before the other.

    Attributes:
        obj: The object.
        attribute: Which of its attributes; empty for the contents of a container.
        earlier: The access that came first in this run.
        wrote_earlier: Whether that was a write.
        later: The other.
        wrote_later: Whether that is one.
    """

    obj: object
    attribute: str
    earlier: Access
    wrote_earlier: bool
    later: Access
    wrote_later: bool


class _Cell:
    __slots__ = ("read", "reads", "write")

    def __init__(self) -> None:
        self.write: Access | None = None
        self.read: Access | None = None
        self.reads: dict[int, Access] | None = None
        """Reads by their tasks' slots, where several are concurrent; then ``read`` is the last one of them."""


class _Kinds(dict[str, int]):
    """What the attributes of one class are, as they come up."""

    def __init__(self, cls: type, is_own: bool) -> None:
        super().__init__()
        self._cls = cls
        self._is_own = is_own
        base = next((base for base in _CHANGING if issubclass(cls, base)), None)
        self.is_container = base is not None and (is_own or base is cls or cls.__module__ == "collections")
        self.is_plain = not (is_own or self.is_container)
        self._changing = _CHANGING[base] if base is not None and self.is_container else None

    def names(self, obj: Any) -> list[str]:
        """The attributes that an object of the class has."""
        slots = [name for cls in self._cls.__mro__ for name in vars(cls).get("__slots__", ())]
        return [*slots, *getattr(obj, "__dict__", ())]

    def __missing__(self, name: str) -> int:
        kind = self[name] = self._kind(name)
        return kind

    def _kind(self, name: str) -> int:
        for cls in self._cls.__mro__:
            if name in vars(cls):
                value = vars(cls)[name]
                if self._changing is not None and cls in _CHANGING:
                    return CHANGES if name in self._changing else LOOKS
                is_slot = type(value).__name__ == "member_descriptor"
                return DATA if self._is_own and (is_slot or not hasattr(value, "__get__")) else SKIP
        return DATA if self._is_own else SKIP


class _Classes(dict[type, _Kinds]):
    def __init__(self, is_own: Callable[[type], bool]) -> None:
        super().__init__()
        self._is_own = is_own

    def __missing__(self, cls: type) -> _Kinds:
        kinds = self[cls] = _Kinds(cls, self._is_own(cls))
        return kinds


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
        self._classes = _Classes(is_own)
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
            self.change(getattr(obj, name, None), site)
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

    def copy(self, obj: Any, site: int, depth: int = 0) -> Any:
        """All of an object is about to be read, by a library that encodes it."""
        kinds = self._classes[type(obj)]
        if depth > DEEPEST or (kinds.is_plain and type(obj) is not tuple):
            return obj
        if kinds.is_container:
            self.look(obj, site)
        elif type(obj) is not tuple:
            for name in kinds.names(obj):
                self.read(obj, name, site)
                self.copy(getattr(obj, name, None), site, depth + 1)
            return obj
        for part in [*(obj.values() if isinstance(obj, dict) else obj)]:
            self.copy(part, site, depth + 1)
        return obj

    def send(self, obj: Any) -> None:
        """All of an object is on its way to another server: the running place reads it."""
        self.copy(obj, running(sys._getframe(1)))

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
