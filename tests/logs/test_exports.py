"""Exports: what other people's viewers are given is true of the trace."""

import json
import re
from itertools import combinations
from pathlib import Path

import pytest
from logs_data import DATA

from raftkit.report.causality import Clock, Clocks, host_of
from raftkit.report.export import SHIVIZ_EXPRESSION, chrome_trace
from raftkit.trace import Event, RpcAnswered, RpcDelivered, RpcReplied, RpcSent, read_trace

TWO_LEADERS = DATA / "two_leaders.jsonl"
EVENTS = list(read_trace(TWO_LEADERS))


def happened_before(events: list[Event]) -> list[set[int]]:
    """For each event all that happened before it, by the definition: order on a host, and messages."""
    before: list[set[int]] = []
    last: dict[str, int] = {}
    sent: dict[tuple[str, int], int] = {}
    for number, event in enumerate(events):
        causes = [last[host_of(event)]] if host_of(event) in last else []
        match event:
            case RpcDelivered():
                causes.append(sent["request", event.call])
            case RpcAnswered():
                causes.append(sent["reply", event.call])
            case RpcSent():
                sent["request", event.call] = number
            case RpcReplied():
                sent["reply", event.call] = number
        before.append(set().union(*(before[cause] | {cause} for cause in causes)))
        last[host_of(event)] = number
    return before


def is_less(one: Clock, other: Clock) -> bool:
    return one != other and all(count <= other.get(host, 0) for host, count in one.items())


def test_an_event_happened_before_another_if_and_only_if_its_clock_is_less() -> None:
    clocks = Clocks()
    stamps = [clocks.tick(event)[1].copy() for event in EVENTS]
    before = happened_before(EVENTS)
    across = 0
    for one, other in combinations(range(len(EVENTS)), 2):
        assert is_less(stamps[one], stamps[other]) == (one in before[other]), (EVENTS[one], EVENTS[other])
        assert not is_less(stamps[other], stamps[one])
        across += one in before[other] and host_of(EVENTS[one]) != host_of(EVENTS[other])

    assert across > 1000, "messages made an order"


def parsed(text: str) -> list[tuple[str, str, Clock]]:
    """Read a log as ShiViz does."""
    expression = re.compile(SHIVIZ_EXPRESSION.replace("(?<", "(?P<"))
    return [(m["event"], m["host"], json.loads(m["clock"])) for m in expression.finditer(text)]


@pytest.mark.parametrize("options", [[], ["--from", "1s", "--to", "2s"]], ids=["whole", "part"])
def test_shiviz_finds_every_event_and_consistent_clocks(raftkit, options: list[str]) -> None:
    """It refuses a host whose own count leaves one out, or a clock that knows what has not happened."""
    said = raftkit("export", "--shiviz", str(TWO_LEADERS), *options)
    found = parsed(said.out)
    counts: dict[str, int] = {}
    for _, host, clock in found:
        counts[host] = counts.get(host, 0) + 1
        assert clock[host] == counts[host]
        assert all(count <= counts.get(other, 0) for other, count in clock.items())

    assert len(found) == len(EVENTS) if not options else 0 < len(found) < len(EVENTS)
    assert {"S0", "S1", "S2", "tester"} == set(counts)


def test_chromes_slices_are_nested_and_its_arrows_have_both_ends() -> None:
    slices = json.loads("".join(chrome_trace(EVENTS, "x")))["traceEvents"]
    stacks: dict[int, list[float]] = {}
    arrows: dict[str, list[str]] = {}
    for part in slices:
        if part["ph"] == "B":
            stacks.setdefault(part["tid"], []).append(part["ts"])
        elif part["ph"] == "E":
            assert stacks[part["tid"]].pop() <= part["ts"]
        elif part["ph"] in "sf":
            arrows.setdefault(part["id"], []).append(part["ph"])
        elif part["ph"] == "X":
            assert 0 <= part["dur"] <= 20

    assert all(not stack for stack in stacks.values())
    assert all(ends in (["s"], ["s", "f"]) for ends in arrows.values())
    names = {part["args"]["name"] for part in slices if part.get("name") == "thread_name"}
    assert names == {"tester", "S0", "S1", "S2"}
    assert {"leader T1", "leader T2", "candidate T2"} <= {part.get("name") for part in slices}


def test_a_file_is_whole_or_not_there(raftkit, tmp_path: Path) -> None:
    damaged = tmp_path / "t.jsonl"
    damaged.write_bytes(TWO_LEADERS.read_bytes()[:5000])
    bad = raftkit("export", "--shiviz", str(damaged), "-o", str(tmp_path / "out"))
    assert (bad.code, [path.name for path in tmp_path.iterdir()]) == (4, ["t.jsonl"])

    good = raftkit("export", "--chrome-trace", str(TWO_LEADERS), "-o", str(tmp_path / "out"))
    assert (good.code, good.out) == (0, "")
    assert json.loads((tmp_path / "out").read_text())["traceEvents"]


@pytest.mark.parametrize(
    "options", [[], ["--shiviz", "--chrome-trace"], ["--shiviz", "-o", "no/such/folder/x"]]
)
def test_a_wrong_command_is_refused(raftkit, options: list[str]) -> None:
    assert raftkit("export", str(TWO_LEADERS), *options).code == 4
