"""Traces as typed events; whatever is wrong with one is said in a line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from raftkit.errors import RaftkitError
from raftkit.trace import (
    Connected,
    Event,
    TestBegan,
    TestEnded,
    TraceError,
    UnknownEvent,
    read_events,
    read_trace,
)

DATA = Path(__file__).parent / "data"
BEGAN = (
    b'{"event":"test_began","at_ns":0,"schema_version":1,"test":"T","part":"2A","seed":1,"servers":3,'
    b'"network":"reliable","service":"plain"}\n'
)
CONNECTED = b'{"event":"connected","at_ns":5,"server":1}\n'


def test_a_real_trace_is_read_whole() -> None:
    events = list(read_trace(DATA / "two_leaders.jsonl"))

    assert len(events) == len((DATA / "two_leaders.jsonl").read_bytes().splitlines())
    assert isinstance(events[0], TestBegan)
    assert isinstance(events[-1], TestEnded)


def test_unknown_fields_and_unknown_events_are_tolerated() -> None:
    """A later raftkit may say more."""
    more = CONNECTED.replace(b"}", b',"mood":"good"}')
    lines = [BEGAN, more, b'{"event":"server_dreamt","at_ns":6,"server":1}\n', b"\n"]

    assert list(read_events(lines, "t"))[1:] == [
        Connected(5, 1),
        UnknownEvent(6, "server_dreamt", {"server": 1}),
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"", "t.jsonl: it is empty", id="empty"),
        pytest.param(BEGAN + CONNECTED[:-12], "t.jsonl:2: the trace is cut off", id="cut-off"),
        pytest.param(BEGAN + b"hello\n", "t.jsonl:2: this is no event", id="not-json"),
        pytest.param(b'{"tests": []}\n', "t.jsonl:1: this is no event", id="other-json"),
        pytest.param(b"[1]\n", "t.jsonl:1: this is no event", id="no-object"),
        pytest.param(b"\x1f\x8b\x08\x00\x00\n", "t.jsonl:1: this is no trace, but binary data", id="gzip"),
        pytest.param(b"\x7fELF\x00\x01" * 50, "t.jsonl:1: this is no trace, but binary data", id="binary"),
        pytest.param(b"[" * 200_000 + b"\n", "t.jsonl:1: this is no event", id="deep"),
        pytest.param(
            b'{"event":"logged","at_ns":1,"server":0,"topic":"A","text":"","fields":' + b'{"a":' * 90_000 + b"\n",
            "t.jsonl:1: ", id="deep-fields",
        ),
        pytest.param(
            b'{"event":"connected","at_ns":5}\n', "t.jsonl:1: a damaged connected event: Object missing", id="field"
        ),
        pytest.param(
            BEGAN.replace(b'version":1', b'version":2'), "t.jsonl:1: written by a newer raftkit: schema_version 2", id="newer"
        ),
        pytest.param(
            b'{"event":"test_began","at_ns":0,"schema_version":9}\n', "written by a newer raftkit", id="newer-and-different"
        ),
    ],
)  # fmt: skip
def test_damage_is_one_line_that_says_where(data: bytes, says: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.jsonl").write_bytes(data)
    with pytest.raises(TraceError) as caught:
        list(read_trace("t.jsonl"))

    assert str(caught.value).startswith(says) or says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, RaftkitError)
    assert caught.value.file == "t.jsonl"


def test_what_comes_before_the_damage_is_read() -> None:
    seen: list[Event] = []
    with pytest.raises(TraceError, match="t:3") as caught:
        seen.extend(read_events([BEGAN, CONNECTED, CONNECTED[:20]], "t"))

    assert caught.value.line == 3


@pytest.mark.parametrize("path", ["nowhere.jsonl", "."])
def test_a_file_that_cannot_be_opened(path: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TraceError, match="cannot be read"):
        list(read_trace(path))


BIG_MB = int(os.environ.get("RAFTKIT_BIG_TRACE_MB", "8"))
"""Megabytes; ``RAFTKIT_BIG_TRACE_MB=300`` for the real thing."""
MOST_MEMORY_MB = 150 if BIG_MB < 100 else 300


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trace of any length: the events of a real one again and again, later each time."""
    path = tmp_path_factory.mktemp("big") / "big.jsonl"
    events = [json.loads(line) for line in (DATA / "two_leaders.jsonl").read_text().splitlines()][:-1]
    calls, span = max(event.get("call", 0) for event in events), events[-1]["at_ns"]
    with path.open("w") as file:
        turn = 0
        while file.tell() < BIG_MB * 1_000_000:
            for event in events if turn == 0 else events[10:]:
                event = {**event, "at_ns": event["at_ns"] + turn * span}
                if "call" in event:
                    event["call"] += turn * calls
                file.write(json.dumps(event, separators=(",", ":")) + "\n")
            turn += 1
    return path


@pytest.mark.parametrize(
    "command",
    [
        ["logs", "-c", "3"],
        ["logs", "--around-failure", "300ms"],
        ["logs", "--grep", "nothing like it"],
        ["export", "--shiviz"],
        ["export", "--chrome-trace"],
    ],
    ids=" ".join,
)
def test_memory_does_not_grow_with_the_trace(big: Path, command: list[str]) -> None:
    code = (
        "import sys\n"
        "from raftkit.cli._main import run\n"
        "code = run(sys.argv[1:])\n"
        # Not ru_maxrss: that begins with what pytest's own process had when it started this one.
        "peak = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(code, peak, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command, str(big)],
        cwd=Path(__file__).parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    exit_code, kilobytes = done.stderr.split()[-2:]

    assert exit_code == "0"
    assert int(kilobytes) / 1000 < MOST_MEMORY_MB
