"""``raftkit logs``: what is read, what is refused, what is safe."""

import os
import pty
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from logs_data import DATA, began, write_trace

from raftkit.cli import _follow, _logs_source
from raftkit.cli._follow import follow
from raftkit.report.columns import Page, least_width, story
from raftkit.report.columns.cells import width, wrap
from raftkit.trace import (
    Applied,
    Connected,
    Event,
    FaultBegan,
    FaultBit,
    FaultEnded,
    Logged,
    RpcAnswered,
    RpcDelivered,
    RpcDropped,
    RpcFailed,
    RpcReplied,
    RpcSent,
    ServerCrashed,
    ServerCreated,
    StepBegan,
    TestEnded,
    Warned,
)

MS = 1_000_000
TWO_LEADERS = str(DATA / "two_leaders.jsonl")


def texts(*events: Event) -> list[str]:
    return [line.words for line in story([began(), *events]) if line is not None][1:]


def sent(call: int, at_ms: float, method: str = "append_entries", **args: Any) -> RpcSent:
    return RpcSent(int(at_ms * MS), call, 0, 1, method, 10, args or {"term": 4, "entries": [1]})


# --- RPCs ---


@pytest.mark.parametrize(
    ("method", "args", "text"),
    [
        pytest.param(
            "append_entries", {"term": 4, "prev_log_index": 7, "prev_log_term": 3, "entries": [1, 2]},
            "AppendEntries T4 prev=7/3 +2 entries", id="python",
        ),
        pytest.param(
            "Raft.AppendEntries", {"Term": 4, "PrevLogIndex": 7, "PrevLogTerm": 3, "Entries": [1], "LeaderCommit": 6},
            "AppendEntries T4 prev=7/3 +1 entry commit=6", id="go",
        ),
        pytest.param("AppendEntries", {"Term": 4, "Entries": None}, "heartbeat T4", id="heartbeat"),
        pytest.param(
            "append_entries", {"term": 4, "entries": [1, 2, 3, 4, 5, "… 14 more …", 20]},
            "AppendEntries T4 +20 entries", id="shortened",
        ),
        pytest.param(
            "RequestVote", {"term": 4, "lastLogIndex": 7, "lastLogTerm": 3}, "RequestVote T4 last=7/3", id="vote"
        ),
        pytest.param(
            "install_snapshot", {"term": 4, "last_included_index": 9, "last_included_term": 2, "data": "(9 bytes)"},
            "InstallSnapshot T4 last=9/2", id="snapshot",
        ),
        pytest.param("pre_vote", {"term": 4}, "pre_vote term=4", id="other"),
        pytest.param("append_entries", [4, 0], "append_entries [4 0]", id="no-fields"),
    ],
)  # fmt: skip
def test_an_rpc_is_told_in_the_papers_words(method: str, args: Any, text: str) -> None:
    event = RpcSent(0, 1, 0, 1, method, 10, args)

    assert texts(event)[-1] == f"S0 → S1 {text}  … server down"


UP = (ServerCreated(0, 0, 1, 0, 0), ServerCreated(0, 1, 1, 0, 0), Connected(0, 0), Connected(0, 1))


@pytest.mark.parametrize(
    ("after", "fate"),
    [
        pytest.param(
            [RpcDelivered(MS, 1, 0, 1, ""), RpcReplied(MS, 1, 0, 1, "", 9, {"term": 4, "success": True}),
             RpcAnswered(2 * MS, 1, 0, 1, "")], "✓ success 2.0 ms", id="success",
        ),
        pytest.param(
            [RpcReplied(MS, 1, 0, 1, "", 9, {"term": 5, "success": False}), RpcAnswered(2 * MS, 1, 0, 1, "")],
            "✗ refused, T5 is newer 2.0 ms", id="refused",
        ),
        pytest.param([RpcFailed(3100 * MS, 1, 0, 1, "", "link cut")], "✗ link cut, failed after 3.1 s", id="failed"),
        pytest.param([RpcDropped(MS, 1, 0, 1, "", "request", "unreliable network")], "… request lost", id="lost"),
        pytest.param([RpcDelivered(MS, 1, 0, 1, "")], "… handler runs", id="handler"),
        pytest.param([], "… on its way", id="under-way"),
    ],
)  # fmt: skip
def test_an_rpc_is_one_line_with_its_fate(after: list[Event], fate: str) -> None:
    said = [text for text in texts(*UP, sent(1, 0), *after) if "AppendEntries" in text]

    assert said == [f"S0 → S1 AppendEntries T4 +1 entry  {fate}"]


