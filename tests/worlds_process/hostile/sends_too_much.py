"""Sends arguments of a gigabyte, arguments that contain themselves, and lists in lists without end."""
# expect: crashed MarshalError

from typing import Any

from base import Idle


class Raft(Idle):
    def take(self, args: Any) -> Any:
        return True

    def get_state(self) -> tuple[int, bool]:
        loop: list[Any] = []
        loop.append(loop)
        for args in (loop, b"x" * (20 * 2**20)):
            self.peers[(self.me + 1) % 3].call("take", args)
        return 1, True
