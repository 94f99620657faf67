"""Log entries that a server can still reach, whatever it has told its persister.

Followed are references from its instance and its modules' variables, through containers and objects of its own
classes; not through functions, threads, or what was lent to it. An entry is an object of one of its classes that has a
term and a command; entries of other shapes are not known for what they are.
"""

import gc
from collections import deque
from collections.abc import Iterator
from inspect import getattr_static
from types import ModuleType
from typing import Any

from raftkit.worlds.local._server import Server

UNKNOWN = -1
"""No object looks like an entry."""
MOST = 500_000
"""Objects that are looked at."""
_CONTAINERS = (dict, list, tuple, set, frozenset, deque)
_TERMS = frozenset({"term"})
_COMMANDS = frozenset({"command", "cmd"})


def held_entries(server: Server) -> int:
    """How many entries a server holds; ``UNKNOWN`` where no object looks like one."""
    entries: dict[type, bool] = {}
    found = 0
    seen: set[int] = set()
    pending = deque(_roots(server))
    while pending and len(seen) < MOST:
        thing = pending.popleft()
        kind = type(thing)
        if id(thing) in seen or not (issubclass(kind, _CONTAINERS) or server.space.owns(kind)):
            continue
        seen.add(id(thing))
        if kind not in entries:
            entries[kind] = server.space.owns(kind) and _is_entry(thing)
        found += entries[kind]
        pending.extend(gc.get_referents(thing))
    return found if any(entries.values()) else UNKNOWN


def _roots(server: Server) -> Iterator[Any]:
    yield server.instance
    for module in server.space.own_modules():
        yield from (value for value in vars(module).values() if not isinstance(value, ModuleType | type))


def _is_entry(thing: Any) -> bool:
    try:
        names = {name.replace("_", "").lower() for name in _fields(thing)}
    except Exception:  # its class does as it likes with its attributes
        return False
    return bool(names & _TERMS) and bool(names & _COMMANDS)


def _fields(thing: Any) -> list[str]:
    kind = type(thing)
    slots = getattr_static(kind, "__slots__", ())
    declared = (slots,) if type(slots) is str else tuple(slots)
    held = getattr(thing, "__dict__", None)
    names = (*getattr_static(kind, "__struct_fields__", ()), *declared, *(held if type(held) is dict else ()))
    return [name for name in names if type(name) is str]
