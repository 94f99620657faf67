"""What each step does to a cluster, in virtual time; and what its failures say."""

import pytest
from suite_fakes import FakeCluster, FakeNemesis, FakeWorkload, Ran, run, suite_of

from raftkit.errors import CaseFailed
from raftkit.model import MS, SECOND, Verdict
from raftkit.suite import run_steps


def broken(steps: str, kind: str, cluster: FakeCluster | None = None) -> Ran:
    """Run steps that must fail, with this kind of failure."""
    ran = run(steps, cluster=cluster)
    assert ran.failed is not None
    assert ran.failed.failure.kind == kind
    return ran


# --- servers and network -----------------------------------------------------


def test_connect_and_disconnect_take_one_or_several() -> None:
    """A list is obeyed in its order, and numbers wrap around."""
    ran = run(
        "- check_one_leader: {save: leader}\n- disconnect: [leader + 2, leader - 1, 1]\n- connect: disconnected"
    )
    assert ran.calls[1:] == [
        ("disconnect", 2),
        ("disconnect", 2),
        ("disconnect", 1),
        ("connect", 1),
        ("connect", 2),
    ]


def test_restart_connects_each_server_unless_told_not_to() -> None:
    """The lab nearly always starts and connects; its first persistence test does not."""
    ran = run("- crash: [0, 1]\n- restart: crashed\n- restart: {servers: 2, connect: false}")
    assert ran.calls == [
        ("crash", 0),
        ("crash", 1),
        ("restart", 0),
        ("connect", 0),
        ("restart", 1),
        ("connect", 1),
        ("restart", 2),
    ]


def test_the_network_changes_only_in_what_is_named() -> None:
    """Unreliable and long reordering are two conditions."""
    ran = run("- network: unreliable\n- network: {long_reordering: true}\n- network: {condition: reliable}")
    assert ran.calls == [
        ("set_network", True, None),
        ("set_network", None, True),
        ("set_network", False, None),
    ]


def test_a_server_is_picked_from_all_or_from_some() -> None:
    """And none from nobody."""
    drawn = {run("- pick_server: {save: s}\n- crash: s", seed=seed).calls[0][1] for seed in range(30)}
    assert drawn == {0, 1, 2}
    assert run("- pick_server: {save: s, from: [1]}\n- crash: s").calls == [("crash", 1)]
    assert run("- pick_server: {save: s, from: crashed}\n- check: s == none").failed is None


# --- commands ----------------------------------------------------------------


def test_agree_says_how_many_and_how_patiently() -> None:
    """A list counts by its size."""
    ran = run(
        "- agree: {command: 7, servers: all, save: i}\n- agree: {command: i, servers: n - 1, retry: true}"
    )
    assert ran.calls == [("agree", 7, 3, False), ("agree", 1, 2, True)]


def test_agree_at_another_index_fails() -> None:
    """Two entries for one command is a bug worth a sentence."""
    ran = broken("- agree: {command: 7, servers: all, index: 2..3}", "WrongIndex")
    assert ran.failed is not None
    assert ran.failed.failure.expected == "index 2..3"
    assert ran.failed.failure.observed == "index 1"


def test_start_asks_each_server_with_a_command_of_its_own() -> None:
    """As the lab's Figure 8 does; the last that accepts is the leader."""
    ran = run(
        "- start: {server: each_alive, command: random, save_accepted_by: leader}\n- check: leader == 0"
    )
    assert ran.failed is None
    assert [call[:2] for call in ran.calls] == [("start", 0), ("start", 1), ("start", 2)]
    assert len({call[2] for call in ran.calls}) == 3


def test_start_repeats_on_each_server() -> None:
    """``times`` may be a range."""
    counts = {
        len(run("- start: {server: 0, command: 1, times: 2..4}", seed=seed).calls) for seed in range(30)
    }
    assert counts == {2, 3, 4}


def test_start_pays_heed_only_to_those_named() -> None:
    """A leader that is cut off accepts, and is not the one that counts."""
    steps = """
- disconnect: 0
- start: {server: all, command: 1, save_accepted_by: any}
- start: {server: all, command: 1, only_among: connected, save_accepted_by: seen, save_accepted: accepted}
"""
    assert run(f"{steps}- check: any == 1 and seen == 1 and accepted").failed is None
    assert run(f"- crash: [1, 2]\n{steps}- check: any == 0 and seen == none and not accepted").failed is None


