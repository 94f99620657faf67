"""A lock that is held over a call while another thread waits for it: told as a warning, with both places."""

from pathlib import Path

import pytest
from altered import run, wrong

from raftkit.model import MS, Mode
from raftkit.trace import LockOverCall, read_trace

CALL = "        reply = self._peers[peer].call(method, args)\n        with self._lock:\n            if reply is not None:"
HELD = "        with self._lock:\n            reply = self._peers[peer].call(method, args)\n            if reply is not None:"
PUT = "            for message in messages:\n                self._apply_ch.put(message)\n"
PUT_HELD = "            with self._lock:\n                for message in messages:\n                    self._apply_ch.put(message)\n"


def told(folder: Path) -> list[LockOverCall]:
    """What the trace says of it."""
    return [event for event in read_trace(folder / "trace.jsonl") if type(event) is LockOverCall]


@pytest.mark.parametrize("mode", [Mode(), Mode(isolate=True)], ids=["here", "isolated"])
def test_a_lock_over_a_call_to_a_server_that_does_not_answer(tmp_path: Path, mode: Mode) -> None:
    """Who holds it and what for, who waits, and how long."""
    result = run(wrong(tmp_path, (CALL, HELD)), mode, "TestReElection2A")
    event = told(tmp_path)[0]
    assert event.lock.startswith("a Lock, taken in _run_call at ")
    assert event.over.startswith("the reply of S")
    assert "self._peers[peer].call(method, args)" in event.holder_stack
    assert "with self._lock:" in event.waiter_stack
    assert event.waited_ns >= 10 * MS
    warning = result.warnings[0]
    assert f"thread {event.holder!r} waits for {event.over}, in " in warning
    assert "let go of a lock before a call" in warning


def test_each_place_is_told_once(tmp_path: Path) -> None:
    """However often it happens in a run."""
    run(wrong(tmp_path, (CALL, HELD)), test="TestReElection2A")
    events = told(tmp_path)
    assert len(events) == len({(event.lock, event.over) for event in events}) >= 1


def test_an_answer_that_comes_soon_is_not_worth_a_word(tmp_path: Path) -> None:
    """A message handed over, or a call between servers that hear each other: less than a millisecond."""
    result = run(wrong(tmp_path, (PUT, PUT_HELD)), test="TestBasicAgree2B")
    assert (told(tmp_path), result.warnings) == ([], ())
    result = run(wrong(tmp_path, (CALL, HELD)), test="TestInitialElection2A")
    assert told(tmp_path) == []


def test_nobody_waits(tmp_path: Path) -> None:
    """A lock of its own for each call hurts nobody, however long that takes."""
    lock = "        own = threading.Lock()\n        with own:\n            reply = self._peers[peer].call(method, args)\n"
    call = CALL.partition("        with")[0]
    result = run(wrong(tmp_path, (call, lock)), test="TestReElection2A")
    assert (told(tmp_path), result.warnings) == ([], ())
