"""Puts modules of its own in the place of raftkit's, msgspec's and Python's."""
# expect: failed NoLeader

from types import ModuleType

from base import Idle, real


class Passing(ModuleType):
    """Whatever is asked of it, it agrees."""

    def __getattr__(self, name: str) -> object:
        return lambda *args, **kwargs: True


class Raft(Idle):
    def attack(self) -> None:
        modules = real("sys").modules
        for name in [*modules]:
            if name.startswith(("raftkit", "msgspec", "greenlet", "random")):
                modules[name] = Passing(name)
