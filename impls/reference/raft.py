"""Raft as the paper tells it: a complete implementation to learn from, and to measure others by.

It follows the extended version of Ongaro & Ousterhout, "In Search of an Understandable Consensus
Algorithm". Comments name the section that a rule comes from, as in "Raft §5.3"; state and messages
are those of Figure 2, so keep that page beside this file. It reads from top to bottom:

    Messages    what servers say to each other (Figures 2 and 13)
    Log         numbered entries, of which a snapshot may have replaced the first part
    Raft        a server: its state, what the service calls, then a banner for each part of the paper

One lock guards all state, and nobody who holds it waits for another server or for the service. Three
kinds of threads share it:

    ticker      one a server: sleeps until a heartbeat or an election is due (Raft §5.2)
    applier     one a server: hands committed entries to the service, in order (Raft §5.3)
    call        one a message: sends it, waits for the reply, and takes in what the reply says

Public methods take the lock. Methods with an underscore are called by somebody who holds it, except
the bodies of threads, which begin with ``_run``.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from raftkit.contract import ApplyChannel, ApplyMsg, Peer, Persister, log

# Raft §5.6: broadcast time << election timeout << time between failures. The lab allows ten heartbeats
# a second, so the paper's 150..300 ms are too short. A follower stands for election after it has missed
# four heartbeats, which is no accident even where one message in ten is lost; and half a second is
# enough to win in before the next candidate, where replies are slow. The lab wants a leader in 5 s.
HEARTBEAT_SECONDS = 0.11
ELECTION_TIMEOUT_SECONDS = (0.5, 0.8)

# A call to a server that is cut off hangs for seconds. With this many that hang, the peer is probably
# gone: it is called less often, so that threads do not pile up, yet often enough to be found again.
HANGING_CALLS = 16

FOLLOWER, CANDIDATE, LEADER = "follower", "candidate", "leader"


# -- Messages ----------------------------------------------------------------


@dataclass(slots=True)
class Entry:
    """A command, and the term in which a leader took it in. Index and term identify it (Raft §5.3)."""

    term: int
    command: Any


@dataclass(slots=True)
class RequestVoteArgs:
    """A candidate asks for a vote (Raft §5.2) and shows how complete its log is (§5.4.1)."""

    term: int
    candidate_id: int
    last_log_index: int
    last_log_term: int


@dataclass(slots=True)
class RequestVoteReply:
    term: int
    vote_granted: bool


@dataclass(slots=True)
class AppendEntriesArgs:
    """A leader's entries behind ``prev_log_index`` (Raft §5.3). Without any, a heartbeat (§5.2)."""

    term: int
    leader_id: int
    prev_log_index: int
    prev_log_term: int
    entries: list[Entry]
    leader_commit: int


@dataclass(slots=True)
class AppendEntriesReply:
    """Whether the follower now has the entries; if not, where its log may agree with the leader's.

    Raft §5.3, last paragraphs: a refusal names the term of the conflicting entry and the first index of
    that term in the follower's log, so that the leader steps over a whole term in one message. Term 0
    says that the log ends before ``conflict_index``.
    """

    term: int
    success: bool
    conflict_term: int = 0
    conflict_index: int = 0


@dataclass(slots=True)
class InstallSnapshotArgs:
    """A leader's snapshot, for a follower that needs entries which the leader has dropped (Raft §7).

    The lab sends it in one piece: Figure 13 without ``offset`` and ``done``.
    """

    term: int
    leader_id: int
    last_included_index: int
    last_included_term: int
    data: bytes


@dataclass(slots=True)
class InstallSnapshotReply:
    term: int


# -- Log ---------------------------------------------------------------------

encode = msgspec.msgpack.Encoder().encode
decode_state = msgspec.msgpack.Decoder(tuple[int, int | None, int, int, list[Entry]]).decode


