"""Where implementations run.

A *world* runs the servers' code; the harness keeps time, network and storage. They meet by the
messages of ``boundary`` and nothing else, so that a world can be a part of this process, a sandboxed
child, or a program in another language. The world knows nothing of links, suites or verdicts.
"""

from raftkit.worlds.apart import ApartWorld, Member
from raftkit.worlds.boundary import (
    Answer,
    ApplyMessage,
    CreateServer,
    DeliverReply,
    DeliverRequest,
    FailSave,
    FreezeServer,
    GetState,
    Idle,
    KillServer,
    LogLine,
    NamesGiven,
    Persisted,
    RpcReply,
    RpcRequest,
    SaveFailed,
    ServerRaised,
    SetClock,
    Snapshot,
    Start,
    StuckThread,
    TakeApply,
    ThawServer,
    ToHarness,
    ToWorld,
    World,
)

__all__ = [
    "Answer",
    "ApartWorld",
    "ApplyMessage",
    "CreateServer",
    "DeliverReply",
    "DeliverRequest",
    "FailSave",
    "FreezeServer",
    "GetState",
    "Idle",
    "KillServer",
    "LogLine",
    "Member",
    "NamesGiven",
    "Persisted",
    "RpcReply",
    "RpcRequest",
    "SaveFailed",
    "ServerRaised",
    "SetClock",
    "Snapshot",
    "Start",
    "StuckThread",
    "TakeApply",
    "ThawServer",
    "ToHarness",
    "ToWorld",
    "World",
]
