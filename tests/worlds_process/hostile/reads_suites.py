"""Looks for suites, other submissions, traces, and the memory of whoever has started it."""
# expect: failed NoLeader
# says: kept in: the suites

from pathlib import Path

from base import Idle, attempt, real

ROOT = Path(real("raftkit").__file__).parents[1]
OTHERS = Path(__file__).parents[1]


class Raft(Idle):
    def attack(self) -> None:
        posix, open_ = real("posix"), real("builtins").open
        attempt("the suites", lambda: posix.listdir(f"{ROOT}/suites"))
        attempt("a suite", lambda: open_(f"{ROOT}/suites/2A.yaml").read())
        attempt("an implementation", lambda: open_(f"{ROOT}/impls/reference/raft.py").read())
        attempt("a submission", lambda: open_(OTHERS / "aborts/aborts.py").read())
        attempt("that submission as a link", lambda: posix.readlink(OTHERS / "aborts"))
        attempt("traces", lambda: posix.listdir(f"{ROOT}/.raftkit"))
        attempt("users", lambda: open_("/etc/passwd").read())
        attempt("the parent", lambda: open_(f"/proc/{posix.getppid()}/environ").read())
        attempt("its memory", lambda: open_("/proc/1/mem", "rb").read(1))
        attempt("home", lambda: open_(Path.home() / ".bashrc").read())
        attempt("the way up", lambda: open_("/../../../../etc/shadow").read())