class Log:
    """The log, in Raft's own numbering: the first entry there ever was has index 1.

    A snapshot stands for everything up to and including ``base_index``; the entries behind it are here
    (Raft §7). The base's term is kept too: messages still ask for it when its entry is gone.

    The log is saved whenever it changes. To encode a long one afresh each time would cost more than the
    rest of Raft together, so that each entry is encoded once, and its bytes are kept beside it.
    """

    def __init__(self, base_index: int = 0, base_term: int = 0, entries: Sequence[Entry] = ()) -> None:
        self.base_index = base_index
        self.base_term = base_term
        self._entries: list[Entry] = []
        self._encoded = bytearray()  # the same, encoded, one after the other
        self._starts: list[int] = []  # where in these bytes each entry begins
        self.append(entries)

    @property
    def last_index(self) -> int:
        return self.base_index + len(self._entries)

    @property
    def last_term(self) -> int:
        return self._entries[-1].term if self._entries else self.base_term

    def term_at(self, index: int) -> int:
        """The term of an entry in ``base_index..last_index``."""
        return self.base_term if index == self.base_index else self._entries[index - self.base_index - 1].term

    def between(self, first: int, last: int) -> list[Entry]:
        """The entries ``first`` to ``last``, both included, in a list of their own."""
        return self._entries[first - self.base_index - 1 : last - self.base_index]

    def append(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._starts.append(len(self._encoded))
            self._encoded += encode(entry)
        self._entries += entries

    def truncate(self, index: int) -> None:
        """Drop the entry at ``index`` and all behind it."""
        position = index - self.base_index - 1
        del self._encoded[self._starts[position] :]
        del self._starts[position:]
        del self._entries[position:]

    def compacted(self, index: int) -> "Log":
        """What is left when a snapshot stands for everything up to and including ``index``."""
        return Log(index, self.term_at(index), self.between(index + 1, self.last_index))

    def encoded(self) -> msgspec.Raw:
        """The entries as MessagePack has an array: a byte that says so, how many there are, all of them."""
        return msgspec.Raw(b"".join((b"\xdd", len(self._entries).to_bytes(4, "big"), self._encoded)))


# -- Raft --------------------------------------------------------------------


@dataclass(slots=True)
class Progress:
    """What a leader knows of a follower, afresh in each term that it leads (Figure 2).

    ``match_index`` is knowledge: the follower has all entries up to there. It only grows.
    ``next_index`` is a guess at what to send next. It moves on when entries are *sent*, so that nothing
    goes out twice while all is well; the answer to this or to any later message corrects the guess.
    """

    next_index: int
    match_index: int = 0
    is_busy: bool = False  # a message is under way, and its reply may come any moment
    heartbeat_at: float = 0.0  # when the follower must hear from its leader again


class Raft:
    """A server of a Raft cluster."""

    def __init__(self, peers: Sequence[Peer], me: int, persister: Persister, apply_ch: ApplyChannel) -> None:
        self._peers = peers
        self._me = me
        self._persister = persister
        self._apply_ch = apply_ch
        self._others = [peer for peer in range(len(peers)) if peer != me]

        self._lock = threading.Lock()
        self._ticker_wakes = threading.Condition(self._lock)
        self._applier_wakes = threading.Condition(self._lock)
        self._is_dead = False
        self._calls = [0] * len(peers)  # to each peer: how many wait for a reply

        # Figure 2, persistent state on all servers.
        self.current_term = 0
        self.voted_for: int | None = None
        self.log = Log()
        self._restore()

        # Figure 2, volatile state on all servers. After a restart, only the snapshot is known to be
        # committed, and the service has loaded it by itself (§7). The rest will come from a leader.
        self.commit_index = self.log.base_index
        self.last_applied = self.log.base_index
        self._snapshot_to_apply: ApplyMsg | None = None
        self.role = FOLLOWER
        self._postpone_election()

        # As a candidate: who voted for us, who answered at all. As a leader: Figure 2, state on leaders.
        self._votes: set[int] = set()
        self._answered: set[int] = set()
        self._progress: dict[int, Progress] = {}

        threading.Thread(target=self._run_ticker, name="ticker", daemon=True).start()
        threading.Thread(target=self._run_applier, name="applier", daemon=True).start()

    # -- What the service calls

    def start(self, command: Any) -> tuple[int, int, bool]:
        """Take in a command if this server leads. Returns (its index if it commits, term, is_leader)."""
        with self._lock:
            if self.role != LEADER:
                return -1, self.current_term, False
            # Raft §5.3: append, then send to all in parallel. A follower that is busy gets the entry with
            # the next message, as soon as it has answered: a burst of commands costs few messages.
            self.log.append([Entry(self.current_term, command)])
            self._save()
            log.clnt("takes in a command", index=self.log.last_index, term=self.current_term)
            for peer in self._others:
                if not self._progress[peer].is_busy:
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
        base_index, base_term = self.log.base_index, self.log.base_term
        state = encode((self.current_term, self.voted_for, base_index, base_term, self.log.encoded()))
        if snapshot is None:
            self._persister.save_raft_state(state)
        else:
            # In one step: a crash between two would leave a log without the snapshot it was cut for.
            self._persister.save_state_and_snapshot(state, snapshot)

    def _restore(self) -> None:
        if state := self._persister.read_raft_state():
            self.current_term, self.voted_for, base_index, base_term, entries = decode_state(state)
            self.log = Log(base_index, base_term, entries)
            log.pers("restores", term=self.current_term, base=base_index, last_index=self.log.last_index)

    # -- Messages: threads wait for replies, the lock does not

    def _call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        self._calls[peer] += 1
        threading.Thread(target=self._run_call, args=(peer, method, args, on_reply), daemon=True).start()

    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        reply = self._peers[peer].call(method, args)
        with self._lock:
            self._calls[peer] -= 1
            if reply is not None:
                self._observe_term(reply.term)
            # A reply may be as late as it likes, and tells nothing about a term other than its own.
            if self.current_term == args.term and not self._is_dead:
                on_reply(peer, args, reply)

    def _observe_term(self, term: int) -> None:
        """Figure 2, rules for all servers: whoever sees a newer term joins it as a follower (Raft §5.1)."""
        if term > self.current_term:
            log.term("joins a newer term", term=term, was=self.current_term, role=self.role)
            if self.role == LEADER:
                self._postpone_election()  # a leader has let its timeout pass
            self.current_term = term
            self.voted_for = None  # a vote belongs to its term
            self.role = FOLLOWER
            self._save()

    # -- Elections (Raft §5.2, §5.4.1)

    def _run_ticker(self) -> None:
        """Do what is due, and sleep until something is."""
        with self._lock:
            while not self._is_dead:
                now = time.monotonic()
                if self.role != LEADER and now >= self._election_at:
                    self._stand_for_election()
                if self.role == LEADER:
                    wake_at = self._send_heartbeats(now)
                elif self.role == CANDIDATE:
                    wake_at = min(now + HEARTBEAT_SECONDS, self._election_at)
                    self._request_votes()
                else:
                    wake_at = self._election_at
                self._ticker_wakes.wait(wake_at - now)

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
        self._answered = {self._me}
        self._count_vote(self._me)

    def _request_votes(self) -> None:
        """Ask all who have not answered; ask again while the election lasts, as messages are lost."""
        args = RequestVoteArgs(self.current_term, self._me, self.log.last_index, self.log.last_term)
        for peer in self._others:
            if peer not in self._answered and self._calls[peer] < HANGING_CALLS:
                self._call(peer, "request_vote", args, self._on_vote)

    def _on_vote(self, voter: int, args: RequestVoteArgs, reply: RequestVoteReply | None) -> None:
        if self.role == CANDIDATE and reply is not None:
            self._answered.add(voter)
            if reply.vote_granted:
                self._count_vote(voter)

    def _count_vote(self, voter: int) -> None:
        self._votes.add(voter)  # a set: one server has one vote, however often it says so
        if 2 * len(self._votes) > len(self._peers):
            log.lead("leads", term=self.current_term, votes=len(self._votes), last_index=self.log.last_index)
            self.role = LEADER
            # Figure 2: guess that every log is like ours, and let refusals tell. (The paper's leader appends
            # an empty entry too, so as to commit at once what it has inherited: §8. In the lab every index
            # is a command's, so that this has to wait for the next command.)
            self._progress = {peer: Progress(next_index=self.log.last_index + 1) for peer in self._others}
            self._ticker_wakes.notify()  # all heartbeats are due: everybody is to know the winner

    def request_vote(self, args: RequestVoteArgs) -> RequestVoteReply:
        """Figure 2, RequestVote RPC, receiver."""
        with self._lock:
            self._observe_term(args.term)
            # One vote a term: two majorities share a voter, so that there are never two leaders (§5.2).
            # The same candidate gets it again, as our first answer may have been lost.
            is_free = args.term == self.current_term and self.voted_for in (None, args.candidate_id)
            # §5.4.1: the later last term is ahead; with equal ones, the longer log is. In every majority
            # somebody has all that is committed, and refuses a candidate who has not.
            ours = (self.log.last_term, self.log.last_index)
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

    def _send_heartbeats(self, now: float) -> float:
        """Send to followers that have heard nothing for a while. Returns when the next one is due."""
        for peer in self._others:
            if now >= self._progress[peer].heartbeat_at:
                self._send_entries(peer)
        return min((p.heartbeat_at for p in self._progress.values()), default=now + HEARTBEAT_SECONDS)

    def _send_entries(self, peer: int) -> None:
        """Send a follower what it lacks, as far as we know: entries, or none, or a snapshot."""
        progress = self._progress[peer]
        pace = 1 if self._calls[peer] < HANGING_CALLS else 2
        progress.heartbeat_at = time.monotonic() + pace * HEARTBEAT_SECONDS
        progress.is_busy = True
        prev = progress.next_index - 1
        base = self.log.base_index
        if prev < base:  # Raft §7: the next entry is gone, the snapshot has it
            log.snap("sends its snapshot", to=peer, last_included_index=base, next_index=progress.next_index)
            data = self._persister.read_snapshot()
            snapshot = InstallSnapshotArgs(self.current_term, self._me, base, self.log.base_term, data)
            progress.next_index = base + 1
            self._call(peer, "install_snapshot", snapshot, self._on_installed)
        else:
            last = self.log.last_index
            entries = self.log.between(prev + 1, last)
            args = AppendEntriesArgs(
                self.current_term, self._me, prev, self.log.term_at(prev), entries, self.commit_index
            )
            progress.next_index = last + 1
            self._call(peer, "append_entries", args, self._on_appended)

    def _on_appended(self, peer: int, args: AppendEntriesArgs, reply: AppendEntriesReply | None) -> None:
        prev = args.prev_log_index
        if reply is None:
            self._send_from(peer, prev + 1)  # lost, perhaps; what arrives twice does no harm
        elif reply.success:
            self._note_match(peer, prev + len(args.entries))  # what it brought, not what went out since
        elif prev > self._progress[peer].match_index:  # if not: an old refusal, and settled since
            self._send_from(peer, self._find_agreement(prev, reply))

    def _on_installed(self, peer: int, args: InstallSnapshotArgs, reply: InstallSnapshotReply | None) -> None:
        if reply is None:
            self._send_from(peer, args.last_included_index)
        else:
            self._note_match(peer, args.last_included_index)

    def _note_match(self, peer: int, index: int) -> None:
        progress = self._progress[peer]
        progress.match_index = max(progress.match_index, index)  # replies overtake each other
        self._advance_commit_index()
        self._send_from(peer, progress.next_index)

    def _send_from(self, peer: int, index: int) -> None:
        """A reply has come: entries from ``index`` on are missing, unless a match was proved beyond it."""
        progress = self._progress[peer]
        progress.is_busy = False
        progress.next_index = max(min(progress.next_index, index), progress.match_index + 1)
        if progress.next_index <= self.log.last_index:
            self._send_entries(peer)

    def _find_agreement(self, prev: int, reply: AppendEntriesReply) -> int:
        """What to send next to a follower whose log does not match ours at ``prev`` (Raft §5.3).

        If we have entries of its conflicting term too, the logs may agree up to the last of ours. If we
        have none, all that it has of that term must go.
        """
        if reply.conflict_term > 0:
            index = prev
            while index > self.log.base_index and self.log.term_at(index) > reply.conflict_term:
                index -= 1
            if index >= self.log.base_index and self.log.term_at(index) == reply.conflict_term:
                return index + 1
        return reply.conflict_index

    def _advance_commit_index(self) -> None:
        """Figure 2, rules for leaders: commit what a majority has, if it is of our own term.

        Raft §5.4.2, Figure 8: an entry of an *earlier* term can be on a majority and yet be overwritten,
        by a server with a later last term for which that majority would vote. An entry of our own term
        cannot, as it makes that majority refuse such a server. What lies before it commits with it.
        """
        have = sorted([self.log.last_index, *(p.match_index for p in self._progress.values())])
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

            # Rule 2, the consistency check: does our log match the leader's at prev? Then it does so
            # everywhere before (§5.3, Log Matching). All that a snapshot covers is committed, and matches.
            prev, entries = args.prev_log_index, args.entries
            if prev > self.log.last_index:
                return AppendEntriesReply(self.current_term, False, 0, self.log.last_index + 1)
            if prev < self.log.base_index:
                entries = entries[self.log.base_index - prev :]
                prev = self.log.base_index
            elif self.log.term_at(prev) != args.prev_log_term:
                return self._refuse(prev)
            self._store(prev, entries)

            # Rule 5. "Index of last new entry" is the last that this message vouches for: what we have behind
            # it may be a stale tail that another leader left.
            index = min(args.leader_commit, prev + len(entries))
            if index > self.commit_index:
                self._commit(index)
            return AppendEntriesReply(self.current_term, success=True)

    def _follow(self, term: int) -> None:
        """A message from the one leader of a term not older than ours: do not stand against it (§5.2)."""
        self._observe_term(term)
        self.role = FOLLOWER  # a candidate of the same term has lost; the vote it gave itself stays given
        self._postpone_election()

    def _refuse(self, index: int) -> AppendEntriesReply:
        """Name the term at ``index``, and where it begins in our log."""
        term = self.log.term_at(index)
        while index > self.log.base_index + 1 and self.log.term_at(index - 1) == term:
            index -= 1
        return AppendEntriesReply(self.current_term, False, term, index)

    def _store(self, prev: int, entries: list[Entry]) -> None:
        """Rules 3 and 4: from the first entry that we lack, or have differently, the leader's word counts.

        Up to there nothing changes. An old message that comes late must not cut off what newer ones have
        brought: we have answered for it, and the leader may have committed it on our word.
        """
        for position, entry in enumerate(entries):
            index = prev + 1 + position
            if index <= self.log.last_index:
                if self.log.term_at(index) == entry.term:
                    continue
                log.log2("drops a conflicting tail", first=index, last=self.log.last_index)
                self.log.truncate(index)
            self.log.append(entries[position:])
            self._save()
            log.log2("appends", first=index, last=self.log.last_index, term=self.current_term)
            return

    # -- Applying (Raft §5.3; Figure 2, rules for all servers)

    def _commit(self, index: int) -> None:
        log.cmit("commits", index=index, term=self.current_term)
        self.commit_index = index
        self._applier_wakes.notify()

    def _run_applier(self) -> None:
        """Talk to the service. A single thread does it, so that indexes arrive in order.

        It lets go of the lock before: the service may call ``snapshot`` before it takes the next message,
        ``snapshot`` waits for the lock, and with the lock held here that would be a deadlock.
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

    # -- Snapshots (Raft §7)

    def install_snapshot(self, args: InstallSnapshotArgs) -> InstallSnapshotReply:
        """Figure 13, InstallSnapshot RPC, receiver, for a snapshot in one piece."""
        with self._lock:
            if args.term < self.current_term:
                return InstallSnapshotReply(self.current_term)
            self._follow(args.term)
            index, term = args.last_included_index, args.last_included_term
            if index <= self.commit_index:  # we have all of it: the service must not go backwards
                log.drop("ignores an old snapshot", last_included_index=index, commit_index=self.commit_index)
                return InstallSnapshotReply(self.current_term)
            if index <= self.log.last_index and self.log.term_at(index) == term:
                self.log = self.log.compacted(index)  # rule 6: a commit may rest on what we have behind it
            else:
                self.log = Log(index, term)  # rule 7: our log ends before it, or contradicts it
            self._save(args.data)
            self.commit_index = index
            self._snapshot_to_apply = ApplyMsg(
                snapshot_valid=True, snapshot=args.data, snapshot_term=term, snapshot_index=index
            )
            self._applier_wakes.notify()
            log.snap("installs a snapshot", last_included_index=index, last_index=self.log.last_index)
            return InstallSnapshotReply(self.current_term)
