"""The applier holds the lock while it waits for the service, and the service calls ``snapshot``.

Written by everybody once: it works until 2D, where the service makes a snapshot between two messages,
``snapshot`` waits for the lock, and ``put`` for the service.
"""
# breaks: liveness | the lab (2D): no lock over the apply channel
# caught: lab 1 TestSnapshotBasic2D | oracles 1 TestSnapshotBasic2D | chaos 1 TestCrashAroundSavesChaos
# expect: TestSnapshotBasic2D deadlocked: 'snapshot()' -> 'applier'

from reference import Raft as Reference


class Raft(Reference):
    def _run_applier(self) -> None:
        with self._lock:
            while not self._is_dead:
                while self._snapshot_to_apply or self.last_applied < self.commit_index:
                    for message in self._messages_to_apply():
                        self._apply_ch.put(message)
                self._applier_wakes.wait()
