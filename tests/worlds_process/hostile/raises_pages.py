"""Raises an exception with a name and a text of megabytes, over a chain of a thousand causes."""
# expect: crashed Trap!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!… (999804 more characters)

from base import Idle


class Raft(Idle):
    def attack(self) -> None:
        kind = type("Trap" + "!" * 1_000_000, (Exception,), {})
        error: Exception | None = None
        for _ in range(1_000):
            before, error = error, kind("<script>" * 500_000 if error is None else "")
            error.__cause__ = before
        raise error