def test_start_on_a_crashed_server_is_not_accepted() -> None:
    """It has no term to tell."""
    steps = "- crash: 0\n- start: {server: 0, command: 1, save_index: i, save_term: t, save_accepted: a}"
    assert run(f"{steps}\n- check: i == none and t == none and not a").failed is None


@pytest.mark.parametrize(
    ("expect", "kind"),
    [
        ("{accepted: true}", None),
        ("{accepted: true, index: 1}", None),
        ("{index: 1..2}", None),
        ("{index: [1, 5]}", None),
        ("{accepted: false}", "StartAccepted"),
        ("{index: 2..3}", "WrongIndex"),
    ],
)
def test_start_compares_the_answer(expect: str, kind: str | None) -> None:
    """The figures are in the failure."""
    ran = run(f"- start: {{server: 0, command: 20, expect: {expect}}}")
    assert (ran.failed.failure.kind if ran.failed else None) == kind


def test_a_leader_that_refuses_is_told_apart_from_one_that_is_down() -> None:
    """Two different sentences."""
    refused = broken("- start: {server: 1, command: 20, expect: {accepted: true}}", "StartRefused").failed
    down = broken(
        "- crash: 0\n- start: {server: 0, command: 20, expect: {accepted: true}}", "StartRefused"
    ).failed
    assert refused is not None
    assert down is not None
    assert refused.failure.summary == "start(20) on server 1 was refused"
    assert down.failure.summary == "start(20) on server 0: it is down"


def test_wait_committed_gives_the_command_or_none() -> None:
    """None when the term moved on."""
    cluster = FakeCluster(3)
    steps = "- agree: {command: 9, servers: all}\n- wait_committed: {index: 1, servers: all, save: c}\n- check: c == 9"
    assert run(steps, cluster=cluster).failed is None
    cluster.term = 5
    steps = (
        "- wait_committed: {index: 1, servers: all, start_term: 4, command: 3, save: c}\n- check: c == none"
    )
    assert run(steps, cluster=cluster).failed is None
    broken("- wait_committed: {index: 1, servers: all, command: 3}", "WrongCommand", cluster)


# --- checks ------------------------------------------------------------------


def test_checks_that_hold_say_nothing() -> None:
    """And those of the cluster are the cluster's own."""
    ran = run(
        "- check_no_leader\n- check_terms: {at_least: 1, save: t}\n- check: t == 1\n- check_not_committed: 1"
    )
    assert ran.failed is None


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ("- check_terms: {at_least: 2}", "TermTooLow"),
        ("- agree: {command: 1, servers: all}\n- check_not_committed: {index: 1}", "CommittedTooEarly"),
        ("- check_committed: {index: 1}", "NotCommitted"),
        ("- agree: {command: 1, servers: all}\n- check_committed: {index: 1, command: 2}", "NotCommitted"),
        ("- let: {x: 2}\n- check: {that: x < 2, text: too much}", "CheckFailed"),
        ("- check_rpcs: {at_least: 1, at_most: 30}", "TooFewRPCs"),
        ("- agree: {command: 1, servers: all}\n- check_rpcs: {at_most: 1}", "TooManyRPCs"),
        (
            "- agree: {command: random_string(100), servers: all}\n- check_bytes: {at_most: 100}",
            "TooManyBytes",
        ),
        ("- check_saved_state: {bytes_below: 100}", "SavedStateTooLarge"),
    ],
)
def test_checks_that_do_not_hold_fail(steps: str, kind: str) -> None:
    """Each with its own kind."""
    broken(steps, kind)


def test_liveness_is_asked_for_in_calm_weather() -> None:
    """With its default of five seconds, and a command of its own unless the suite names one."""
    ran = run("- check_liveness\n- check_liveness: {within: 2s, command: 5}\n- check_liveness: 1s")
    assert [call[2] for call in ran.calls] == [5 * SECOND, 2 * SECOND, 1 * SECOND]
    assert ran.calls[1][1] == 5
    assert ran.calls[0][1] != ran.calls[2][1]


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ("- crash: 1", "server 1 is down"),
        ("- cut: {from: 0, to: 1}", "a fault is on: cut S0 | S1"),
    ],
)
def test_liveness_in_a_storm_is_the_suites_own_mistake(before: str, says: str) -> None:
    """Nobody is to be blamed for what cannot be; the advice names the steps that end it."""
    ran = broken(f"{before}\n- check_liveness", "SuiteError")
    assert ran.failed is not None
    assert ran.failed.verdict is Verdict.ERROR
    assert ran.failed.failure.summary == f"the weather has not cleared: {says}"
    assert "restart: crashed" in ran.failed.failure.advice