def test_faults_are_told_from_beginning_to_end() -> None:
    """What it is, that it bit, and how often; one without effect is told as such."""
    told = texts(
        FaultBegan(MS, 1, "partition", "partition S0 | S1 S2", 9, [0]),
        FaultBit(2 * MS, 1, "the request of ping from S0 to S1 is lost"),
        FaultEnded(3 * MS, 1, 12),
        FaultEnded(3 * MS, 2, 0),
    )
    assert told == [
        "fault 1: partition S0 | S1 S2",
        "fault 1 bites: the request of ping from S0 to S1 is lost",
        "fault 1 is over, bit 12×",
        "fault 2 is over, without effect",
    ]


def test_a_call_that_takes_too_long_gets_a_second_line() -> None:
    """What came in between must not wait for ever."""
    said = texts(
        *UP, sent(1, 0), Warned(9000 * MS, "still here"), RpcFailed(9500 * MS, 1, 0, 1, "", "link cut")
    )

    assert [text for text in said if "AppendEntries" in text] == [
        "S0 → S1 AppendEntries T4 +1 entry  … on its way",
        "S0 → S1 AppendEntries T4 +1 entry  ✗ link cut, failed after 9.5 s",
    ]


# --- lines ---


def test_what_says_the_same_becomes_one_line() -> None:
    applied = [Applied(MS, 1, 1, index, 100 + index) for index in range(3, 12)]
    said = texts(*UP, *applied, ServerCrashed(2 * MS, 0, 1), ServerCrashed(2 * MS, 1, 1))

    assert said[:2] == ["S0, S1 started", "S0, S1 connected"]
    assert said[2].startswith("S1 applies 3..11: 103 104 105 106 … 111")
    assert "109" in said[2], "a pattern finds what is not shown"
    assert said[3:] == ["S0, S1 crashed"]


def test_a_step_in_which_nothing_happens_is_left_out(raftkit, tmp_path: Path) -> None:
    """Loops would fill the page with them."""
    steps = [StepBegan(at * MS, f"1.{at}", 3, f"text {at}") for at in range(1, 6)]
    ended = TestEnded(6 * MS, "passed", "")
    trace = write_trace(
        tmp_path / "t.jsonl", [began(), *steps[:3], Logged(4 * MS, 0, "INFO", "x", {}), *steps[3:], ended]
    )

    assert "text 3" in raftkit("logs", str(trace)).out
    assert "text 2" not in raftkit("logs", str(trace)).out


@pytest.mark.parametrize(
    "text",
    ["\x1b[2J\x1b]0;owned\x07gone", "line\nline\rline", "\u202eback\u2066", "x" * 100_000, "\x00\x9b31m", "日" * 5000, "\ud800"],
    ids=["escapes", "breaks", "direction", "long", "controls", "wide", "surrogate"],
)  # fmt: skip
@pytest.mark.parametrize("columns", ["0", "3"])
def test_hostile_text_is_harmless(text: str, columns: str) -> None:
    """Nothing reaches the terminal but printable characters, and no row is wider than the page."""
    event = Logged(1, 1, text, text, {text: text})
    page = Page(columns=(0, 1, 2) if columns == "3" else (), width=80)
    rows = [
        row for line in story([began(), event, StepBegan(2, "1", 1, text)]) if line for row in page.rows(line)
    ]

    assert all(row.isprintable() for row in rows)
    assert all(width(row) <= 80 for row in rows)
    assert len(rows) < 600


