"""Leaves hooks behind that run when the next test is judged: audit, exit, import, trace and collection."""
# expect: failed NoLeader

import gc

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        sys, posix = real("sys"), real("posix")

        def trap(*args: object) -> None:
            posix.write(1, b"ESCAPED")

        real("atexit").register(trap)
        gc.callbacks.append(trap)
        sys.meta_path.insert(0, type("Finder", (), {"find_spec": trap})())
        sys.excepthook = sys.unraisablehook = trap
        posix.register_at_fork(before=trap, after_in_child=trap)