def test_a_failed_check_shows_its_variables() -> None:
    """Not only the formula."""
    ran = broken("- let: {x: 2, y: 50ms}\n- check: {that: x < 2 or y < 1ms, text: too much}", "CheckFailed")
    assert ran.failed is not None
    failure = ran.failed.failure
    assert (failure.summary, failure.expected, failure.observed) == (
        "too much",
        "x < 2 or y < 1 ms",
        "x = 2, y = 50 ms",
    )


def test_a_budget_counts_from_where_it_is_told() -> None:
    """The election before does not count."""
    steps = "- check_one_leader\n- let: {before: rpcs}\n- agree: {command: 1, servers: all}"
    assert run(f"{steps}\n- check_rpcs: {{since: before, at_least: 2, at_most: 2}}").failed is None


def test_a_warning_does_not_fail() -> None:
    """It names what it saw."""
    ran = run("- let: {x: 2}\n- warn: {when: x > 1, text: x is large}\n- warn: {when: x > 5, text: no}")
    assert ran.failed is None
    assert ran.cluster.warnings == ["x is large (x = 2)"]


# --- time, variables, flow ---------------------------------------------------


def test_sleep_takes_exactly_as_long_as_it_says() -> None:
    """Or a drawn while."""
    assert run("- sleep: 0.7 * election_timeout").cluster.now_ns == 700 * MS
    slept = {run("- sleep: 0ms..3ms", seed=seed).cluster.now_ns for seed in range(40)}
    assert slept == {0, MS, 2 * MS, 3 * MS}


def test_let_goes_in_order_and_copies_lists() -> None:
    """A copy does not grow with its original."""
    steps = """
- let: {a: [], b: a}
- append: {to: a, value: 5}
- check: a == [5] and b == []
- let: {x: 1, y: x + 1}
- check: y == 2
"""
    assert run(steps).failed is None


def test_repeat_counts_from_where_it_is_told() -> None:
    """From 0 unless told otherwise."""
    assert [c[2] for c in run("- {repeat: 3, as: i, steps: [{start: {server: 0, command: i}}]}").calls] == [
        0,
        1,
        2,
    ]
    ran = run("- {repeat: 2, as: i, from: 7, steps: [{start: {server: 0, command: i}}]}")
    assert [call[2] for call in ran.calls] == [7, 8]


def test_for_each_looks_at_its_list_once() -> None:
    """Though crashing changes who is alive."""
    assert run("- {for_each: alive, as: s, steps: [{crash: s}]}").calls == [("crash", s) for s in range(3)]


def test_if_takes_one_way() -> None:
    """Steps of both ways are numbered through."""
    ran = run("- if: n == 3\n  steps: [check_no_leader]\n  else: [{crash: 0}]")
    assert ran.calls == [("check_no_leader",)]
    ran = run("- if: n == 4\n  steps: [check_no_leader]\n  else: [{crash: 0}]")
    assert ran.calls == [("crash", 0)]
    assert [mark.path for mark in ran.marks if mark.entering] == ["1", "1.2"]


def test_chances_come_out_as_often_as_they_say() -> None:
    """Over ten thousand draws; the seed is fixed."""
    steps = """
- repeat: 10000
  steps:
    - {chance: 20%, steps: [{disconnect: 0}], else: [{connect: 0}]}
    - choose:
        - {chance: 10%, steps: [{crash: 0}]}
        - {chance: 90%, steps: [{restart: {servers: 0, connect: false}}]}
"""
    calls = [call[0] for call in run(steps).calls]
    assert 1900 < calls.count("disconnect") < 2100
    assert calls.count("disconnect") + calls.count("connect") == 10000
    assert calls.count("restart") > 9 * 900


def test_certain_and_impossible_chances() -> None:
    """0% never, 100% always."""
    steps = """
- repeat: 500
  steps:
    - {chance: 0%, steps: [{crash: 0}]}
    - {chance: 100%, steps: [{connect: 0}]}
"""
    assert {call[0] for call in run(steps).calls} == {"connect"}


