"""Wrong implementations through the lab's suites: what their authors read on the console, and what the report holds."""

import re

import pytest
from telling import MUTANTS, WRONG, in_order, told

from raftkit.model import Limits
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case


def test_an_answer_before_the_save(tmp_path):
    """The save that was missing, the restart that showed it, the entry that was lost."""
    seen = told(tmp_path, WRONG / "answers_before_saving.py", "TestPersist12C")

    assert seen.result.failure.kind == "AnsweredBeforeSaving"
    assert "rule       Raft §5.1, Figure 2 (persistent state): " in seen.console
    assert re.search(
        r"broken by  S1 at t=0\.\d+s: it answered append_entries of S0 before it had saved index 1\n",
        seen.console,
    )
    story = in_order(
        seen,
        "S0 accepted 11 at index 1, term 1",
        "S0 → S1  AppendEntries, term 1: index 1 (11, term 1)",
        "S1 → S0  acknowledged index 1, term 1, and saved nothing before it answered",
        "S0 applied 11 at index 1",
        "S1 restarted after its crash at t=",
    )
    assert re.search(
        r"; it had saved last at t=0\.\d+s, \d+ bytes, before it had index 1: the entry is lost$",
        story[-1].text,
    )
    assert {moment.line for moment in story} <= seen.past


LEFT_DOWN = """
part: mini
tests:
  TestLeftDown:
    servers: 3
    steps:
      - agree: {command: 11, servers: all}
      - check_one_leader: {save: leader}
      - crash: leader + 1
      - sleep: 1s
"""


def test_an_answer_before_the_save_of_a_server_that_never_came_back(tmp_path):
    """The crash takes the promise along, whether or not somebody restarts the server."""
    suite = tmp_path / "mini.yaml"
    suite.write_text(LEFT_DOWN)
    seen = told(tmp_path, WRONG / "answers_before_saving.py", "TestLeftDown", suite=suite)

    assert seen.result.failure.kind == "AnsweredBeforeSaving"
    assert seen.result.failure.where.step == "4"
    in_order(seen, "saved nothing before it answered", "crashed; it had saved last at t=")
    assert "before it had index 1: the entry is lost" in seen.console
    sound = run_case(
        RunRequest(
            suite=str(suite), test="TestLeftDown", implementation=str(WRONG / "reference.py"), seed=1, limits=Limits()
        )
    )  # fmt: skip
    assert sound.failure is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_committed_entry_that_a_restart_forgot(tmp_path, seed):
    """Acknowledged, applied, forgotten at a restart, overwritten by a leader that had it once."""
    seen = told(tmp_path, MUTANTS / "forgets_its_log.py", "TestPersist12C", seed)

    assert seen.result.failure.kind == "LeaderCompletenessViolated"
    story = in_order(
        seen, "accepted 11 at index 1, term 1", "acknowledged index 1, term 1", "applied 11 at index 1", "restarted after its crash",
        "stood for term 2, its log empty", "granted its vote, term 2", "accepted 12 at index 1, term 2",
    )  # fmt: skip
    leader = story[-1].text.partition(" ")[0]
    assert re.search(
        rf"broken by  {leader} at its restart, t=\S+s: it had (acknowledged|accepted) index 1 at t=\S+s, "
        "and did not have it any more\n",
        seen.console,
    )


def test_a_committed_entry_that_a_vote_gave_away(tmp_path):
    """A voter elects a longer log of an earlier term."""
    seen = told(tmp_path, MUTANTS / "compares_lengths_alone.py", "TestRejoin2B")

    assert re.search(
        r"broken by  S(\d) at t=\S+s: it voted for S(\d) in term \d, whose last entry was index \d of term 1; "
        r"it had itself index 2 of term 2, which is more up-to-date \(Raft §5\.4\.1\)\n",
        seen.console,
    )
    story = in_order(
        seen, "applied 103 at index 2", "stood for term", "granted its vote", "AppendEntries, term"
    )
    assert "index 2 (102, term 1)" in story[-1].text
    assert story[-1].line in seen.past


def test_a_commit_that_is_believed_without_the_entry(tmp_path):
    """The message from which the server took the commit, and behind which entry it came."""
    seen = told(tmp_path, MUTANTS / "believes_leader_commit.py", "TestRejoin2B")

    heard, applied = in_order(
        seen, "no entries after index 2 of term 2, leader_commit 2", "S0 applied 102 at index 2"
    )
    assert "→ S0  AppendEntries" in heard.text
    assert seen.lines[applied.line].startswith('{"event":"test_ended"')


