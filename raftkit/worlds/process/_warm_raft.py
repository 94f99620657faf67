"""An implementation of nothing: the zygote runs it once, so that what every implementation needs is there.

It is loaded like anybody's file; what it imports and does decides what is imported, compiled and cached
before the first world is forked.
"""

import bisect
import collections
import concurrent.futures
import copy
import enum
import functools
import heapq
import itertools
import json
import logging
import math
import pickle
import queue
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from raftkit.contract import ApplyMsg, log

USED = (
    bisect,
    collections,
    concurrent.futures,
    copy,
    enum,
    functools,
    heapq,
    itertools,
    json,
    logging,
    math,
    queue,
)


@dataclass
class Ping:
    """Something to send."""

    term: int
    entries: list[dict[str, int]] = field(default_factory=list)


class Raft:
    """Calls its peer, saves, applies, and does nothing else."""

    def __init__(self, peers: Any, me: int, persister: Any, apply_ch: Any) -> None:
        self.peers, self.me, self.persister, self.apply_ch = peers, me, persister, apply_ch
        self.condition = threading.Condition(threading.RLock())
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        """Wait, call, save, apply, for ever."""
        while True:
            time.sleep(random.uniform(0.01, 0.02))
            with self.condition:
                self.condition.notify_all()
            self.peers[1 - self.me].call("ping", Ping(1, [{"a": 1}]))
            self.persister.save_raft_state(pickle.dumps([1, self.me]))
            log.info("warm %d", self.me)
            self.apply_ch.put(ApplyMsg(command_valid=True, command=1, command_index=1))

    def ping(self, args: Ping) -> Ping:
        """Answer."""
        with self.condition:
            return Ping(args.term)

    def start(self, command: Any) -> tuple[int, int, bool]:
        """Take nothing."""
        return -1, 1, False

    def get_state(self) -> tuple[int, bool]:
        """Lead nobody."""
        return 1, False

    def kill(self) -> None:
        """Do nothing."""