ATTEMPTS = """
- attempts: 5
  pause: 3s
  or_fail: term changed too often
  steps:
    - start: {server: 0, command: 1, save_accepted: accepted}
    - next_attempt_if: not accepted
- check: accepted
"""


def test_attempts_go_on_until_one_comes_to_its_end() -> None:
    """Three seconds apart."""
    cluster = FakeCluster(3)
    cluster.refusals = 4
    ran = run(ATTEMPTS, cluster=cluster)
    assert ran.failed is None
    assert cluster.now_ns == 12 * SECOND


def test_attempts_without_success_fail_with_their_reasons() -> None:
    """The last attempt is not followed by a pause."""
    cluster = FakeCluster(3)
    cluster.refusals = 5
    ran = broken(ATTEMPTS, "NoAttemptSucceeded", cluster)
    assert ran.failed is not None
    assert ran.failed.failure.summary == "term changed too often"
    assert "attempt 5: not accepted at step 1.2" in ran.failed.failure.observed
    assert ran.failed.failure.where is not None
    assert ran.failed.failure.where.step == "1"
    assert cluster.now_ns == 12 * SECOND


def test_parallel_steps_run_at_once_and_share_lists() -> None:
    """Five sleeps of a second take a second."""
    steps = """
- let: {seen: []}
- parallel: 5
  as: i
  steps:
    - sleep: 1s
    - append: {to: seen, value: i}
- check: seen == 5 and 4 in seen
"""
    ran = run(steps)
    assert ran.failed is None
    assert ran.cluster.now_ns == SECOND


def test_background_steps_are_waited_for_when_told_and_at_the_end() -> None:
    """A test does not end while something of it still runs."""
    steps = "- background: 2\n  steps: [{sleep: 5s}, {crash: 0}]\n- connect: 1"
    assert run(steps).calls == [("connect", 1), ("crash", 0), ("crash", 0)]
    assert run(steps).cluster.now_ns == 5 * SECOND
    assert run(steps + "\n- wait_for_background\n- restart: 0").calls[-2:] == [("restart", 0), ("connect", 0)]


def test_a_failure_in_the_background_knows_its_place() -> None:
    """Step, round and moment."""
    ran = broken("- background: 2\n  steps: [{sleep: 5s}, {check: n == 4}]\n- sleep: 9s", "CheckFailed")
    assert ran.failed is not None
    where = ran.failed.failure.where
    assert where is not None
    assert (where.step, where.at_ns) == ("1.2 (round 1)", 5 * SECOND)


def test_shared_steps_see_their_parameters_and_keep_what_they_save() -> None:
    """A range is drawn once, at the use."""
    text = """\
part: X
shared:
  down:
    parameters: [victim, times]
    steps:
      - {repeat: times, steps: [{crash: victim}, {restart: {servers: victim, connect: false}}]}
      - let: {inner: 1}
tests:
  T:
    servers: 3
    steps:
      - let: {inner: 50ms}
      - {use: down, with: {victim: 1, times: 2..2}}
      - check: inner == 50ms
"""
    from suite_fakes import run_test

    from raftkit.suite import load_suite

    ran = run_test(load_suite("x.yaml", text=text.encode()).tests[0])
    assert ran.failed is None
    assert ran.calls == [("crash", 1), ("restart", 1)] * 2


# --- clients -----------------------------------------------------------------


def test_clients_note_what_they_saw_committed() -> None:
    """And the log, read back, holds all of it."""
    steps = """
- start_clients: {clients: 3}
- sleep: 1s
- stop_clients: {save: acknowledged}
- check: acknowledged > 100
- agree: {command: 1, servers: all, save: last}
- check_log_holds: {commands: acknowledged, up_to: last}
"""
    assert run(steps).failed is None


def test_a_lost_command_is_named() -> None:
    """The worst thing that Raft can do."""
    steps = "- agree: {command: 1, servers: all}\n- check_log_holds: {commands: [1, 77], up_to: 1}"
    ran = broken(steps, "CommandLost")
    assert ran.failed is not None
    assert ran.failed.failure.observed == "missing: 77"


def test_clients_wait_when_nobody_leads() -> None:
    """79 ms, and 17 more for each further client: they never march in step."""
    cluster = FakeCluster(3)
    for server in range(3):
        cluster.crash(server)
    cluster.calls.clear()
    assert run("- start_clients: {clients: 2}\n- sleep: 1s", cluster=cluster).failed is None
    assert cluster.now_ns == 11 * 96 * MS  # the second client wakes up last, and sees that it shall stop