def test_two_leaders(tmp_path):
    """The one who was elected, and the one who never stood in that term."""
    seen = told(tmp_path, MUTANTS / "two_leaders.py", "TestReElection2A")

    assert re.search(
        r"broken by  S1 at t=\S+s: it acts as leader of term 2, and never asked for a vote in it, only in term 1\n",
        seen.console,
    )
    elected, led, said = in_order(
        seen, "granted its vote, term 2", "S2 led term 2", "S1 said that it leads term 2"
    )
    assert elected.text.endswith("→ S2  granted its vote, term 2")
    assert {led.line, said.line} <= seen.past
    assert len(seen.past) < len(seen.lines)


def test_a_vote_that_a_restart_forgot(tmp_path):
    """Both votes, and the restart between them."""
    seen = told(tmp_path, MUTANTS / "forgets_everything.py", "TestPersist12C")

    assert seen.result.failure.kind == "VotedTwice"
    assert re.search(
        r"broken by  S\d at t=\S+s, with its second vote in term 1, for (itself|S\d); "
        r"since its restart at t=\S+s it did not have the first one any more\n",
        seen.console,
    )


def test_a_deadlock_between_the_applier_and_the_service(tmp_path):
    """What the server did last, whose call never returned, and who has waited for it since."""
    seen = told(tmp_path, MUTANTS / "holds_lock_over_put.py", "TestSnapshotBasic2D")

    assert "rule       the lab's advice on locking: A thread that holds a lock" in seen.console
    applied, called, waits = in_order(
        seen, "applied ", "is called by its service: snapshot(9, ...)", "arrived and was never answered"
    )
    assert f"broken by  {called.text[:2]}: it has done nothing since t=" in seen.console
    assert max(seen.past) == called.line, "what came later could not lead to it"
    assert applied.at_ns <= called.at_ns < waits.at_ns
    assert f"→ {called.text[:2]}  " in waits.text


def test_an_election_that_comes_too_late(tmp_path):
    """Nobody stood within the lab's patience, and the story says how long that was."""
    seen = told(tmp_path, WRONG / "stands_late.py", "TestInitialElection2A")

    assert seen.result.failure.kind == "NoLeader"
    assert "rule       Raft §5.2: " in seen.console
    story = " ".join(seen.console.partition("how it came about")[2].split())
    assert "No server asked for a vote from the beginning to the end, t=5.0" in story
    assert "election timeouts are longer than that" in story


def test_a_flood_of_rpcs(tmp_path):
    """Who sends what to whom, how fast, and what makes it send again."""
    seen = told(tmp_path, MUTANTS / "calls_without_pause.py", "TestInitialElection2A")

    assert seen.result.failure.kind == "RpcFlood"
    assert re.search(r"broken by  S\d at t=", seen.console)
    assert len(seen.moments) == 2
    for moment in seen.moments:
        assert re.fullmatch(
            r"S(\d) → S(?!\1)\d  from here on [\d,]+ append_entries, [\d,]+ bytes; one every \d\.\d ms; "
            r"all without entries; [\d,]+ of them as soon as the call before had ended",
            moment.text,
        )


def test_too_many_rpcs(tmp_path):
    """The pace, where nothing but a timer drives it."""
    seen = told(tmp_path, WRONG / "hurries.py", "TestCount2B")

    assert seen.result.failure.kind == "TooManyRPCs"
    assert re.search(
        r"→ S\d  from here on \d+ append_entries, [\d,]+ bytes; one every (9|10)\.\d ms; ",
        seen.moments[0].text,
    )
    assert "as soon as" not in seen.moments[0].text


def test_an_exception_is_told_with_the_message_that_led_to_it(tmp_path):
    """The request whose handler raised, and what it carried."""
    seen = told(tmp_path, MUTANTS / "raises_in_a_handler.py", "TestFailAgree2B")

    assert re.search(
        r"→ S\d  heartbeat T\d prev=\d/\d commit=\d: arrived and was never answered", seen.moments[-1].text
    )


def test_a_snapshot_that_goes_back_in_time(tmp_path):
    """How far the service had come, and how far the snapshot reaches."""
    seen = told(tmp_path, MUTANTS / "goes_back_in_time.py", "TestSnapshotBasic2D")

    in_order(
        seen,
        "service made a snapshot up to index 9",
        "applied index 1",
        "handed its service a snapshot up to index 9",
    )
