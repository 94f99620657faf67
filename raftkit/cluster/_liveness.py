"""In calm weather there is soon a leader, it commits what it accepts, and everybody gets that (Raft §5.2, §5.3, §5.6).

The lab's page wants a new leader within five seconds where a majority can communicate. Here all servers run, and
all hear each other: so there is a leader that soon, and commands commit; whoever was cut off catches up.
"""

from typing import Any

from raftkit.cluster._checks import AGREE_WAIT_NS, Checks
from raftkit.errors import CaseFailed
from raftkit.model import MS, Failure, seconds
from raftkit.net import LEARNS_AFTER_MS

LOOK_NS = 50 * MS
"""How often servers are looked at."""
CATCH_UP_NS = LEARNS_AFTER_MS[1] * MS
"""How much longer a server may take to catch up: a call from before may fail that late, and a leader that waits for it
sends this follower nothing meanwhile."""


class Liveness:
    """What is seen of a cluster since its weather has cleared.

    Args:
        cluster: All its servers run, connected by a network without faults.
        command: What it is to commit.
        within_ns: How long leader and commit may take, on the lab clock.
    """

    def __init__(self, cluster: Checks, command: Any, within_ns: int) -> None:
        self._cluster = cluster
        self._command = command
        self._began_ns = cluster.now_ns
        self._deadline_ns = cluster.now_ns + within_ns
        self._states: dict[int, tuple[int, bool]] = {}
        self._leaders: dict[tuple[int, int], int] = {}  # server and term: when it was first seen
        self._accepted: dict[int, tuple[int, int, int]] = {}  # index: server, term, when

    def check(self) -> None:
        """Wait until all is reached.

        Raises:
            CaseFailed: ``NoLeader``, ``NothingCommits`` or ``NotCaughtUp``: the first that was not.
        """
        while (index := self._committed()) is None:
            if self._cluster.now_ns >= self._deadline_ns:
                raise self._nothing_commits() if self._leaders else self._no_leader()
            self._offer()
            self._cluster.sleep(LOOK_NS)
        while late := [server for server in range(self._cluster.n) if self._applied(server) < index]:
            if self._cluster.now_ns >= self._deadline_ns + CATCH_UP_NS:
                raise self._not_caught_up(late[0], index)
            self._cluster.sleep(LOOK_NS)

    def _offer(self) -> None:
        """Hand the command to whoever leads the highest term; once, unless it takes long."""
        leader = self._look()
        if leader is None or any(
            leader == (server, term) and self._cluster.now_ns < at_ns + AGREE_WAIT_NS
            for server, term, at_ns in self._accepted.values()
        ):
            return
        started = self._cluster.start(leader[0], self._command)
        if started is not None and started[2]:
            self._accepted[started[0]] = (leader[0], started[1], self._cluster.now_ns)

    def _look(self) -> tuple[int, int] | None:
        """Who leads, and in which term."""
        cluster = self._cluster
        for server in range(cluster.n):
            state = cluster.get_state(server)
            if state is not None:
                self._states[server] = state
                if state[1]:
                    self._leaders.setdefault((server, state[0]), cluster.now_ns)
        leading = [(term, server) for server, (term, leads) in self._states.items() if leads]
        return max(leading)[::-1] if leading else None

    def _committed(self) -> int | None:
        """An index at which a majority has applied the command."""
        for index in self._accepted:
            known = self._cluster.committed_command.get(index)
            have = [server for server in range(self._cluster.n) if self._applied(server) >= index]
            if known is not None and known[1] == self._command and 2 * len(have) > self._cluster.n:
                return index
        return None

    def _applied(self, server: int) -> int:
        return self._cluster.last_applied(server)

    # -- what is told of a cluster that does not get there ----------------------

    def _failed(self, kind: str, summary: str, *, expected: str, observed: str, advice: str) -> CaseFailed:
        calm = f"of the weather's clearing at t={seconds(self._began_ns)}: all servers run, and all hear each other"
        return CaseFailed(
            Failure(
                kind=kind,
                summary=summary,
                expected=f"{expected} {calm}",
                observed=observed,
                advice=advice,
            )
        )

    def _within(self, more_ns: int = 0) -> str:
        return f"within {seconds(self._deadline_ns - self._began_ns + more_ns)}"

    def _no_leader(self) -> CaseFailed:
        terms = ", ".join(f"server {server}: term {term}" for server, (term, _) in self._states.items())
        return self._failed(
            "NoLeader",
            f"the weather has cleared, and nobody leads {self._within()}",
            expected=f"a server that says it leads, {self._within()}",
            observed=f"none ever said so; at last {terms}",
            advice="do followers that were cut off come back with ever higher terms? does a candidate that hears of "
            "one go on in it? are timeouts random, and drawn anew each time?",
        )

    def _nothing_commits(self) -> CaseFailed:
        led = "; ".join(
            f"server {server} led term {term} at t={seconds(at_ns)}"
            for (server, term), at_ns in list(self._leaders.items())[-3:]
        )
        if not self._accepted:
            what, then = "no leader accepts a command", "start() on it never said so"
        else:
            index, (server, term, at_ns) = list(self._accepted.items())[-1]
            appliers = [str(other) for other in range(self._cluster.n) if self._applied(other) >= index]
            what = f"index {index}, which the leader of term {term} accepted, does not commit"
            then = (
                f"{len(self._accepted)} command(s) accepted, the last by server {server} at t={seconds(at_ns)}; "
                f"servers that have applied so far: {', '.join(appliers) or 'none'}"
            )
        return self._failed(
            "NothingCommits",
            f"the weather has cleared, and {what} {self._within()}",
            expected=f"a command of now applied by a majority, {self._within()}",
            observed=f"{led}; {then}",
            advice="does the leader go on sending to followers that did not answer for long? does it go back until "
            "their logs match? does somebody with a shorter log depose it again and again?",
        )

    def _not_caught_up(self, server: int, index: int) -> CaseFailed:
        applied = self._applied(server)
        return self._failed(
            "NotCaughtUp",
            f"the weather has cleared, and server {server} does not catch up: it lacks index {applied + 1}",
            expected=f"every server applies index {index}, as a majority has, {self._within(CATCH_UP_NS)}",
            observed=", ".join(
                f"server {other} has applied up to index {self._applied(other)}"
                for other in range(self._cluster.n)
            ),
            advice="does the leader still send to that server, and from where in its log? does it send a snapshot when "
            "the entries are gone? what does that server answer?",
        )
