"""What the lab's tester asks of a cluster, with its figures.

Each check waits as long as the lab's does, and raises CaseFailed with what it expected and saw.
"""

from random import Random
from typing import Any

import msgspec

from raftkit.errors import CaseFailed
from raftkit.model import MS, SECOND, Failure

_encode = msgspec.msgpack.Encoder().encode
LEADER_ROUNDS = 10
LEADER_WAIT_MS = (450, 549)
AGREE_NS = 10 * SECOND
AGREE_WAIT_NS = 2 * SECOND
AGREE_POLL_NS = 20 * MS
AGREE_PAUSE_NS = 50 * MS
WAIT_POLLS = 30
WAIT_FIRST_NS = 10 * MS
WAIT_LONGEST_NS = 1 * SECOND


class Checks:
    """The tester's checks; ``Cluster`` supplies the rest."""

    n: int
    rng: Random
    applied: list[dict[int, Any]]
    committed_command: dict[int, tuple[int, Any]]
    offered: set[bytes]
    highest_applied: int

    @property
    def now_ns(self) -> int:
        """The virtual time."""
        raise NotImplementedError

    def sleep(self, ns: int) -> None:
        """Let virtual time pass."""
        raise NotImplementedError

    def is_connected(self, server: int) -> bool:
        """Whether a server's links are enabled."""
        raise NotImplementedError

    def start(self, server: int, command: Any) -> tuple[int, int, bool] | None:
        """Offer a command."""
        raise NotImplementedError

    def get_state(self, server: int) -> tuple[int, bool] | None:
        """A server's term and role."""
        raise NotImplementedError

    def last_applied(self, server: int) -> int:
        """The highest index that a server's service has taken."""
        raise NotImplementedError

    # -- leaders and terms ---------------------------------------------------

    def check_one_leader(self) -> int:
        """The leader among the connected servers; waits about five seconds for one."""
        for _ in range(LEADER_ROUNDS):
            self.sleep(self.rng.randint(*LEADER_WAIT_MS) * MS)
            leaders: dict[int, list[int]] = {}
            for server in range(self.n):
                state = self.get_state(server) if self.is_connected(server) else None
                if state is not None and state[1]:
                    leaders.setdefault(state[0], []).append(server)
            for term, servers in sorted(leaders.items()):
                if len(servers) > 1:
                    raise _two_leaders(term, servers)
            if leaders:
                return leaders[max(leaders)][0]
        raise CaseFailed(
            Failure(
                kind="NoLeader",
                summary="expected one leader, got none",
                expected="a connected server that says it leads, within about 5 s (ten looks, 450..549 ms apart)",
                observed="none of the servers " + self._connected_names() + " ever said so",
                advice="are election timeouts random, long enough for heartbeats, and is the vote granted?",
            )
        )

    def check_terms(self) -> int:
        """The term that all connected servers agree on."""
        terms: dict[int, int] = {}
        for server in range(self.n):
            state = self.get_state(server) if self.is_connected(server) else None
            if state is not None:
                terms[server] = state[0]
        if len(set(terms.values())) > 1:
            raise CaseFailed(
                Failure(
                    kind="TermsDiffer",
                    summary="servers disagree on the term",
                    expected="one term on all connected servers",
                    observed=", ".join(f"server {server}: {term}" for server, term in terms.items()),
                    advice="a server that sees a higher term takes it over (Raft §5.1)",
                )
            )
        return next(iter(terms.values()), -1)

    def check_no_leader(self) -> None:
        """No connected server says that it leads."""
        for server in range(self.n):
            state = self.get_state(server) if self.is_connected(server) else None
            if state is not None and state[1]:
                raise CaseFailed(
                    Failure(
                        kind="UnexpectedLeader",
                        summary=f"server {server} leads without a majority",
                        expected="no leader among the servers " + self._connected_names(),
                        observed=f"server {server} says that it leads term {state[0]}",
                        advice="a candidate needs votes from a majority of ALL servers (Raft §5.2)",
                    )
                )

    # -- committed entries ---------------------------------------------------

    def committed(self, index: int) -> tuple[int, Any]:
        """How many servers have applied an index, and the command."""
        found = [log[index] for log in self.applied if index in log]
        return len(found), (found[0] if found else None)

    def wait_committed(self, index: int, servers: int, start_term: int | None = None) -> Any:
        """Wait until ``servers`` servers have applied ``index``: the command.

        Returns None when ``start_term`` is given and any server's term has moved past it.
        """
        pause_ns = WAIT_FIRST_NS
        for _ in range(WAIT_POLLS):
            if self.committed(index)[0] >= servers:
                break
            self.sleep(pause_ns)
            if pause_ns < WAIT_LONGEST_NS:
                pause_ns *= 2
            if start_term is not None and self._term_moved(start_term):
                return None
        count, command = self.committed(index)
        if count < servers:
            raise CaseFailed(
                Failure(
                    kind="NotCommitted",
                    summary=f"only {count} servers have applied index {index}, wanted {servers}",
                    expected=f"{servers} servers apply index {index}",
                    observed=f"{count} did: " + self._appliers(index),
                    advice="does the leader go on sending to followers that have not answered?",
                )
            )
        return command

    def agree(self, command: Any, servers: int, retry: bool) -> int:
        """Have a command committed by whoever leads, and applied by ``servers`` servers: its index.

        Without ``retry`` a leader that accepts gets one chance; with it the command is offered again for
        up to ten seconds.
        """
        began_ns = self.now_ns
        last = 0
        offered = 0
        while self.now_ns - began_ns < AGREE_NS:
            index = None
            for _ in range(self.n):
                last = (last + 1) % self.n
                started = self.start(last, command) if self.is_connected(last) else None
                if started is not None and started[2]:
                    index = started[0]
                    offered += 1
                    break
            if index is None:
                self.sleep(AGREE_PAUSE_NS)
                continue
            if self._settled(index, command, servers):
                return index
            if not retry:
                raise self._no_agreement(
                    command, servers, f"accepted by server {last} at index {index}; ", index
                )
        raise self._no_agreement(command, servers, f"{offered} servers accepted it in 10 s; ", None)

    def _settled(self, index: int, command: Any, servers: int) -> bool:
        since_ns = self.now_ns
        while self.now_ns - since_ns < AGREE_WAIT_NS:
            count, found = self.committed(index)
            if count >= max(1, servers) and _same(found, command):
                return True
            self.sleep(AGREE_POLL_NS)
        return False

    # -- what services report ------------------------------------------------

    def record(self, server: int, incarnation: int, index: int, command: Any, last_applied: int) -> None:
        """A service has taken a command. Order and agreement are judged here, at once."""
        if index != last_applied + 1:
            raise _out_of_order(server, index, last_applied, command)
        known = self.committed_command.get(index)
        if known is None and _encode(command) not in self.offered:
            raise _never_offered(server, index, command)
        if known is None:
            self.committed_command[index] = (server, command)
        elif not _same(known[1], command):
            raise _different(index, known, (server, command))
        self.applied[server][index] = command
        self.highest_applied = max(self.highest_applied, index)

    def remember(self, server: int, commands: list[Any]) -> None:
        """A service has taken a snapshot: ``commands`` from index 0. They are what some service has applied there."""
        for index, command in enumerate(commands):
            known = self.committed_command.get(index)
            if index and (known is None or not _same(known[1], command)):
                raise _not_what_was_applied(server, index, known, command)
        self.applied[server] = {index: command for index, command in enumerate(commands) if index}
        self.highest_applied = max(self.highest_applied, len(commands) - 1)

    # -- helpers -------------------------------------------------------------

    def _term_moved(self, start_term: int) -> bool:
        for server in range(self.n):
            state = self.get_state(server)
            if state is not None and state[0] > start_term:
                return True
        return False

    def _connected_names(self) -> str:
        return (
            ", ".join(str(server) for server in range(self.n) if self.is_connected(server))
            or "(none connected)"
        )

    def _appliers(self, index: int) -> str:
        names = [f"server {server}" for server, log in enumerate(self.applied) if index in log]
        return ", ".join(names) or "no server"

    def _no_agreement(self, command: Any, servers: int, accepted: str, index: int | None) -> CaseFailed:
        applied = f"applied there by {self._appliers(index)}" if index is not None else "it was not applied"
        return CaseFailed(
            Failure(
                kind="AgreementFailed",
                summary=f"command {_show(command)} failed to reach agreement",
                expected=f"{servers} servers apply it"
                + (" within 2 s of being accepted" if index is not None else " within 10 s"),
                observed=accepted + applied,
                advice="follow the command in the log: was it sent, acknowledged by a majority, committed, applied?",
            )
        )


