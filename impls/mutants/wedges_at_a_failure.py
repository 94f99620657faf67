"""A follower whose call failed counts as busy ever after: it gets heartbeats, and no entries.

Written by somebody who tests the way back of an answer, and not that none comes.
"""
# breaks: liveness | Raft §5.3: a leader retries until every follower has stored all entries
# caught: lab 1 TestRejoin2B | oracles 1 TestRejoin2B | chaos 1 TestManyCandidatesChaos
# expect: TestCalm2L seed 3 failed: does not commit within 5.000s
# expect: TestAbsence2L failed: does not catch up

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def _send_entries(self, peer: int) -> None:
        if not self._is_busy[peer]:
            super()._send_entries(peer)
            return
        prev = self.match_index[peer]
        if prev >= self.log.base_index:  # a heartbeat, that the follower cannot refuse
            args = AppendEntriesArgs(
                self.current_term, self._me, prev, self.log.term_at(prev), [], self.commit_index
            )
            self._call(peer, "append_entries", args, lambda *_: None)

    def _on_appended(self, peer: int, args: AppendEntriesArgs, reply: AppendEntriesReply | None) -> None:
        if reply is not None:
            super()._on_appended(peer, args, reply)
