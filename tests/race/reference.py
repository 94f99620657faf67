"""Raft as the paper tells it: a complete implementation to learn from, and to measure others by.

It follows the extended version of Ongaro & Ousterhout, "In Search of an Understandable Consensus Algorithm".
Comments name a rule's section, as in "Raft §5.3"; state and messages are those of Figure 2: keep it at hand.

One lock guards all state, and nobody who holds it waits for another server or for the service. Three kinds
of threads share it: a *ticker* sleeps until a heartbeat or an election is due (§5.2), an *applier* hands
committed entries to the service (§5.3), and a *call* for each message sends it, waits, and takes in the reply.
Public methods take the lock; those with an underscore need it held, except the bodies of threads, ``_run...``.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from raftkit.contract import ApplyChannel, ApplyMsg, Peer, Persister, log

# Raft §5.6: broadcast time << election timeout << time between failures. The lab allows ten heartbeats a
# second, so the paper's 150..300 ms are too short: here a follower has missed four heartbeats, which is no
# accident even where one message in ten is lost, and a candidate has time to win before the next one stands.
HEARTBEAT_SECONDS = 0.11
ELECTION_TIMEOUT_SECONDS = (0.5, 0.8)

FOLLOWER, CANDIDATE, LEADER = "follower", "candidate", "leader"


@dataclass(slots=True)
class Entry:  # a command, and the term in which a leader took it in: it and its index identify it (Raft §5.3)
    term: int
    command: Any


@dataclass(slots=True)
class RequestVoteArgs:  # a candidate asks for a vote (§5.2) and shows how complete its log is (§5.4.1)
    term: int
    candidate_id: int
    last_log_index: int
    last_log_term: int


@dataclass(slots=True)
class RequestVoteReply:
    term: int
    vote_granted: bool


@dataclass(slots=True)
class AppendEntriesArgs:  # entries that follow prev_log_index (§5.3); without any, a heartbeat (§5.2)
    term: int
    leader_id: int
    prev_log_index: int
    prev_log_term: int
    entries: list[Entry]
    leader_commit: int


@dataclass(slots=True)
class AppendEntriesReply:
    term: int
    success: bool
    conflict_index: int = 0  # after a refusal: from where on the follower needs the leader's entries (§5.3)


@dataclass(slots=True)
class InstallSnapshotArgs:  # in place of entries that the leader has dropped: Figure 13, in one piece (§7)
    term: int
    leader_id: int
    last_included_index: int
    last_included_term: int
    data: bytes


@dataclass(slots=True)
class InstallSnapshotReply:
    term: int


class Log:
    """The log, in Raft's own numbering: the first entry there ever was has index 1.

    A snapshot stands for all up to ``base_index``, whose term is still asked for; the rest is here (Raft §7).
    """

    def __init__(self, base_index: int = 0, base_term: int = 0, entries: Sequence[Entry] = ()) -> None:
        self.base_index = base_index
        self.base_term = base_term
        self.entries: list[Entry] = []
        self.encoded: list[msgspec.Raw] = []  # each entry as it is saved, so as not to encode it every time
        self.append(entries)

    @property
    def last_index(self) -> int:
        return self.base_index + len(self.entries)

    def term_at(self, index: int) -> int:
        """The term of an entry in ``base_index..last_index``."""
        return self.base_term if index == self.base_index else self.entries[index - self.base_index - 1].term

    def between(self, first: int, last: int) -> list[Entry]:
        """The entries ``first`` to ``last``, both included, in a list of their own."""
        return self.entries[first - self.base_index - 1 : last - self.base_index]

    def append(self, entries: Sequence[Entry]) -> None:
        self.entries += entries
        self.encoded += [msgspec.Raw(msgspec.msgpack.encode(entry)) for entry in entries]

    def truncate(self, index: int) -> None:
        """Drop the entry at ``index`` and all behind it."""
        del self.entries[index - self.base_index - 1 :], self.encoded[index - self.base_index - 1 :]

    def compacted(self, index: int) -> "Log":
        """What is left when a snapshot stands for everything up to and including ``index``."""
        return Log(index, self.term_at(index), self.between(index + 1, self.last_index))


class Raft:
    def __init__(self, peers: Sequence[Peer], me: int, persister: Persister, apply_ch: ApplyChannel) -> None:
        self._peers, self._me = peers, me
        self._persister, self._apply_ch = persister, apply_ch
        self._others = [peer for peer in range(len(peers)) if peer != me]
        self._lock = threading.Lock()
        self._ticker_wakes = threading.Condition(self._lock)
        self._applier_wakes = threading.Condition(self._lock)
        self._is_dead = False

        # Figure 2, persistent state on all servers.
        self.current_term = 0
        self.voted_for: int | None = None
        self.log = Log()
        self._restore()
        # Figure 2, volatile state on all servers. After a restart, only the snapshot is known to be
        # committed, and the service has loaded it by itself (§7). The rest will come from a leader.
        self.commit_index = self.last_applied = self.log.base_index
        self._snapshot_to_apply: ApplyMsg | None = None
        self.role = FOLLOWER
        self._votes: set[int] = set()  # as a candidate: who voted for us
        # Figure 2, volatile state on leaders, made afresh in each term that this server leads. match_index
        # is knowledge, and only grows. next_index is a guess: it moves on when entries are *sent*, so that
        # nothing goes out twice while all is well, and the answer to any later message corrects it.
        self.next_index: list[int] = []
        self.match_index: list[int] = []
        self._is_busy: list[bool] = []  # a message is under way, and its reply may come any moment
        self._postpone_election()
        threading.Thread(target=self._run_ticker, name="ticker", daemon=True).start()
        threading.Thread(target=self._run_applier, name="applier", daemon=True).start()

    def start(self, command: Any) -> tuple[int, int, bool]:
        """Take in a command if this server leads. Returns (its index if it commits, term, is_leader)."""
        with self._lock:
            if self.role != LEADER:
                return -1, self.current_term, False
            # Raft §5.3: append, and send to all. Who is busy gets it when it has answered, with all since.
            self.log.append([Entry(self.current_term, command)])
            self._save()
            log.clnt("takes in a command", index=self.log.last_index, term=self.current_term)
            for peer in self._others:
                if not self._is_busy[peer]:
                    self._send_entries(peer)
            self._advance_commit_index()  # here only a cluster of one gets anywhere
            return self.log.last_index, self.current_term, True

    def get_state(self) -> tuple[int, bool]:
        """The current term, and whether this server believes that it leads."""
        with self._lock:
            return self.current_term, self.role == LEADER

    def snapshot(self, index: int, snapshot: bytes) -> None:
        """The service has a snapshot of everything up to ``index``: it replaces these entries (Raft §7)."""
        with self._lock:
            if self.log.base_index < index <= self.commit_index:  # else a leader's newer one came first
                self.log = self.log.compacted(index)
                self._save(snapshot)
                log.snap("compacts its log", base=index, last_index=self.log.last_index)

    def kill(self) -> None:
        """End the threads that would go on for ever."""
        with self._lock:
            self._is_dead = True
            self._ticker_wakes.notify_all()
            self._applier_wakes.notify_all()

    # -- Persistence: what a server says must be on disk before it says it (Raft §5.1, Figure 2)

    def _save(self, snapshot: bytes | None = None) -> None:
        state = (self.current_term, self.voted_for, self.log.base_index, self.log.base_term, self.log.encoded)
        data = msgspec.msgpack.encode(state)
        if snapshot is None:
            self._persister.save_raft_state(data)
        else:  # in one step: a crash between two would leave a log without the snapshot it was cut for
            self._persister.save_state_and_snapshot(data, snapshot)

    def _restore(self) -> None:
        if state := self._persister.read_raft_state():
            saved = msgspec.msgpack.decode(state, type=tuple[int, int | None, int, int, list[Entry]])
            self.current_term, self.voted_for, base_index, base_term, entries = saved
            self.log = Log(base_index, base_term, entries)
            log.pers("restores", term=self.current_term, base=base_index, last_index=self.log.last_index)

    def _call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        threading.Thread(target=self._run_call, args=(peer, method, args, on_reply), daemon=True).start()

    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        reply = self._peers[peer].call(method, args)
        with self._lock:
            if reply is not None:
                self._observe_term(reply.term)
            # A reply may be as late as it likes, and tells nothing about a term other than its own.
            if self.current_term == args.term and not self._is_dead:
                on_reply(peer, args, reply)

    def _observe_term(self, term: int) -> None:
        """Figure 2, rules for all servers: whoever sees a newer term joins it as a follower (Raft §5.1)."""
        if term > self.current_term:
            log.term("joins a newer term", term=term, was=self.current_term, role=self.role)
            self.current_term = term
            self.voted_for = None  # a vote belongs to its term
            self.role = FOLLOWER
            self._save()

    # -- Elections (Raft §5.2, §5.4.1)

    def _run_ticker(self) -> None:
        """Do what is due, and sleep until something is."""
        with self._lock:
            while not self._is_dead:
                if self.role != LEADER and time.monotonic() >= self._election_at:
                    self._stand_for_election()
                if self.role == LEADER:
                    self._postpone_election()  # for the day when it does not lead any more
                    for peer in self._others:
                        self._send_entries(peer)
                elif self.role == CANDIDATE:
                    self._request_votes()
                rest = self._election_at - time.monotonic()
                self._ticker_wakes.wait(rest if self.role == FOLLOWER else HEARTBEAT_SECONDS)

    def _postpone_election(self) -> None:
        """A random timeout, a new one each time: servers seldom stand at once, and not twice (Raft §5.2)."""
        self._election_at = time.monotonic() + random.uniform(*ELECTION_TIMEOUT_SECONDS)

    def _stand_for_election(self) -> None:
        self.current_term += 1
        self.role = CANDIDATE
        self.voted_for = self._me
        self._save()
        self._postpone_election()  # by then the vote was split, and a new term decides
        log.vote("stands for election", term=self.current_term, last_index=self.log.last_index)
        self._votes = set()
        self._count_vote(self._me)

    def _request_votes(self) -> None:
        """Ask for the votes that we lack; ask again while the election lasts, as messages are lost (§5.1)."""
        last = self.log.last_index
        args = RequestVoteArgs(self.current_term, self._me, last, self.log.term_at(last))
        for peer in self._others:
            if peer not in self._votes:
                self._call(peer, "request_vote", args, self._on_vote)

    def _on_vote(self, voter: int, args: RequestVoteArgs, reply: RequestVoteReply | None) -> None:
        if self.role == CANDIDATE and reply is not None and reply.vote_granted:
            self._count_vote(voter)

    def _count_vote(self, voter: int) -> None:
        self._votes.add(voter)  # a set: one server has one vote, however often it says so
        if 2 * len(self._votes) > len(self._peers):
            log.lead("leads", term=self.current_term, votes=len(self._votes), last_index=self.log.last_index)
            self.role = LEADER
            # Figure 2: guess that every log is like ours, and let refusals tell. (The paper's leader also
            # appends an empty entry, to commit what it has inherited: §8. The lab numbers commands only.)
            self.next_index = [self.log.last_index + 1] * len(self._peers)
            self.match_index = [0] * len(self._peers)
            self._is_busy = [False] * len(self._peers)
            self._ticker_wakes.notify()  # heartbeats are due: everybody is to know the winner

    def request_vote(self, args: RequestVoteArgs) -> RequestVoteReply:
        """Figure 2, RequestVote RPC, receiver."""
        with self._lock:
            self._observe_term(args.term)
            # One vote a term, as two majorities share a voter (§5.2); again for whom our answer was lost.
            is_free = args.term == self.current_term and self.voted_for in (None, args.candidate_id)
            # §5.4.1: the later last term is ahead; with equal ones, the longer log is. In every majority
            # somebody has all that is committed, and refuses a candidate who has not.
            ours = (self.log.term_at(self.log.last_index), self.log.last_index)
            is_complete = (args.last_log_term, args.last_log_index) >= ours
            is_granted = is_free and is_complete
            if is_granted:
                self.voted_for = args.candidate_id
                self._save()
                self._postpone_election()  # only now: one who cannot win must not keep others from standing
            what = "grants its vote" if is_granted else "refuses its vote"
            log.vote(what, candidate=args.candidate_id, term=args.term, free=is_free, complete=is_complete)
            return RequestVoteReply(self.current_term, is_granted)

    # -- Replication, the leader's side (Raft §5.3)

    def _send_entries(self, peer: int) -> None:
        """Send a follower what it lacks, as far as we know: entries, or none, or a snapshot."""
        self._is_busy[peer] = True
        prev, base, last = self.next_index[peer] - 1, self.log.base_index, self.log.last_index
        if prev < base:  # Raft §7: the next entry is gone, the snapshot has it
            log.snap("sends its snapshot", to=peer, last_included_index=base, next_index=prev + 1)
            data = self._persister.read_snapshot()
            snapshot = InstallSnapshotArgs(self.current_term, self._me, base, self.log.base_term, data)
            self.next_index[peer] = base + 1
            self._call(peer, "install_snapshot", snapshot, self._on_installed)
        else:
            prev_term, entries = self.log.term_at(prev), self.log.between(prev + 1, last)
            args = AppendEntriesArgs(self.current_term, self._me, prev, prev_term, entries, self.commit_index)
            self.next_index[peer] = last + 1
            self._call(peer, "append_entries", args, self._on_appended)

    def _on_appended(self, peer: int, args: AppendEntriesArgs, reply: AppendEntriesReply | None) -> None:
        prev = args.prev_log_index
        if reply is None:
            self._send_from(peer, prev + 1)  # lost, perhaps; what arrives twice does no harm
        elif reply.success:
            self._note_match(peer, prev + len(args.entries))  # what it brought, not what went out since
        elif prev > self.match_index[peer]:  # if not: an old refusal, and settled since
            self._send_from(peer, reply.conflict_index)

    def _on_installed(self, peer: int, args: InstallSnapshotArgs, reply: InstallSnapshotReply | None) -> None:
        if reply is None:
            self._send_from(peer, args.last_included_index)
        else:
            self._note_match(peer, args.last_included_index)

    def _note_match(self, peer: int, index: int) -> None:
        self.match_index[peer] = max(self.match_index[peer], index)  # replies overtake each other
        self._advance_commit_index()
        self._send_from(peer, self.next_index[peer])

    def _send_from(self, peer: int, index: int) -> None:
        """A reply has come: entries from ``index`` on are missing, unless a match was proved beyond it."""
        self._is_busy[peer] = False
        self.next_index[peer] = max(min(self.next_index[peer], index), self.match_index[peer] + 1)
        if self.next_index[peer] <= self.log.last_index:
            self._send_entries(peer)

    def _advance_commit_index(self) -> None:
        """Figure 2, rules for leaders: commit what a majority has, if it is of our own term (Raft §5.4.2).

        Figure 8: an entry of an *earlier* term can be on a majority and yet be overwritten, by a server with a
        later last term, for which that majority would vote. It refuses such a server over an entry of our own.
        """
        have = sorted([self.log.last_index, *(self.match_index[peer] for peer in self._others)])
        index = have[(len(have) - 1) // 2]  # more than half of all servers have at least this much
        if index > self.commit_index and self.log.term_at(index) == self.current_term:
            self._commit(index)

    # -- Replication, the follower's side (Raft §5.3)

    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        """Figure 2, AppendEntries RPC, receiver. The rules hold for heartbeats as for all others."""
        with self._lock:
            if args.term < self.current_term:
                return AppendEntriesReply(self.current_term, success=False)  # rule 1: a leader of the past
            self._follow(args.term)
            # Rule 2, the consistency check: a log that matches the leader's at prev does so everywhere before
            # (§5.3, Log Matching). All that a snapshot covers is committed, and matches.
            prev, entries, base = args.prev_log_index, args.entries, self.log.base_index
            if prev < base:
                prev, entries = base, entries[base - prev :]
            elif prev > self.log.last_index:
                return AppendEntriesReply(self.current_term, False, self.log.last_index + 1)
            elif (term := self.log.term_at(prev)) != args.prev_log_term:
                # All of the conflicting term may differ: the leader steps over it at once (§5.3, end).
                first = next(index for index in range(base, prev + 1) if self.log.term_at(index) == term)
                return AppendEntriesReply(self.current_term, False, max(first, base + 1))
            self._store(prev, entries)
            # Rule 5. Behind the last entry that this message vouches for, another leader's stale tail may be.
            index = min(args.leader_commit, prev + len(entries))
            if index > self.commit_index:
                self._commit(index)
            return AppendEntriesReply(self.current_term, success=True)

    def _follow(self, term: int) -> None:
        """A message from the one leader of a term not older than ours: do not stand against it (§5.2)."""
        self._observe_term(term)
        self.role = FOLLOWER  # a candidate of the same term has lost; the vote it gave itself stays given
        self._postpone_election()

    def _store(self, prev: int, entries: list[Entry]) -> None:
        """Rules 3 and 4: from the first entry that we lack, or have differently, the leader's word counts.

        An old message that comes late must not cut off what newer ones brought: it may be committed by now.
        """
        for index, entry in enumerate(entries, prev + 1):
            if index > self.log.last_index or self.log.term_at(index) != entry.term:
                dropped = max(self.log.last_index - index + 1, 0)
                log.log2("appends", first=index, dropped=dropped, term=self.current_term)
                self.log.truncate(index)
                self.log.append(entries[index - prev - 1 :])
                self._save()
                return

    # -- Applying (Raft §5.3; Figure 2, rules for all servers)

    def _commit(self, index: int) -> None:
        log.cmit("commits", index=index, term=self.current_term)
        self.commit_index = index
        self._applier_wakes.notify()

    def _run_applier(self) -> None:
        """Talk to the service: in one thread, so that indexes arrive in order, and not under the lock.

        The service may call ``snapshot`` before it takes the next message, and that waits for the lock.
        """
        while True:
            with self._lock:
                while not (self._is_dead or self._snapshot_to_apply or self.last_applied < self.commit_index):
                    self._applier_wakes.wait()
                if self._is_dead:
                    return
                messages = self._messages_to_apply()
            for message in messages:
                self._apply_ch.put(message)

    def _messages_to_apply(self) -> list[ApplyMsg]:
        if message := self._snapshot_to_apply:  # ahead of the entries, which follow it
            self._snapshot_to_apply = None
            self.last_applied = message.snapshot_index
            return [message]
        first, self.last_applied = self.last_applied + 1, self.commit_index
        entries = self.log.between(first, self.last_applied)
        return [ApplyMsg(True, entry.command, index) for index, entry in enumerate(entries, first)]

    def install_snapshot(self, args: InstallSnapshotArgs) -> InstallSnapshotReply:
        """Figure 13, InstallSnapshot RPC, receiver, for a snapshot in one piece."""
        with self._lock:
            if args.term >= self.current_term:
                self._follow(args.term)
                if args.last_included_index > self.commit_index:  # else the service would go backwards
                    self._install(args.last_included_index, args.last_included_term, args.data)
            return InstallSnapshotReply(self.current_term)

    def _install(self, index: int, term: int, data: bytes) -> None:
        if index <= self.log.last_index and self.log.term_at(index) == term:
            self.log = self.log.compacted(index)  # rule 6: a commit may rest on what we have behind it
        else:
            self.log = Log(index, term)  # rule 7: our log ends before it, or contradicts it
        self._save(data)
        log.snap("installs a snapshot", last_included_index=index, last_index=self.log.last_index)
        self._snapshot_to_apply = ApplyMsg(False, None, 0, True, data, term, index)
        self._commit(index)
