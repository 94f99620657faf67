"""A parting as sentences: what one run did, what the other did instead, and what both had done before.

The first event that differs is often not the telling one: a vote that is no longer granted shows first as a
state that is no longer saved. So the side's next event of weight is told, as long as it is the same moment.
"""

from dataclasses import dataclass

import msgspec

from raftkit.model import MS, seconds
from raftkit.report.columns.rpc import compact
from raftkit.report.difference._deed import Deed
from raftkit.report.difference.compare import Parting
from raftkit.report.difference.deed import deed
from raftkit.trace import Event, Logged, Persisted, RpcReplied, RpcSent

SAME_MOMENT_NS = 1 * MS
SHOWN_AFTER = 4
"""Events of each side that are shown."""
_UNTOLD = frozenset({"at_ns", "call", "bytes"})
"""Fields in which two events of one kind may differ without saying more by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A parting in words; every text is safe to print.

    Attributes:
        at_ns: The moment.
        sentence: ``S2 used to grant its vote for term 4 to S1; now it refuses``.
        chosen: ``seed 7, now 8``: what was chosen differently.
        common: The last things that happened in both, one a line.
        before: What happened then in the first.
        now: What happened then in the second.
    """

    at_ns: int
    sentence: str
    chosen: list[str]
    common: list[str]
    before: list[str]
    now: list[str]


def tell(parting: Parting) -> Told:
    """Put a parting into words."""
    known = parting.knowledge

    def lines(events: list[Event]) -> list[str]:
        return [f"{seconds(event.at_ns):>11}  {deed(event, known)}" for event in events]

    return Told(
        at_ns=parting.at_ns if parting.first or parting.second else 0,
        sentence=("nothing differs but what is logged: " if parting.is_in_logs else "") + _sentence(parting),
        chosen=[f"{name} {before}, now {now}" for name, (before, now) in parting.chosen.items()],
        common=lines(parting.common),
        before=lines(parting.first[:SHOWN_AFTER]),
        now=lines(parting.second[:SHOWN_AFTER]),
    )


def _sentence(parting: Parting) -> str:
    first, second = _quiet(parting, parting.first), _quiet(parting, parting.second)
    if not first and not second:
        return "what was chosen differs, and nothing else does"
    if not first or not second:
        return _one_ended(parting, first, second)
    if len(second) > 1 and _is_same(first[0], second[1]):
        return f"{_deed(parting, second[0])}, which did not happen before"
    if len(first) > 1 and _is_same(first[1], second[0]):
        return _left_out(_deed(parting, first[0]), _deed(parting, second[0]))
    return _instead(parting, _telling(first), _telling(second))


def _deed(parting: Parting, event: Event) -> Deed:
    return deed(event, parting.knowledge)


def _quiet(parting: Parting, events: list[Event]) -> list[Event]:
    """Without what was logged, unless that is what it is about."""
    return events if parting.is_in_logs else [event for event in events if type(event) is not Logged]


def _is_same(first: Event, second: Event) -> bool:
    """Whether two events are the same, the moment apart."""
    return type(first) is type(second) and msgspec.structs.replace(first, at_ns=second.at_ns) == second


def _telling(events: list[Event]) -> Event:
    """The first event, or the one to which it is the prelude: a server saves before it speaks."""
    first = events[0]
    if type(first) is not Persisted:
        return first
    who = first.server
    for event in events[1:]:
        if event.at_ns - first.at_ns > SAME_MOMENT_NS:
            break
        if type(event) is not Persisted and _actor(event) == who:
            return event
    return first


def _actor(event: Event) -> int | None:
    """The server whose own doing an event is; what the network does is nobody's."""
    match event:
        case RpcSent():
            return event.source
        case RpcReplied():
            return event.target
    return getattr(event, "server", None)


# --- sentences ---


def _one_ended(parting: Parting, first: list[Event], second: list[Event]) -> str:
    if first:
        return f"{_deed(parting, first[0])} no more: the trace of the second run ends here"
    return f"{_deed(parting, second[0])} now: the trace of the first run ended here"


def _left_out(left_out: Deed, now: Deed) -> str:
    if left_out.who == now.who:
        return f"{left_out.who} used to {left_out.used_to}; now it {now.doing} without"
    return f"{left_out.who} used to {left_out.used_to}; now it does not"


def _instead(parting: Parting, first: Event, second: Event) -> str:
    then, now = _deed(parting, first), _deed(parting, second)
    if then == now:
        return f"{then.who} used to {then.used_to} {_detail(first, second)}"
    if abs(first.at_ns - second.at_ns) > SAME_MOMENT_NS:
        return _at_another_time(parting, first, second)
    start = f"{then.who} used to {then.used_to}"
    if then.who != now.who:
        return f"{start}; now {now}"
    return f"{start}; now it {now.does if then.what == now.what else now.doing}"


def _at_another_time(parting: Parting, first: Event, second: Event) -> str:
    """One did something while the other went on without: it may still do it, or somebody else may."""
    is_lost = first.at_ns < second.at_ns
    early, others = (first, parting.second) if is_lost else (second, parting.first)
    done = _deed(parting, early)
    at = seconds(early.at_ns)
    late = _find(parting, others, done)
    if late is None:
        other = _deed(parting, second if is_lost else first)
        if is_lost:
            return f"{done.who} used to {done.used_to} at {at}; now it does not, and next {other}"
        return f"now {done} at {at}, where next {other.who} used to {other.used_to}"
    who, when = _deed(parting, late).who, seconds(late.at_ns)
    if is_lost:
        return f"{done.who} used to {done.used_to} at {at}; now {_it(who, done.who)} does so at {when}"
    return f"{who} used to {done.used_to} at {when}; now {_it(done.who, who)} does so at {at}"


def _it(who: str, other: str) -> str:
    return "it" if who == other else who


def _find(parting: Parting, events: list[Event], done: Deed) -> Event | None:
    """The next time that the same is done, by whomever."""
    for event in events:
        other = _deed(parting, event)
        if (other.verb, other.what) == (done.verb, done.what):
            return event
    return None


def _detail(first: Event, second: Event) -> str:
    """How two events differ that are told alike."""
    if type(first) is type(second):
        found = _differing(msgspec.structs.asdict(first), msgspec.structs.asdict(second))
        if found:
            before = ", ".join(f"{name} {_plain(value)}" for name, value, _ in found)
            now = ", ".join(f"{name} {_plain(value)}" for name, _, value in found)
            return f"with {before}; now with {now}"
    return f"at {seconds(first.at_ns)}; now it does so at {seconds(second.at_ns)}"


def _differing(first: dict[str, object], second: dict[str, object]) -> list[tuple[str, object, object]]:
    """Fields that differ; of a message, the fields inside it."""
    found: list[tuple[str, object, object]] = []
    for name in first.keys() | second.keys():
        before, now = first.get(name), second.get(name)
        if before == now or name in _UNTOLD:
            continue
        if isinstance(before, dict) and isinstance(now, dict):
            found += _differing(before, now)
        else:
            found.append((name, before, now))
    return sorted(found, key=lambda item: item[0])


def _plain(value: object) -> str:
    return compact(value) or "nothing"
