"""Starts real threads, which would go on while the judge believes that time stands still, and after a crash."""
# expect: failed NoLeader
# says: kept in: a thread

from base import Idle, attempt, real


class Raft(Idle):
    def attack(self) -> None:
        thread = real("_thread")
        for _ in range(20):
            attempt("a thread", lambda: thread.start_new_thread(lambda: None, ()))
