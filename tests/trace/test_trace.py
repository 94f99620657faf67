"""The trace: the same events give the same bytes, and everybody reads nothing else."""

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

import raftkit.trace as trace_room
from raftkit.trace import Applied, Event, Logged, RpcSent, StepBegan, Trace, shorten, view

EVENTS = [
    StepBegan(0, "1", 5, "agree"),
    RpcSent(12_000, 1, 0, 2, "request_vote", 17, {"term": 1, "entries": [1, 2]}),
    Logged(13_000, 2, "VOTE", "granted ü \n", {"term": 1, "x": None, "f": float("nan")}),
    Applied(14_000, 1, 1, 1, "command"),
]


def _write(path: Path | None = None) -> Trace:
    trace = Trace(path)
    for event in EVENTS:
        trace.emit(event)
    return trace


def test_the_same_events_give_the_same_bytes(tmp_path: Path) -> None:
    """The digest is the bytes', so that two runs can be compared without keeping either."""
    one, two = _write(tmp_path / "one"), _write(tmp_path / "two")
    one.close()
    two.close()
    data = (tmp_path / "one").read_bytes()
    assert data == (tmp_path / "two").read_bytes()
    assert one.digest == two.digest == _write().digest == hashlib.sha256(data).hexdigest()
    assert one.lines == len(EVENTS)


def test_another_event_gives_another_digest() -> None:
    """Order counts as well."""
    digests = {_write().digest}
    for events in (EVENTS[:-1], EVENTS[::-1], []):
        trace = Trace()
        for event in events:
            trace.emit(event)
        digests.add(trace.digest)
    assert len(digests) == 4


def test_each_line_is_json_with_the_events_name_and_virtual_time_only(tmp_path: Path) -> None:
    """Anybody can read it with any tool; there is no wall clock in it."""
    _write(tmp_path / "trace").close()
    lines = [json.loads(line) for line in (tmp_path / "trace").read_bytes().splitlines()]
    assert [line["event"] for line in lines] == ["step_began", "rpc_sent", "logged", "applied"]
    assert [line["at_ns"] for line in lines] == [0, 12_000, 13_000, 14_000]
    assert lines[2]["text"] == "granted ü \n"
    assert set(lines[3]) == {"event", "at_ns", "server", "incarnation", "index", "command"}


def test_every_line_is_on_disk_as_soon_as_it_is_emitted(tmp_path: Path) -> None:
    """A run that is killed leaves all that had happened."""
    trace = _write(tmp_path / "trace")
    assert len((tmp_path / "trace").read_bytes().splitlines()) == len(EVENTS)
    trace.close()
    trace.close()
    trace.emit(EVENTS[0])
    assert trace.lines == len(EVENTS) + 1


def test_listeners_are_called_in_order_after_the_event_is_recorded(tmp_path: Path) -> None:
    """An oracle's breach ends the run at that event, which is the last line of the trace."""
    trace = Trace(tmp_path / "trace")
    seen: list[Any] = []
    trace.subscribe(seen.append)

    def judge(event: Event) -> None:
        assert (tmp_path / "trace").read_bytes().endswith(b"\n")
        raise ValueError("breach")

    trace.subscribe(judge)
    trace.subscribe(seen.append)
    with pytest.raises(ValueError, match="breach"):
        trace.emit(EVENTS[0])
    assert seen == [EVENTS[0]]
    assert trace.lines == 1
    trace.close()


def test_every_event_survives_the_journey_through_json() -> None:
    """A reader can have back what a run said, whatever kind of event it was."""
    kinds = [kind for name in trace_room.__all__ if isinstance(kind := getattr(trace_room, name), type)
             and issubclass(kind, Event) and kind is not Event]  # fmt: skip
    assert len(kinds) > 20
    for kind in kinds:
        values: dict[Any, Any] = {
            int: 1,
            str: "x",
            bool: True,
            list[int]: [1],
            list[tuple[int, int]]: [(1, 2)],
            Any: [1, {"a": None}],
            int | None: None,
            dict[str, Any]: {"a": 1},
        }
        event = kind(**{field.name: values.get(field.type, "x") for field in msgspec.structs.fields(kind)})
        assert msgspec.json.decode(msgspec.json.encode(event), type=kind) == event
        assert kind.__doc__
    assert len({kind.__struct_config__.tag for kind in kinds}) == len(kinds)


SHORT = {
    "scalars": ([1, 1.5, None, True, "x"], [1, 1.5, None, True, "x"]),
    "long-text": ("x" * 300, "x" * 200 + "… (300 characters)"),
    "text-that-fits": ("x" * 200, "x" * 200),
    "bytes": (b"12345", "(5 bytes)"),
    "list-that-fits": (list(range(8)), list(range(8))),
    "long-list": (list(range(100)), [0, 1, 2, 3, 4, "… 94 more …", 99]),
    "keys": ({1: "a", (1, 2): "b", "c": [b""]}, {"1": "a", "(1, 2)": "b", "c": ["(0 bytes)"]}),
    "inside": ({"entries": [{"command": "y" * 300}] * 9}, None),
}


@pytest.mark.parametrize("name", SHORT)
def test_values_are_shortened_for_people(name: str) -> None:
    """A leader's log may be long; the ends of it tell enough."""
    value, expected = SHORT[name]
    if expected is None:
        short = shorten(value)["entries"]
        assert len(short) == 7
        assert short[-1]["command"] == "y" * 200 + "… (300 characters)"
    else:
        assert shorten(value) == expected


def test_deep_values_end_somewhere() -> None:
    """Nobody reads the ninth level."""
    deep: Any = "bottom"
    for _ in range(50):
        deep = [deep]
    assert "…" in repr(shorten(deep))
    assert "bottom" not in repr(shorten(deep))


@pytest.mark.parametrize("data", [b"\xc1", b"", b"\x92\x01", b"\xa1\xff", b"\x91" * 5_000])
def test_bytes_that_are_no_messagepack_are_shown_as_such(data: bytes) -> None:
    """They come from a guest, who may send anything."""
    assert view(data) == f"({len(data)} bytes that cannot be shown)"


def test_messagepack_is_plain_data() -> None:
    """Struct, dataclass or dict: a map is a map."""
    assert view(msgspec.msgpack.encode({"term": 1, "data": b"xy"})) == {"term": 1, "data": b"xy"}


def test_listeners_get_events_whole_and_the_file_shows_their_ends(tmp_path: Path) -> None:
    """Oracles compare logs entry by entry; people do not read a thousand of them."""
    trace, seen = Trace(tmp_path / "trace"), []
    trace.subscribe(seen.append)
    event = RpcSent(1, 1, 0, 1, "append_entries", 9, {"entries": list(range(100))})
    trace.emit(event)
    trace.close()
    assert seen == [event]
    assert len(seen[0].args["entries"]) == 100
    line = json.loads((tmp_path / "trace").read_bytes())
    assert line["args"]["entries"] == [0, 1, 2, 3, 4, "… 94 more …", 99]
