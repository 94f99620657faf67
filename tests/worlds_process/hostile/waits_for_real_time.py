"""Waits for the wall clock, while virtual time stands still and the judge waits for it."""
# expect: busy Hung
# shows: waits_for_real_time.py

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("time").sleep(3600)
