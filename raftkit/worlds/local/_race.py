"""A data race, as its author wants to read it: what is shared, and who did what to it where, under which locks."""

import linecache
from typing import TYPE_CHECKING

from raftkit.model import Verdict, seconds
from raftkit.sim import BaseLock
from raftkit.sim.race import Access, Race, Variables
from raftkit.worlds.boundary import ServerRaised
from raftkit.worlds.local._report import short_path, type_name

if TYPE_CHECKING:
    from raftkit.worlds.local._server import Server

KIND = "DataRace"


def describe_race(server: "Server", race: Race) -> ServerRaised:
    """What the harness is told of it."""
    what = _what(race)
    first = _deed(server, race.earlier, race.wrote_earlier)
    second = _deed(server, race.later, race.wrote_later)
    return ServerRaised(
        server.number,
        server.incarnation,
        Verdict.FAILED.value,
        KIND,
        f"server {server.number}: two threads use {what} at the same time, and nothing orders them",
        "",
        _details(server, race),
        expected="of two threads that use the same thing, one of them writing, one comes after the other by a lock "
        "that both take, or because the one starts, joins, wakes or signals the other",
        observed=f"{first}; {second}",
        advice=_advice(server, race),
    )


def _what(race: Race) -> str:
    """``Raft.role``, or ``the list self.log``."""
    if isinstance(race.obj, Variables):
        return f"the variable {race.attribute.rpartition(':')[2]}"
    if race.attribute:
        return f"{type_name(race.obj)}.{race.attribute}"
    names = dict.fromkeys(access.place.text for access in (race.earlier, race.later) if access.place.text)
    return f"the {type_name(race.obj)} {' = '.join(names)}".rstrip()


def _deed(server: "Server", access: Access, is_write: bool) -> str:
    place = access.place
    did = "writes" if is_write else "reads"
    where = f"{short_path(place.filename)}:{place.line} in {place.function}"
    return f"thread {access.task.name!r} {did} it at {where}, {_held(server, access.held)}"


def _details(server: "Server", race: Race) -> str:
    """Both places with their lines, in the order in which this run came by."""
    lines = []
    for access, is_write in ((race.earlier, race.wrote_earlier), (race.later, race.wrote_later)):
        place = access.place
        did = "write" if is_write else "read"
        lines.append(
            f"{did}, t={seconds(access.at_ns)}, thread {access.task.name!r}, {_held(server, access.held)}"
        )
        lines.append(f"    {short_path(place.filename)}:{place.line} in {place.function}")
        if source := linecache.getline(place.filename, place.line).strip():
            lines.append(f"        {source}")
    return "\n".join(lines)


def _advice(server: "Server", race: Race) -> str:
    locks = [_name(server, lock) for lock in (*race.earlier.held, *race.later.held)]
    guard = f"hold {locks[0]} at both places" if locks else "guard both places by one lock"
    copies = "" if race.attribute else ", or give others a copy"
    return f"{guard}{copies}; docs/race.md says what orders threads, and what to do about a flag that needs no lock"


def _held(server: "Server", held: tuple[BaseLock, ...]) -> str:
    return f"holding {' and '.join(_name(server, lock) for lock in held)}" if held else "holding no lock"


def _name(server: "Server", lock: BaseLock) -> str:
    """The attribute of the implementation that holds a lock, itself or by a Condition; else what kind it is."""
    for name, value in getattr(server.instance, "__dict__", {}).items():
        if value is lock:
            return f"self.{name}"
    return lock.name
