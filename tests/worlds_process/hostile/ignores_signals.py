"""Ignores every signal that can be ignored, and never returns from C."""
# expect: busy Hung
# shows: ignores_signals.py

import contextlib

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        signal = real("signal")
        for number in signal.valid_signals():
            with contextlib.suppress(OSError, ValueError):
                if number != signal.SIGUSR1:
                    signal.signal(number, signal.SIG_IGN)
        sum(iter(int, 1))
