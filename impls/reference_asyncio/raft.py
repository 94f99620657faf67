"""Raft as the paper tells it, in asyncio: coroutines in one event loop instead of threads and locks.

It follows the extended version of Ongaro & Ousterhout, "In Search of an Understandable Consensus
Algorithm"; "Raft §5.3" names a section of it, and state and messages are those of Figure 2.

An event loop runs one coroutine at a time, and changes to another only where one says ``await``. So
there is no lock: what lies between two awaits happens as a whole. What must be watched is the awaits
themselves, as the world may be another one behind them. Two habits keep that harmless:

*Duties.* What a server does of its own accord, it does in its role: a follower watches for silence, a
candidate asks for votes, a leader sends entries. Each such duty is a task, and ``_take_role`` cancels all
duties of the role before. A cancelled task never gets past the await where it stands: whoever comes
back from an await is still in the role and the term in which it was begun, and late replies to
messages of another time need no check, as nobody is left to read them.

*A queue for the service.* Whatever is committed is put there at once, in order. One task takes it out and
waits for the service, which may be slow, or call ``snapshot`` first; nothing else ever waits for it.
"""

import asyncio
import random
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from raftkit.contract import ApplyChannel, ApplyMsg, Peer, Persister, log

# Raft §5.6: broadcast time << election timeout << time between failures. The lab allows few heartbeats
# a second, so the paper's 150..300 ms are too short; and it wants a new leader within 5 s.
HEARTBEAT_SECONDS = 0.11
ELECTION_TIMEOUT_SECONDS = (0.5, 0.8)

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
    """Whether the follower now has the entries; if not, from which index on to send instead (Raft §5.3)."""

    term: int
    success: bool
    retry_from: int = 0


