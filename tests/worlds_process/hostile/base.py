"""What the files here have in common: a server that deserves no pass, and a way past the guard.

The guard of the local world is one against accidents. Whoever looks at what a function carries along gets past
it, as everybody does here: what holds then is the process, and nothing that runs in it.
"""

from typing import Any

from raftkit.contract import log


class Idle:
    """A server that does nothing at all, and says that it follows."""

    def __init__(self, peers: Any, me: int, persister: Any, apply_ch: Any) -> None:
        self.peers, self.me, self.persister, self.apply_ch = peers, me, persister, apply_ch
        if me == 0:
            self.attack()

    def attack(self) -> None:
        """What server 0 tries."""

    def start(self, command: Any) -> tuple[int, int, bool]:
        return -1, 1, False

    def get_state(self) -> tuple[int, bool]:
        return 1, False

    def kill(self) -> None:
        pass


def real(name: str) -> Any:
    """A module as Python itself has it; the guard is off from here on."""
    builtins = type(log).info.__globals__["__builtins__"]
    import_ = builtins["__import__"]
    import_("raftkit.sim._guard", fromlist=["_guarded"])._guarded.clear()
    return import_(name, fromlist=["anything"])


def attempt(what: str, deed: Any) -> None:
    """Try something that must not work, and tell."""
    try:
        value = deed()
    except OSError as error:
        log.info(f"kept in: {what}: {error.strerror}")
    except BaseException as error:
        log.info(f"kept in: {what}: {type(error).__name__}")
    else:
        log.info(f"ESCAPED: {what}: {value!r:.60}")
