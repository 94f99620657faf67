"""Your Raft.

This file loads, runs, and does nothing yet: every test fails, because nobody is ever elected. Make it
pass part by part; "To do (2A)" marks where a part begins. Figure 2 of the extended Raft paper is your
specification. It is dense, and every word of it counts: a rule that you leave out is one that a test
will find.

    raftkit test 2A            leader election
    raftkit test 2B            the log
    raftkit test 2C            persistence
    raftkit test 2D            snapshots
    raftkit test TestBackup2B --seed 7 -v     one test, the same run each time, with what you log

Write ordinary blocking Python: ``threading``, ``time``, ``queue`` and ``random`` work as you know them. The
time is virtual, so that a test of a minute takes moments; a loop that never sleeps or waits holds it
still, and ends the test.
"""

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from raftkit.contract import ApplyChannel, ApplyMsg, Peer, Persister, log  # noqa: F401 (2B needs ApplyMsg)

# -- Messages ----------------------------------------------------------------
#
# Arguments and replies are dataclasses, copied by value between servers. Annotate every field with the
# type that it has, and each handler with the dataclasses that it takes and returns: then the other side
# gets them back as they were.


@dataclass
class Entry:
    """A place in the log: a command, and the term in which a leader took it in."""

    term: int
    command: Any


@dataclass
class RequestVoteArgs:
    """A candidate asks for a vote."""

    term: int
    candidate_id: int
    # To do (2B): what does a voter need to know of the candidate's log? (Raft §5.4.1)


@dataclass
class RequestVoteReply:
    """What the voter answers."""

    term: int
    vote_granted: bool


# To do (2A): AppendEntriesArgs and AppendEntriesReply. Heartbeats need a few of the fields in Figure 2,
# 2B the rest: ``entries: list[Entry]`` among them.

# To do (2D): InstallSnapshotArgs and InstallSnapshotReply (Figure 13). The snapshot goes in one piece,
# so leave out ``offset`` and ``done``.


