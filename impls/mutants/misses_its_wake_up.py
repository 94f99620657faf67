"""The applier waits before it looks: a commit that comes while it talks to the service is applied with the
next one.

Written by somebody to whom a condition is a queue that keeps what is notified.
"""
# breaks: liveness | Raft §5.3, Figure 2: apply whenever commitIndex > lastApplied
# caught: lab - | oracles - | chaos 1 TestBurstChaos

from reference import Raft as Reference


class Raft(Reference):
    def _run_applier(self) -> None:
        while True:
            with self._lock:
                self._applier_wakes.wait()
                if self._is_dead:
                    return
                messages = self._messages_to_apply()
            for message in messages:
                self._apply_ch.put(message)
