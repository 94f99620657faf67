"""Remembers in files and databases what its persister should keep."""
# expect: failed NoLeader
# says: kept in: a file

from base import Idle, attempt, real


class Raft(Idle):
    def attack(self) -> None:
        open_ = real("builtins").open
        attempt("a file", lambda: open_("/tmp/raft.state", "w"))
        attempt("a shared file", lambda: open_("/dev/shm/raft.state", "w"))
        attempt("a database", lambda: real("sqlite3").connect("/tmp/raft.db").execute("create table log (x)"))
