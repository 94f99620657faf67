"""The past of an event is what could have influenced it: held against the definition, pair by pair."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from raftkit.report.causality import past, server_of
from raftkit.trace import (
    Applied,
    Disconnected,
    Event,
    NetworkChanged,
    Persisted,
    RpcAnswered,
    RpcDelivered,
    RpcDropped,
    RpcFailed,
    RpcReplied,
    RpcSent,
    ServerCrashed,
    ServerCreated,
    StateRead,
    StepBegan,
    TestBegan,
    TestEnded,
)

SERVERS = 2
BEGAN = TestBegan(0, 1, "T", "2A", 1, SERVERS, "reliable", "plain")
DEEDS = ("send", "send", "move", "move", "lose", "fail", "save", "save", "apply", "cut", "crash", "start", "step", "weather")  # fmt: skip


def a_trace(draws: list[tuple[str, int, int]]) -> list[Event]:
    """A run in which each draw is a deed of a server, or the next thing that happens to a call under way."""
    events: list[Event] = [BEGAN]
    calls: list[tuple[int, int, int, int, str]] = []  # number, source, target, the target's life, where it is
    life = [1] * SERVERS
    up = [True] * SERVERS
    for number, (deed, server, choice) in enumerate(draws):
        at = len(events)
        match deed:
            case "send" if up[server]:
                target = 1 - server
                events.append(RpcSent(at, number, server, target, "m", 0, None))
                calls.append((number, server, target, life[target], "request"))
            case "move" | "lose" | "fail" if calls:
                call, source, target, was, where = calls.pop(choice % len(calls))
                lives = up[target] and life[target] == was
                if deed == "move" and lives:
                    kind = {"request": RpcDelivered, "handler": RpcReplied, "reply": RpcAnswered}[where]
                    extra = (0, None) if kind is RpcReplied else ()
                    events.append(kind(at, call, source, target, "m", *extra))
                    after = {"request": "handler", "handler": "reply"}.get(where)
                    if after:
                        calls.append((call, source, target, was, after))
                    continue
                if deed == "lose" and where != "handler":
                    events.append(RpcDropped(at, call, source, target, "m", where, "lost"))
                events.append(RpcFailed(at, call, source, target, "m", "lost"))
            case "save" if up[server]:
                events.append(Persisted(at, server, 1, None))
            case "apply" if up[server]:
                events.append(Applied(at, server, life[server], 1, choice))
            case "cut":
                events.append(Disconnected(at, server))
            case "crash" if up[server]:
                events.append(ServerCrashed(at, server, life[server]))
                up[server] = False
            case "start" if not up[server]:
                up[server] = True
                life[server] += 1
                events.append(ServerCreated(at, server, life[server], 1, 0))
            case "step":
                events.append(StepBegan(at, "1", 1, "step"))
            case "weather":
                events.append(NetworkChanged(at, True, False))
    return [*events, TestEnded(len(events), "failed", "")]


def life_at(events: list[Event], place: int, server: int) -> int:
    return sum(type(e) is ServerCrashed and e.server == server for e in events[:place])


def is_heard(events: list[Event], place: int) -> bool:
    """Whether the server of an event takes part in it: not when an answer comes for a life that is over."""
    event = events[place]
    if type(event) not in (RpcAnswered, RpcFailed):
        return type(event) is not ServerCrashed
    sent = next(i for i, e in enumerate(events) if type(e) is RpcSent and e.call == event.call)
    return life_at(events, sent, event.source) == life_at(events, place, event.source)


def follows(events: list[Event], cause: int, effect: int) -> bool:
    """Whether one event follows directly from another, by the definition."""
    one, other = events[cause], events[effect]
    server = server_of(one)
    if cause >= effect or server is None:
        return False
    match one, other:
        case (RpcSent(), RpcDelivered()) | (RpcReplied(), RpcAnswered()) if one.call == other.call:
            return True
        case _, TestEnded():
            return type(one) in (Applied, StateRead)
    if server_of(other) != server or not is_heard(events, effect):
        return False
    crashes = [i for i, e in enumerate(events[:effect]) if type(e) is ServerCrashed and e.server == server]
    if type(one) is ServerCrashed:
        return cause == crashes[-1]
    if not is_heard(events, cause):
        return False
    if not crashes or cause > crashes[-1]:
        return True
    saves = [i for i, e in enumerate(events[: crashes[-1]]) if type(e) is Persisted and e.server == server]
    return bool(saves) and cause == saves[-1]


def slow_past(events: list[Event], end: int) -> set[int]:
    """By Warshall's closure over all pairs, and what became of the messages in it."""
    everything = range(len(events))
    before = [[follows(events, one, other) for other in everything] for one in everything]
    for via, one, other in product(everything, repeat=3):
        if before[one][via] and before[via][other]:
            before[one][other] = True
    found = {one for one in everything if before[one][end]} | {end}
    for place, event in enumerate(events[:end]):
        lost = RpcSent if type(event) is RpcDropped and event.lost == "request" else RpcReplied
        if type(event) is NetworkChanged or (
            type(event) is RpcDropped
            and any(type(events[i]) is lost and events[i].call == event.call for i in found)
        ):
            found.add(place)
    return found


@settings(max_examples=400, deadline=None)
@given(
    draws=st.lists(
        st.tuples(st.sampled_from(DEEDS), st.integers(0, 1), st.integers(0, 5)), min_size=16, max_size=26
    ),
    back=st.integers(1, 6),
)
def test_the_past_is_what_the_definition_says(draws: list[tuple[str, int, int]], back: int) -> None:
    """For one of the last events of any small run."""
    events = a_trace(draws)
    end = max(len(events) - back, 0)
    if type(events[end]) in (RpcDropped, NetworkChanged):
        end = len(events) - 1

    marks = past(events, [end])

    assert {place for place, mark in enumerate(marks) if mark} == slow_past(events, end)


def test_what_was_not_saved_has_no_influence_after_a_restart() -> None:
    """The last save is the only way through a crash."""
    events = [
        BEGAN,
        RpcDelivered(1, 1, 1, 0, "append_entries"),
        Persisted(2, 0, 8, None),
        Persisted(3, 0, 9, None),
        RpcDelivered(4, 2, 1, 0, "append_entries"),
        ServerCrashed(5, 0, 1),
        ServerCreated(6, 0, 2, 9, 0),
        StateRead(7, 0, 1, False),
    ]

    assert list(past(events, [7])) == [0, 1, 1, 1, 0, 1, 1, 1]


def test_an_answer_to_a_life_that_is_over_reaches_nobody() -> None:
    """Whoever asked has crashed; what comes after on that server has not heard it."""
    events = [
        BEGAN,
        RpcSent(1, 1, 0, 1, "request_vote", 0, None),
        RpcDelivered(2, 1, 0, 1, "request_vote"),
        RpcReplied(3, 1, 0, 1, "request_vote", 0, None),
        ServerCrashed(4, 0, 1),
        ServerCreated(5, 0, 2, 0, 0),
        RpcAnswered(6, 1, 0, 1, "request_vote"),
        StateRead(7, 0, 0, False),
    ]

    assert list(past(events, [7])) == [0, 0, 0, 0, 1, 1, 0, 1]
    assert list(past(events, [6])) == [0, 1, 1, 1, 0, 0, 1, 0]


def test_several_ends_have_their_pasts_together() -> None:
    events = [BEGAN, StateRead(1, 0, 1, True), StateRead(2, 1, 1, False), StateRead(3, 2, 1, True)]

    assert list(past(events, [1, 3])) == [0, 1, 0, 1]
    assert list(past(events, [])) == [0, 0, 0, 0]