FITTING = [
    (servers, page_width)
    for servers in (1, 2, 3, 5, 7, 10, 12, 40)
    for page_width in (60, 80, 133, 200, 500)
    if least_width(servers) <= page_width  # a narrower page is refused
]


@pytest.mark.parametrize(("servers", "page_width"), FITTING)
def test_columns_never_overflow(servers: int, page_width: int) -> None:
    page = Page(columns=tuple(range(servers)), width=page_width)
    events = [
        Logged(1, server, "VOTE", "some words that are wrapped 日本語 and " + "x" * 70, {})
        for server in range(servers)
    ]
    rows = [row for line in story([began(servers), *events]) if line for row in page.rows(line)]

    assert all(width(row) <= page_width for row in rows)
    assert f"S{servers - 1}" in "".join(rows)


@pytest.mark.parametrize("room", range(1, 30))
def test_wrapping_loses_nothing_but_spaces(room: int) -> None:
    spans = [("one two  three", "a"), (" four-and-a-very-long-word 日本語", "b")]
    rows = wrap(spans, room)

    assert "".join(part for row in rows for part, _ in row).replace(" ", "") == "".join(
        t for t, _ in spans
    ).replace(" ", "")
    assert all(sum(width(part) for part, _ in row) <= max(room, 2) for row in rows)


# --- options ---


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--server", "2-1"], "runs backwards"),
        (["--server", "x"], "names no servers"),
        (["--term", "x"], "names no terms"),
        (["--term", "5..3"], "runs backwards"),
        (["--from", "soon"], "no duration"),
        (["--from", "2s", "--to", "1s"], "1s is before 2s"),
        (["--grep", "("], "no regular expression"),
        (["--follow", "--around-failure", "1s"], "no end yet"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_refused_with_what_is_accepted(raftkit, options: list[str], says: str) -> None:
    said = raftkit("logs", TWO_LEADERS, *options)

    assert said.code == 4
    assert says in " ".join(said.err.replace("│", " ").split())


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["-j", "LEAD"], 5), (["-j", "lead,vote"], 14), (["-j", "LEAD", "-i", "LEAD"], 0), (["-j", "DROP"], 23),
        (["--term", "1"], 47), (["--term", "2..2"], 35), (["--term", "3.."], 0),
        (["--server", "1", "-j", "VOTE"], 4), (["--server", "0-1", "-j", "VOTE"], 7), (["--from", "2.5s"], 4),
    ],
    ids=str,
)  # fmt: skip
def test_lines_are_picked(raftkit, options: list[str], count: int) -> None:
    lines = [
        line
        for line in raftkit("logs", TWO_LEADERS, *options).out.splitlines()
        if "─" not in line and "╌" not in line
    ]

    assert len(lines) == count


@pytest.mark.parametrize(("variable", "coloured"), [("", True), ("1", False)])
def test_no_color_is_honoured_on_a_terminal(variable: str, coloured: bool) -> None:
    assert ("\x1b[" in on_a_terminal(["logs", TWO_LEADERS], NO_COLOR=variable, PAGER="cat")) is coloured


def test_a_terminal_gets_a_pager_and_quitting_it_is_quiet(tmp_path: Path) -> None:
    """``head`` leaves after three lines, as one does who types q."""
    trace = write_trace(
        tmp_path / "t.jsonl", [began(), *(Logged(n, 1, "INFO", f"line {n}", {}) for n in range(50_000))]
    )
    shown = on_a_terminal(["logs", str(trace)], PAGER="head -n 3")

    assert len(shown.splitlines()) == 3
    assert "Traceback" not in shown