@dataclass(slots=True)
class InstallSnapshotArgs:
    """A leader's snapshot, for a follower that needs entries which the leader has dropped (Raft §7).
    The lab sends it in one piece: Figure 13 without ``offset`` and ``done``."""

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
    """Entries numbered from 1, of which a snapshot may have replaced those up to ``base_index`` (Raft §7).

    It is saved whenever it changes, so that each entry is encoded only once: its bytes stay at hand.
    """

    def __init__(self, base_index: int = 0, base_term: int = 0, entries: Sequence[Entry] = ()) -> None:
        self.base_index = base_index
        self.base_term = base_term  # messages still ask for it when its entry is gone
        self._entries: list[Entry] = []
        self._encoded = bytearray()
        self._ends = [0]  # where in these bytes each entry ends; the 0 is the base's end
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

    def behind(self, index: int, last: int | None = None) -> list[Entry]:
        """The entries after ``index``: all, or those up to and including ``last``."""
        return self._entries[index - self.base_index : None if last is None else last - self.base_index]

    def append(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._encoded += encode(entry)
            self._ends.append(len(self._encoded))
        self._entries += entries

    def truncate(self, last: int) -> None:
        """Drop all entries after ``last``."""
        keep = last - self.base_index
        del self._entries[keep:], self._ends[keep + 1 :], self._encoded[self._ends[keep] :]

    def compacted(self, index: int) -> "Log":
        """What is left when a snapshot stands for everything up to and including ``index``."""
        return Log(index, self.term_at(index), self.behind(index))

    def encoded(self) -> msgspec.Raw:
        """The entries as an array of MessagePack: the byte that says so, how many there are, all of them."""
        return msgspec.Raw(b"".join((b"\xdd", len(self._entries).to_bytes(4, "big"), self._encoded)))


# -- Raft --------------------------------------------------------------------


@dataclass(slots=True)
class Follower:
    """What a leader knows of one, afresh in each term that it leads (Figure 2).

    ``match_index`` is knowledge, and only grows. ``next_index`` is a guess at what to send next: it moves on
    as entries are *sent*, so that none goes out twice while all is well, and replies correct it.
    """

    number: int
    next_index: int
    match_index: int = 0
    is_busy: bool = False  # a message is under way, and its reply may come any moment
    wakes: asyncio.Event = field(default_factory=asyncio.Event)  # set: do not wait for the next heartbeat


class Raft:
    """A server of a Raft cluster. It is constructed inside its event loop."""

    def __init__(self, peers: Sequence[Peer], me: int, persister: Persister, apply_ch: ApplyChannel) -> None:
        self._peers = peers
        self._me = me
        self._persister = persister
        self._others = [peer for peer in range(len(peers)) if peer != me]
        self._now = asyncio.get_running_loop().time

        # Figure 2, persistent state on all servers.
        self.current_term = 0
        self.voted_for: int | None = None
        self.log = Log()
        self._restore()

        # Figure 2, volatile state on all servers. After a restart only the snapshot is known to be
        # committed, and the service has loaded it by itself (§7). Figure 2's lastApplied is not here: it is
        # how far the applier has come with its queue.
        self.commit_index = self.log.base_index
        self._to_apply: asyncio.Queue[ApplyMsg] = asyncio.Queue()
        self._applier = asyncio.create_task(self._apply(apply_ch), name="applier")

        # As a candidate: who voted for us, who answered at all. As a leader: Figure 2, state on leaders.
        self._votes: set[int] = set()
        self._answered: set[int] = set()
        self._followers: list[Follower] = []

        self._duties: set[asyncio.Task[None]] = set()  # asyncio itself would not keep them alive
        self._postpone_election()
        self._take_role(FOLLOWER)

    # -- What the service calls

    async def start(self, command: Any) -> tuple[int, int, bool]:
        """Take in a command if this server leads. Returns (its index if it commits, term, is_leader)."""
        if self.role != LEADER:
            return -1, self.current_term, False
        # Raft §5.3: append, then send to all in parallel. A follower that is busy gets the entry with the
        # next message, as soon as it has answered: a burst of commands costs few messages.
        self.log.append([Entry(self.current_term, command)])
        self._save()
        log.clnt("takes in a command", index=self.log.last_index, term=self.current_term)
        for follower in self._followers:
            if not follower.is_busy:
                follower.wakes.set()
        self._advance_commit_index()  # here only a cluster of one gets anywhere
        return self.log.last_index, self.current_term, True

    async def get_state(self) -> tuple[int, bool]:
        """The current term, and whether this server believes that it leads."""
        return self.current_term, self.role == LEADER

    async def snapshot(self, index: int, snapshot: bytes) -> None:
        """The service has a snapshot of everything up to ``index``: it replaces these entries (Raft §7)."""
        if self.log.base_index < index <= self.commit_index:  # else a leader's newer one came first
            self.log = self.log.compacted(index)
            self._save(snapshot)
            log.snap("compacts its log", base_index=index, last_index=self.log.last_index)

    async def kill(self) -> None:
        """End the tasks that would go on for ever."""
        self._cancel_duties()
        self._applier.cancel()

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
            log.pers("restores", term=self.current_term, base_index=base_index, last=self.log.last_index)

    # -- Roles and terms (Raft §5.1)

    def _take_role(self, role: str) -> None:
        """End what the old role was doing, and begin what the new one does."""
        self._cancel_duties()
        self.role = role
        if role == FOLLOWER:
            self._begin(self._watch_for_silence(), "follower")
        elif role == CANDIDATE:
            self._begin(self._ask_for_votes(), "candidate")
        else:
            for follower in self._followers:
                self._begin(self._lead(follower), f"leader of S{follower.number}")

    def _begin(self, duty: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(duty, name=name)
        self._duties.add(task)
        task.add_done_callback(self._duties.discard)

    def _cancel_duties(self) -> None:
        """The task that runs just now may be among them: it ends at its next await, or where it returns."""
        for task in self._duties:
            task.cancel()
        self._duties.clear()

    def _observe_term(self, term: int) -> bool:
        """Figure 2, rules for all servers: whoever sees a newer term joins it as a follower. Says if it was."""
        if term <= self.current_term:
            return False
        log.term("joins a newer term", term=term, was=self.current_term, role=self.role)
        self.current_term = term
        self.voted_for = None  # a vote belongs to its term
        self._save()
        if self.role == LEADER:
            self._postpone_election()  # a leader has let its timeout pass
        if self.role != FOLLOWER:
            self._take_role(FOLLOWER)
        return True

    # -- Elections (Raft §5.2, §5.4.1)

    def _postpone_election(self) -> None:
        """A random timeout, a new one each time: servers seldom stand at once, and not twice (Raft §5.2)."""
        self._election_at = self._now() + random.uniform(*ELECTION_TIMEOUT_SECONDS)

    async def _watch_for_silence(self) -> None:
        """A follower's duty. What it hears only moves ``_election_at``: that costs less than a new timer."""
        while (left := self._election_at - self._now()) > 0:
            await asyncio.sleep(left)
        self._stand_for_election()

    def _stand_for_election(self) -> None:
        self.current_term += 1
        self.voted_for = self._me
        self._save()
        log.vote("stands for election", term=self.current_term, last_index=self.log.last_index)
        self._postpone_election()  # by then the vote was split, and a new term decides
        self._votes = set()
        self._answered = {self._me}
        self._take_role(CANDIDATE)
        self._count_vote(self._me)

    async def _ask_for_votes(self) -> None:
        """A candidate's duty: ask all who have not answered, and ask again, as messages are lost."""
        args = RequestVoteArgs(self.current_term, self._me, self.log.last_index, self.log.last_term)
        while (left := self._election_at - self._now()) > 0:
            for peer in self._others:
                if peer not in self._answered:
                    self._begin(self._ask_for_vote(peer, args), f"request_vote to S{peer}")
            await asyncio.sleep(min(left, HEARTBEAT_SECONDS))
        self._stand_for_election()

    async def _ask_for_vote(self, peer: int, args: RequestVoteArgs) -> None:
        reply = await self._peers[peer].call_async("request_vote", args)
        if reply is not None and not self._observe_term(reply.term):
            self._answered.add(peer)
            if reply.vote_granted:
                self._count_vote(peer)

    def _count_vote(self, voter: int) -> None:
        self._votes.add(voter)  # a set: one server has one vote, however often it says so
        if 2 * len(self._votes) > len(self._peers):
            log.lead("leads", term=self.current_term, votes=len(self._votes), last_index=self.log.last_index)
            # Figure 2: guess that every log is like ours, and let refusals tell. (The paper's leader appends
            # an empty entry too, so as to commit at once what it has inherited: §8. In the lab every index
            # is a command's, so that this has to wait for the next command.)
            self._followers = [Follower(peer, self.log.last_index + 1) for peer in self._others]
            self._take_role(LEADER)

    async def request_vote(self, args: RequestVoteArgs) -> RequestVoteReply:
        """Figure 2, RequestVote RPC, receiver."""
        self._observe_term(args.term)
        # One vote a term: two majorities share a voter, so that there are never two leaders (§5.2).
        # The same candidate gets it again, as our first answer may have been lost.
        is_free = args.term == self.current_term and self.voted_for in (None, args.candidate_id)
        # §5.4.1: the later last term is ahead; with equal ones, the longer log is. In every majority
        # somebody has all that is committed, and refuses a candidate who has not.
        is_complete = (args.last_log_term, args.last_log_index) >= (self.log.last_term, self.log.last_index)
        is_granted = is_free and is_complete
        if is_granted:
            self.voted_for = args.candidate_id
            self._save()
            self._postpone_election()  # only now: one who cannot win must not keep others from standing
        what = "grants its vote" if is_granted else "refuses its vote"
        log.vote(what, candidate=args.candidate_id, term=args.term, free=is_free, complete=is_complete)
        return RequestVoteReply(self.current_term, is_granted)

    # -- Replication, the leader's side (Raft §5.3)

    async def _lead(self, follower: Follower) -> None:
        """A leader's duty towards a follower: send what it lacks, when there is something, and heartbeats.

        A message waits for its reply in a task of its own, for as long as that takes: a call to a server
        that is cut off hangs for seconds, and a late reply is as good as an early one.
        """
        while True:
            follower.wakes.clear()
            self._send(follower)
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await follower.wakes.wait()
            except TimeoutError:
                continue  # a heartbeat is due

    def _send(self, follower: Follower) -> None:
        """Send what it lacks, as far as we know: entries, or none, or the snapshot they went into (§7)."""
        follower.is_busy = True
        prev, base, peer = follower.next_index - 1, self.log.base_index, follower.number
        if prev < base:
            log.snap("sends its snapshot", to=peer, last_included_index=base, next_index=prev + 1)
            data = self._persister.read_snapshot()
            snapshot = InstallSnapshotArgs(self.current_term, self._me, base, self.log.base_term, data)
            follower.next_index = base + 1
            self._begin(self._send_snapshot(follower, snapshot), f"install_snapshot to S{peer}")
        else:
            term, entries = self.log.term_at(prev), self.log.behind(prev)
            args = AppendEntriesArgs(self.current_term, self._me, prev, term, entries, self.commit_index)
            follower.next_index += len(entries)
            self._begin(self._send_entries(follower, args), f"append_entries to S{peer}")

    async def _send_entries(self, follower: Follower, args: AppendEntriesArgs) -> None:
        reply = await self._peers[follower.number].call_async("append_entries", args)
        prev = args.prev_log_index
        if reply is None:
            self._go_on(follower, prev + 1)  # lost, perhaps; what arrives twice does no harm
        elif self._observe_term(reply.term):
            return
        elif reply.success:
            self._note_match(follower, prev + len(args.entries))  # what *this* message brought
        elif prev > follower.match_index:  # if not: an old refusal, and settled since
            self._go_on(follower, reply.retry_from)

    async def _send_snapshot(self, follower: Follower, args: InstallSnapshotArgs) -> None:
        reply = await self._peers[follower.number].call_async("install_snapshot", args)
        if reply is None:
            self._go_on(follower, args.last_included_index)
        elif not self._observe_term(reply.term):
            self._note_match(follower, args.last_included_index)

    def _note_match(self, follower: Follower, index: int) -> None:
        follower.match_index = max(follower.match_index, index)  # replies overtake each other
        self._advance_commit_index()
        self._go_on(follower, follower.next_index)

    def _go_on(self, follower: Follower, index: int) -> None:
        """A reply has come: entries from ``index`` on are missing, unless a match was proved beyond it."""
        follower.is_busy = False
        follower.next_index = max(min(follower.next_index, index), follower.match_index + 1)
        if follower.next_index <= self.log.last_index:
            follower.wakes.set()

    def _advance_commit_index(self) -> None:
        """Figure 2, rules for leaders: commit what a majority has, if it is of our own term.

        Raft §5.4.2, Figure 8: an entry of an *earlier* term can be on a majority and yet be overwritten,
        by a server with a later last term for which that majority would vote. An entry of our own term
        cannot, as it makes that majority refuse such a server. What lies before it commits with it.
        """
        have = sorted([self.log.last_index, *(follower.match_index for follower in self._followers)])
        index = have[(len(have) - 1) // 2]  # more than half of all servers have at least this much
        if index > self.commit_index and self.log.term_at(index) == self.current_term:
            self._commit(index)

    # -- Replication, the follower's side (Raft §5.3)

    async def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        """Figure 2, AppendEntries RPC, receiver. The rules hold for heartbeats as for all others."""
        if args.term < self.current_term:
            return AppendEntriesReply(self.current_term, success=False)  # rule 1: a leader of the past
        self._hear_leader(args.term)

        # Rule 2, the consistency check: does our log match the leader's at prev? Then it does so
        # everywhere before (§5.3, Log Matching). All that a snapshot covers is committed, and matches.
        prev, entries = args.prev_log_index, args.entries
        if prev > self.log.last_index:
            return AppendEntriesReply(self.current_term, False, self.log.last_index + 1)
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

    def _hear_leader(self, term: int) -> None:
        """A message from the one leader of a term not older than ours: do not stand against it (§5.2)."""
        self._observe_term(term)
        self._postpone_election()
        if self.role != FOLLOWER:  # a candidate of the same term has lost; its own vote stays given
            self._take_role(FOLLOWER)

    def _refuse(self, index: int) -> AppendEntriesReply:
        """Ask for all from where our term at ``index`` begins: one message a term, not one an entry (§5.3)."""
        first, term = index, self.log.term_at(index)
        while first > self.log.base_index + 1 and self.log.term_at(first - 1) == term:
            first -= 1
        return AppendEntriesReply(self.current_term, False, first)

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
                self.log.truncate(index - 1)
            self.log.append(entries[position:])
            self._save()
            log.log2("appends", first=index, last=self.log.last_index, term=self.current_term)
            return

    # -- Applying (Raft §5.3; Figure 2, rules for all servers)

    def _commit(self, index: int) -> None:
        log.cmit("commits", index=index, term=self.current_term)
        for entry in self.log.behind(self.commit_index, index):
            self.commit_index += 1
            self._to_apply.put_nowait(ApplyMsg(True, entry.command, self.commit_index))

    async def _apply(self, apply_ch: ApplyChannel) -> None:
        """Hand over to the service what is committed. A single task does it, so that it stays in order."""
        while True:
            await apply_ch.put_async(await self._to_apply.get())

    # -- Snapshots (Raft §7)

    async def install_snapshot(self, args: InstallSnapshotArgs) -> InstallSnapshotReply:
        """Figure 13, InstallSnapshot RPC, receiver, for a snapshot in one piece."""
        if args.term < self.current_term:
            return InstallSnapshotReply(self.current_term)
        self._hear_leader(args.term)
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
        message = ApplyMsg(snapshot_valid=True, snapshot=args.data, snapshot_term=term, snapshot_index=index)
        self._to_apply.put_nowait(message)
        log.snap("installs a snapshot", last_included_index=index, last_index=self.log.last_index)
        return InstallSnapshotReply(self.current_term)
