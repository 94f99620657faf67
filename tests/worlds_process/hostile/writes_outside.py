"""Tries to leave a file anywhere: for the next test, for the next incarnation, for whoever reads it."""
# expect: failed NoLeader
# says: kept in: /tmp

from pathlib import Path

from base import Idle, attempt, real

PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/", str(Path(__file__).parent), str(Path.cwd()), str(Path.home()))


class Raft(Idle):
    def attack(self) -> None:
        posix, open_ = real("posix"), real("builtins").open
        for place in PLACES:
            attempt(place, lambda place=place: open_(f"{place}/left-behind", "w"))
            attempt(f"a folder in {place}", lambda place=place: posix.mkdir(f"{place}/left-behind"))
        attempt("its own file", lambda: open_(__file__, "a"))
        attempt("another root", lambda: posix.chroot("/tmp"))
