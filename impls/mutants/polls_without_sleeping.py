"""The applier looks for news all the time, and sleeps never.

Written by somebody who has not met conditions yet, on a machine with cores to spare.
"""
# breaks: performance | the lab: loops that wait must not burn CPU
# caught: lab 1 TestInitialElection2A | oracles 1 TestInitialElection2A | chaos 1 TestManyCandidatesChaos

from reference import Raft as Reference


class Raft(Reference):
    def _run_applier(self) -> None:
        while not self._is_dead:
            with self._lock:
                has_news = self._snapshot_to_apply or self.last_applied < self.commit_index
                messages = self._messages_to_apply() if has_news else []
            for message in messages:
                self._apply_ch.put(message)