def _never_offered(server: int, index: int, command: Any) -> CaseFailed:
    return CaseFailed(
        Failure(
            kind="UnknownCommand",
            summary=f"server {server} applied a command that nobody ever offered",
            expected="commands as they were given to start(), one at each index",
            observed=f"command {_show(command)} at index {index}",
            advice="hand over the entry's command itself: no no-op entries, no wrapping, no other type",
        )
    )


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def _show(command: Any) -> str:
    text = repr(command)
    return text if len(text) <= 40 else text[:40] + "…"


def _two_leaders(term: int, servers: list[int]) -> CaseFailed:
    names = " and ".join(f"server {server}" for server in servers)
    return CaseFailed(
        Failure(
            kind="ElectionSafetyViolated",
            summary=f"term {term} has {len(servers)} leaders",
            expected="at most one leader in a term (Raft §5.2)",
            observed=f"{names} say that they lead term {term}",
            advice="compare voted_for of each server over the term: is it checked, kept and saved?",
        )
    )


def _out_of_order(server: int, index: int, last_applied: int, command: Any) -> CaseFailed:
    what = "applied twice or went back" if index <= last_applied else "left a gap"
    return CaseFailed(
        Failure(
            kind="AppliedOutOfOrder",
            summary=f"server {server} {what}: index {index} after index {last_applied}",
            expected=f"index {last_applied + 1} next: every index once, in order (Raft §5.3)",
            observed=f"index {index}, command {_show(command)}",
            advice="apply from one thread only, and from last_applied + 1 up to commit_index",
        )
    )


def _not_what_was_applied(server: int, index: int, known: tuple[int, Any] | None, command: Any) -> CaseFailed:
    applied = (
        "no server has applied that index"
        if known is None
        else f"server {known[0]} applied {_show(known[1])}"
    )
    return CaseFailed(
        Failure(
            kind="SnapshotDiffers",
            summary=f"the snapshot of server {server} says of index {index} what was never applied there",
            expected="a snapshot that some service has made, of what it had applied (Raft §7, §5.4.3)",
            observed=f"the snapshot has {_show(command)} at index {index}; {applied}",
            advice="store and send a snapshot as opaque bytes, the ones that snapshot() was given",
        )
    )


def _different(index: int, first: tuple[int, Any], second: tuple[int, Any]) -> CaseFailed:
    return CaseFailed(
        Failure(
            kind="StateMachineSafetyViolated",
            summary=f"index {index} was applied with different commands",
            expected="the same command at the same index on every server, for ever (Raft §5.4.3)",
            observed=f"server {first[0]} applied {_show(first[1])}, server {second[0]} applied {_show(second[1])}",
            advice="an entry was committed and then lost: look at who was elected in between, and on which log",
        )
    )
