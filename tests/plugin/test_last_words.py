"""What is read from the remains of a child: its trace's end, its stacks."""

from pathlib import Path

from raftkit.runner._last_events import LastEvents
from raftkit.runner._stacks import python_stacks


def test_the_end_of_a_trace_tells_moment_step_and_events(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    lines = [
        '{"event":"step_began","at_ns":1000000,"step":"4.2","line":31,"text":"sleep"}',
        '{"event":"rpc_sent","at_ns":2314208000,"source":0,"method":"' + "x" * 200 + '"}',
        '{"event":"rpc_lost","at_ns":23142',  # the child died while it wrote
    ]
    trace.write_text("\n".join(lines))
    events = LastEvents(str(trace))

    assert events.at_ns == 2_314_208_000
    assert events.step == ("4.2", 31)
    first, second = events.text().splitlines()
    assert first == "t=0.001s       step_began       step=4.2 line=31 text=sleep"
    assert second.startswith("t=2.314208s    rpc_sent         source=0 method=xxx")
    assert len(second) == 120


def test_a_trace_that_is_not_there_or_is_no_trace_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(b'\xff\xfe\n[1, 2]\n{"at_ns": "soon"}\n7\n')
    for path in ("", str(tmp_path / "missing"), str(tmp_path / "noise")):
        events = LastEvents(path)

        assert (events.at_ns, events.step) == (0, None)


DUMP = """\
Fatal Python error: Aborted

Thread 0x01 (most recent call first):
  File "/nowhere/threading.py", line 327 in wait

Current thread 0x02 (most recent call first):
  File "/nowhere/re/__init__.py", line 166 in match
  File "/home/me/lab/raft.py", line 258 in get_state
  File "/nowhere/threading.py", line 1002 in _bootstrap
"""


def test_a_stack_begins_where_the_implementation_begins() -> None:
    assert python_stacks(DUMP, "/home/me/lab/raft.py:Raft").splitlines() == [
        "/home/me/lab/raft.py:258 in get_state",
        "/nowhere/re/__init__.py:166 in match",
    ]


def test_stacks_without_the_implementation_are_better_than_none() -> None:
    assert "threading.py:327 in wait" in python_stacks(DUMP, "/elsewhere/raft.py")
    assert python_stacks("no dump at all", "/elsewhere/raft.py") == ""