# --- marks, places, the suite's own faults -----------------------------------


def test_each_step_is_told_when_it_begins_and_ends() -> None:
    """With its number, line, words and round."""
    ran = run("- repeat: 2\n  steps:\n    - crash: 0")
    assert [(m.path, m.line, m.text, m.entering, m.rounds) for m in ran.marks] == [
        ("1", 6, "repeat 2 times", True, ()),
        ("1.1", 8, "crash 0", True, (1,)),
        ("1.1", 8, "crash 0", False, (1,)),
        ("1.1", 8, "crash 0", True, (2,)),
        ("1.1", 8, "crash 0", False, (2,)),
        ("1", 6, "repeat 2 times", False, ()),
    ]


def test_a_failure_is_placed_at_the_innermost_step() -> None:
    """File, line, test, step, round, moment."""
    ran = run("- sleep: 1s\n- repeat: 3\n  as: i\n  steps:\n    - check: i < 2")
    assert ran.failed is not None
    assert str(ran.failed.failure.where) == "x.yaml:10  T, step 2.1 (round 3), t=1.000s"


@pytest.mark.parametrize(
    ("steps", "says", "line"),
    [
        ("- check_terms: {save: t}\n- check: 1 / (t - 1) == 1", "division by zero", 7),
        ("- crash: all\n- start: {server: 0, command: 1, save_accepted_by: s}\n- crash: s", "found none", 8),
        ("- let: {x: 0 - 5}\n- {repeat: x, steps: [check_no_leader]}", "-5 times", 7),
        ("- stop_clients", "no clients are at work", 6),
        ("- start_clients: {clients: 1}\n- start_clients: {clients: 1}", "already at work", 7),
        ("- let: {x: []}\n- check: x[0] == 1", "a list of 0 has no item 0", 7),
    ],
)
def test_a_suite_that_goes_wrong_while_it_runs_says_where(steps: str, says: str, line: int) -> None:
    """The verdict is an error: it is no fault of the implementation."""
    failed = broken(steps, "SuiteError").failed
    assert failed is not None
    assert failed.verdict is Verdict.ERROR
    assert says in failed.failure.summary
    assert failed.failure.where is not None
    assert failed.failure.where.line == line


def test_steps_without_end_are_stopped() -> None:
    """A hundred thousand times a hundred thousand steps that take no time."""
    steps = "- repeat: 100000\n  steps:\n    - {repeat: 100000, steps: [check_no_leader]}"
    cluster = FakeCluster(3)
    with pytest.raises(CaseFailed, match="has run 1,000,000 steps"):
        cluster.run(
            lambda: run_steps(
                suite_of(steps).tests[0], cluster, FakeNemesis(), FakeWorkload(), on_step=lambda mark: None
            )
        )


def test_one_seed_one_run() -> None:
    """Everything that is drawn comes from the cluster's stream."""
    steps = """
- repeat: 20
  steps:
    - pick_server: {save: s}
    - {chance: 50%, steps: [{crash: s}], else: [{restart: s}]}
"""
    assert run(steps, seed=3).calls == run(steps, seed=3).calls
    assert run(steps, seed=3).calls != run(steps, seed=4).calls


# --- workloads -----------------------------------------------------------------


def test_a_workload_begins_once_and_is_judged_at_the_end_at_the_latest() -> None:
    """What clients saw is never left unjudged."""
    ran = run("- start_workload: {model: list_append, clients: 5, keys: 2}\n- sleep: 1s")
    assert ran.workload.begun == [("list_append", 5, 2)]
    assert ran.workload.judged == 1
    ran = run("- start_workload\n- check_linearizable")
    assert ran.workload.begun == [("register", 3, 3)]
    assert ran.workload.judged == 2


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ("- check_linearizable", "no workload has begun"),
        ("- start_workload\n- start_workload", "begun already"),
        ("- start_workload: {clients: 0}", "shows nothing"),
    ],
)
def test_a_suite_that_uses_a_workload_wrongly_is_told(steps: str, message: str) -> None:
    """It is the suite's error, and no failure of an implementation."""
    assert message in broken(steps, "SuiteError").failed.failure.summary  # type: ignore[union-attr]
