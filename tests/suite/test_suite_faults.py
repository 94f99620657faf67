"""Faults in the suite language: what they make of their fields, and what is refused."""

from typing import Any

import pytest
from suite_fakes import HEAD, run, run_test, suite_of

from raftkit.errors import SuiteError
from raftkit.model import MS
from raftkit.nemesis import Aim, Cutting, Delay, Drop, Duplicate
from raftkit.suite import explain, load_suite
from raftkit.trace.messages import Kind

BEGIN = "let: {leader: 1}\n"


def fault(step: str, servers: int = 3) -> Any:
    """The fault that a step brings."""
    ((found, _, _),) = run(f"- let: {{leader: 1, nobody: none}}\n- {step}", servers).nemesis.begun
    return found


@pytest.mark.parametrize(
    ("step", "text", "links"),
    [
        (
            "partition: {shape: isolate, around: leader}",
            "partition S1 | S0 S2",
            {(1, 0), (0, 1), (1, 2), (2, 1)},
        ),
        (
            "partition: {shape: isolate, around: leader, lost: received}",
            "partition S1 | S0 S2, what the first receive is lost",
            {(0, 1), (2, 1)},
        ),
        ("cut: {from: leader, to: leader + 1}", "cut S1 | S2", {(1, 2), (2, 1)}),
        ("cut: {from: leader, to: all, one_way: true}", "cut S1 → S0 S1 S2", {(1, 0), (1, 2)}),
    ],
)
def test_links_that_are_cut(step: str, text: str, links: set[tuple[int, int]]) -> None:
    """And what the trace says of it."""
    found = fault(step)
    assert type(found) is Cutting
    assert (found.text, found.links) == (text, links)


def test_an_aim_comes_from_the_fields() -> None:
    """Raft's words for its RPCs; a reply of a request of that term."""
    found = fault("drop: {rpc: request_vote, reply: true, term: 3, count: 1, from: leader, chance: 25%}")
    assert type(found) is Drop
    assert found.aim == Aim(
        rpc=Kind.REQUEST_VOTE,
        is_reply=True,
        term=3,
        count=1,
        chance=0.25,
        links=frozenset({(1, 0), (1, 2)}),
    )
    assert found.text == "lose the first 1 of 25% of request_vote replies of term 3 from `leader`"


def test_times_stay_ranges_until_a_message_meets_them() -> None:
    """Drawn for each message, and not once for the fault."""
    found = fault("delay: {around: leader, by: 5ms..20ms, spread: long_tail}")
    assert type(found) is Delay
    assert (found.low_ns, found.high_ns, found.long_tail) == (5 * MS, 20 * MS, True)
    assert found.aim.links == {(1, 0), (0, 1), (1, 2), (2, 1)}
    copies = fault("duplicate: {after: 7ms}")
    assert type(copies) is Duplicate
    assert (copies.low_ns, copies.high_ns, copies.aim) == (7 * MS, 7 * MS, Aim(is_reply=False))


def test_a_fault_lasts_as_long_as_it_says() -> None:
    """And knows its line."""
    begun = run("- partition: {shape: halves, for: 2 * election_timeout}\n- partition: ring", 5).nemesis.begun
    assert [(line, lasts_ns) for _, line, lasts_ns in begun] == [(6, 2_000 * MS), (7, None)]


def test_faults_of_servers_name_them() -> None:
    """Each once; and what is wrong with a clock, in nanoseconds and millionths."""
    assert fault("down: [leader, 1, 2]").servers == (1, 2)
    crash = fault("crash: {servers: all, when: before_save, nth: 3}")
    assert (crash.servers, crash.when, crash.nth) == ((0, 1, 2), "before_save", 3)
    clock = fault("clock: {servers: leader, behind: 1s, fast: 2.5%}")
    assert (clock.ahead_ns, clock.drift_ppm) == (-1_000 * MS, 25_000)
    assert clock.text == "S1: time of day 1 s back, clocks 2.5% fast"
    assert run("- freeze: crashed").nemesis.begun == []


def test_none_is_nobody_to_strike() -> None:
    """As when there is no leader now."""
    assert run("- let: {nobody: none}\n- partition: {shape: isolate, around: nobody}").nemesis.begun == []


def test_heal_ends_all_or_one_sort() -> None:
    """In the order of the steps."""
    assert run("- heal: delay\n- heal").nemesis.healed == ["delay", None]


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("partition: {shape: bridge, lost: sent}", "has no sides"),
        ("partition: ring", "in a ring of 3 everybody hears everybody"),
        ("partition: {shape: isolate, around: 3}", "there is no server 3"),
        ("partition: torn", "wanted isolate or minority"),
        ("drop: {around: 0, to: 1}", "`around` is every link"),
        ("duplicate: {reply: true}", "only requests can be duplicated"),
        ("delay: {chance: 50%}", "is missing its field `by`"),
        ("drop: {chance: 0.5}", "wanted a percentage"),
        ("clock: {servers: 0}", "sets nothing wrong"),
        ("clock: {servers: 0, fast: 1%, slow: 2%}", "one way or the other"),
        ("crash: {servers: 0, nth: 2}", "it needs `when`"),
        ("heal: everything", "wanted partition or"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(step: str, says: str) -> None:
    """With the place."""
    with pytest.raises(SuiteError, match=says) as caught:
        suite_of(f"- {step}")
    assert caught.value.line == 6


# --- background: -------------------------------------------------------------

BACKGROUND = HEAD.format(servers=3).replace(
    "    steps:\n", "    background:\n{entry}    steps:\n      - sleep: 1s\n"
)


def with_background(entry: str) -> Any:
    return load_suite("x.yaml", text=BACKGROUND.format(entry=f"      - {entry}\n").encode()).tests[0]


def test_a_background_is_told_in_words() -> None:
    """What comes, for how long, how far apart."""
    test = with_background("{partition: {shape: halves, for: 1s}, pause: 1s..3s}")
    assert "beside these steps\n    cut the servers into halves, for 1 s, again and again" in explain(test)
    assert "hold back messages by 5 ms, 0 ms after the beginning" in explain(
        with_background("delay: {by: 5ms}")
    )


def test_a_background_is_handed_to_the_nemesis_before_the_first_step() -> None:
    """With its line, and pauses to draw."""
    ran = run_test(with_background("{drop: {chance: 1%}, pause: 1s..3s}"))
    ((_, _, line, name),) = ran.nemesis.plagues
    assert (line, name) == (6, "1")


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("sleep: 1s", "`sleep` is no fault that comes and goes"),
        ("{partition: halves, pause: 3}", "wanted a duration"),
        ("{partition: halves, every: 3s}", "`every` cannot stand beside"),
        ("{partition: {shape: isolate, around: leader}}", "nothing is called `leader` here"),
        ("{pause: 3s}", "wanted a step"),
    ],
)
def test_a_background_that_cannot_be_is_refused(entry: str, says: str) -> None:
    """At its place."""
    with pytest.raises(SuiteError, match=says) as caught:
        with_background(entry)
    assert caught.value.line == 6