def on_a_terminal(arguments: list[str], **environment: str) -> str:
    code = "import sys\nfrom raftkit.cli._main import main\nmain(sys.argv[1:])"
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=theirs, stderr=theirs, stdin=theirs,
        cwd=Path(__file__).parent, env={**os.environ, "TERM": "xterm", "COLUMNS": "120", **environment},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert child.wait(timeout=20) == 0
    return shown.decode("utf-8", "replace")


# --- sources ---


@pytest.mark.parametrize("name", ["two_leaders.jsonl", "go.log"])
def test_a_pipe_says_the_same_as_a_file(name: str) -> None:
    code = "import sys\nfrom raftkit.cli._main import main\nmain(sys.argv[1:])"

    def logs(*arguments: str, data: bytes | None = None) -> bytes:
        command = [sys.executable, "-c", code, "logs", *arguments]
        return subprocess.run(
            command, input=data, capture_output=True, check=True, cwd=Path(__file__).parent
        ).stdout

    expected = logs(str(DATA / name))
    assert logs("-", data=(DATA / name).read_bytes()) == expected
    assert logs(data=(DATA / name).read_bytes()) == expected, "without a name, as dslogs does"


def test_a_damaged_trace_is_shown_up_to_the_damage(raftkit, tmp_path: Path) -> None:
    damaged = tmp_path / "t.jsonl"
    damaged.write_bytes((DATA / "two_leaders.jsonl").read_bytes()[:5000])
    said = raftkit("logs", str(damaged))

    assert "◆ leader T1" in said.out
    assert said.err == f"{damaged}:42: the trace is cut off in the middle of this line, its last\n"
    assert said.code == 4


@pytest.mark.parametrize(
    ("data", "says"), [(b"", "it is empty"), (b"\n\n", "it is empty"), (b"\x00\x01\n", "binary")]
)
def test_what_is_no_log_is_refused(raftkit, tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "x.log").write_bytes(data)
    said = raftkit("logs", str(tmp_path / "x.log"))

    assert (said.code, says in said.err, said.err.count("\n")) == (4, True, 1)


def test_follow_shows_what_is_added_and_ends_with_the_test(monkeypatch, capsys, tmp_path: Path) -> None:
    monkeypatch.setattr(_follow, "LOOK_SECONDS", 0.01)
    whole = (DATA / "two_leaders.jsonl").read_bytes()
    path = tmp_path / "t.jsonl"
    path.write_bytes(whole[:3333])  # in the middle of a line

    def grow() -> None:
        for end in range(5000, len(whole) + 2000, 2000):
            time.sleep(0.02)
            path.write_bytes(whole[:end]) if end < 3333 else _append(path, whole, end)

    grower = threading.Thread(target=grow)
    grower.start()
    from raftkit.cli import _main

    assert _main.run(["logs", "--follow", str(path)]) == 0
    grower.join()
    out = capsys.readouterr().out
    assert "◆ leader T1" in out
    assert out.endswith("── FAILED  ElectionSafetyViolated: term 2 has 2 leaders\n")


def _append(path: Path, whole: bytes, end: int) -> None:
    with path.open("ab") as file:
        file.write(whole[path.stat().st_size : end])


def test_follow_reads_a_file_anew_that_was_replaced(tmp_path: Path) -> None:
    path = tmp_path / "t.log"
    path.write_bytes(b"one\ntwo")
    lines = follow(path, look_seconds=0)
    assert [next(lines), next(lines)] == [b"one\n", None]
    _append(path, b"one\ntwo and a half\n", 100)
    assert next(lines) == b"two and a half\n"
    path.write_bytes(b"new\n")
    assert next(line for line in lines if line) == b"new\n"
    other = tmp_path / "other"
    other.write_bytes(b"another\n")
    other.replace(path)
    assert next(line for line in lines if line) == b"another\n"


def test_only_a_pipe_or_a_file_counts_as_input(monkeypatch) -> None:
    with open("/dev/null") as null:
        monkeypatch.setattr(sys, "stdin", null)
        assert not _logs_source._is_piped()
    with open(TWO_LEADERS) as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert _logs_source._is_piped()
