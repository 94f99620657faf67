"""A leader whose message was lost appends its last command again.

Written by somebody who retries on the wrong level: what was to be sent again was started again.
"""
# breaks: safety | Raft §5.3, §8: a leader appends a command once
# caught: lab 2 TestLeaderFailure2B | oracles 2 TestLeaderFailure2B | chaos -

from reference import AppendEntriesArgs, AppendEntriesReply, Entry
from reference import Raft as Reference


class Raft(Reference):
    def _on_appended(self, peer: int, args: AppendEntriesArgs, reply: AppendEntriesReply | None) -> None:
        if reply is None and args.entries:
            self.log.append([Entry(self.current_term, args.entries[-1].command)])
            self._save()
        super()._on_appended(peer, args, reply)
