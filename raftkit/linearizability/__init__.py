"""Judges whether what clients saw could have come from one machine that does one thing at a time.

A *history* is a list of operations, each with the moment of its call and of its answer. It is linearizable
when every operation can be given one moment between the two, so that carried out in that order on a simple
*model* they give the very results that were seen (Herlihy and Wing, 1990). The search is Wing and Gong's
with Lowe's memory of where it has been, one key at a time.

The room knows nothing of Raft, servers or clusters. Its budget counts steps, never seconds, so that
a verdict repeats.
"""

from raftkit.linearizability._check import BUDGET, Finding, Judgement, check
from raftkit.linearizability._counterexample import Counterexample
from raftkit.linearizability._history import Action, Kind, Operation, Outcome, Result
from raftkit.linearizability._lanes import lanes
from raftkit.linearizability._models import MODELS, ListAppend, Model, Register
from raftkit.linearizability._recorder import HistoryRecorder
from raftkit.linearizability._words import headline, tell

__all__ = [
    "BUDGET",
    "MODELS",
    "Action",
    "Counterexample",
    "Finding",
    "HistoryRecorder",
    "Judgement",
    "Kind",
    "ListAppend",
    "Model",
    "Operation",
    "Outcome",
    "Register",
    "Result",
    "check",
    "headline",
    "lanes",
    "tell",
]