class Raft:
    """A server. Several of them, which talk through ``peers`` and nothing else, are the cluster."""

    def __init__(self, peers: Sequence[Peer], me: int, persister: Persister, apply_ch: ApplyChannel) -> None:
        """Come to life: after a crash, too.

        Args:
            peers: A link to each server; ``peers[me]`` leads to this one. ``len(peers)`` is the cluster's size.
            me: This server's number.
            persister: What it holds survives a crash. Nothing else does.
            apply_ch: Where committed entries go, for the service on top of Raft.

        Return soon: what takes time belongs in a thread.
        """
        self._peers = peers
        self._me = me
        self._persister = persister
        self._apply_ch = apply_ch
        # Guards everything below. Handlers and threads run at the same time: take it whenever you read or write
        # state, and let it go before you wait for another server (``call``) or for the service (``put``).
        self._lock = threading.Lock()
        self._is_dead = False

        # To do (2A, 2B): the state of Figure 2: the term, who got our vote in it, the log; whether we are follower,
        # candidate or leader; when we last heard from a leader; what is committed, what is applied.
        self._current_term = 0

        # To do (2C): take up the state that was saved before a crash.
        self._read_persisted(persister.read_raft_state())

        threading.Thread(target=self._run_ticker, name="ticker", daemon=True).start()
        # To do (2B): one more thread, which hands committed entries to ``apply_ch``, each once and in order:
        #     self._apply_ch.put(ApplyMsg(command_valid=True, command=..., command_index=...))
        # ``put`` returns when the service has taken the message. Let it wait on a ``threading.Condition``
        # until there is something to apply.

    # -- What the service calls: return at once, wait for no other server

    def start(self, command: Any) -> tuple[int, int, bool]:
        """Offer a command for the log.

        A leader appends it, sees to it that the others get it, and returns without waiting for them:
        whether it will ever be committed, nobody can promise.

        Returns:
            The index that the command has if it commits (the first is 1), the current term, and whether
            this server believes that it leads. If it does not, the index means nothing.
        """
        with self._lock:
            # To do (2B).
            return -1, self._current_term, False

    def get_state(self) -> tuple[int, bool]:
        """The current term, and whether this server believes that it leads."""
        with self._lock:
            # To do (2A): who leads?
            return self._current_term, False

    def snapshot(self, index: int, snapshot: bytes) -> None:
        """The service has packed all that it knows up to and including ``index`` into ``snapshot``.

        Drop that part of the log, and save the shorter log and the snapshot together, in one step.
        """
        # To do (2D). It is called from the service's loop, often before the service takes the next message from
        # ``apply_ch``: if a thread of yours holds the lock while it waits in ``put``, this waits for ever.

    def kill(self) -> None:
        """The harness needs this server no longer: let its threads end."""
        with self._lock:
            self._is_dead = True

    # -- Persistence

    def _persist(self) -> None:
        """Save what must survive a crash, each time that it changes, and before anybody is told of it."""
        # To do (2C): which variables does Figure 2 call persistent? Make bytes of them, for example with
        # ``pickle.dumps((term, voted_for, entries))``, and:
        #     self._persister.save_raft_state(data)
        # To do (2D): with a snapshot, use ``save_state_and_snapshot(data, snapshot)``.

    def _read_persisted(self, data: bytes) -> None:
        """Take up what ``_persist`` saved."""
        if not data:
            return  # the first start: there is nothing yet
        # To do (2C): the reverse of ``_persist``.

    # -- Elections

    def _run_ticker(self) -> None:
        """A thread: stands for election when no leader has been heard of for too long."""
        while True:
            with self._lock:
                if self._is_dead:
                    return
                # To do (2A): is it time? Then a new term begins, we vote for ourselves, and ask everybody else. The
                # election timeout must be random, or all stand at once and nobody wins. The lab's leader sends
                # at most ten heartbeats a second: choose it several times longer than that, yet so that a leader
                # is found within five seconds, with a split vote or two on the way.
            time.sleep(random.uniform(0.05, 0.15))

    def _ask_for_votes(self) -> None:
        """An example of calls: all peers at once, each in a thread, as any of them may be slow or gone."""
        with self._lock:
            args = RequestVoteArgs(term=self._current_term, candidate_id=self._me)
        for peer in range(len(self._peers)):
            if peer != self._me:
                threading.Thread(target=self._ask_for_vote, args=(peer, args), daemon=True).start()

    def _ask_for_vote(self, peer: int, args: RequestVoteArgs) -> None:
        """The body of one of these threads."""
        # The handler's reply, or None when the request or the reply was lost, or the peer is down. That may take
        # seconds to find out: so no lock is held here, and nobody waits for this thread.
        reply: RequestVoteReply | None = self._peers[peer].call("request_vote", args)
        if reply is None:
            return
        with self._lock:
            log.vote("has an answer", voter=peer, granted=reply.vote_granted, term=reply.term)
            # To do (2A): count it. But time has passed: is this still the term in which we asked, and do we still
            # stand? And what if the voter's term is newer than ours?

    def request_vote(self, args: RequestVoteArgs) -> RequestVoteReply:
        """An example of a handler: every public method is one. It runs in a thread of its own."""
        with self._lock:
            # To do (2A): "RequestVote RPC, Receiver implementation", and "Rules for Servers, All Servers".
            # To do (2B): a vote only for a candidate whose log is at least as up to date as ours (Raft §5.4.1).
            log.vote("refuses its vote", candidate=args.candidate_id, term=args.term)
            return RequestVoteReply(term=self._current_term, vote_granted=False)

    # -- Replication

    # To do (2A): ``append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply``, the handler. An empty
    # one is a heartbeat: it tells that a leader is there, so that nobody stands against it.
    # To do (2A): a leader sends heartbeats: at once when it is elected, then at most ten a second to each peer.
    # To do (2B): entries. Do not wait for the next heartbeat to send what ``start`` was given. Step back over
    # more than one entry at a time when a follower's log differs (Raft §5.3, last paragraphs).
    # To do (2B): the leader commits what a majority has, with the exception that Raft §5.4.2 explains.

    # -- Snapshots

    # To do (2D): ``install_snapshot(self, args: InstallSnapshotArgs) -> InstallSnapshotReply``, the handler, and
    # in the leader the call: when the next entry that a follower needs is no longer in the log. The snapshot goes
    # to the service by ``apply_ch``:
    #     ApplyMsg(snapshot_valid=True, snapshot=..., snapshot_term=..., snapshot_index=...)
    # It must never take the service backwards.
