"""What the zygote does beforehand, so that the worlds forked from it need not: imports and compilation."""

import os
import resource
from pathlib import Path

from raftkit.contract import Location
from raftkit.model import Instrumentation
from raftkit.sim import compile_source
from raftkit.worlds.boundary import (
    Answer,
    CreateServer,
    DeliverReply,
    DeliverRequest,
    GetState,
    RpcReply,
    RpcRequest,
)
from raftkit.worlds.local import LocalWorld

_FILE = Path(__file__).with_name("_warm_raft.py")
SERVERS = 2
UNTIL_NS = 100_000_000
LONGEST_SOURCE = 2**20
COMPILE_SECONDS = 5
COMPILE_BYTES = 2**31
"""What the compiler may use on a file of somebody's, before anybody has looked at it."""


def warm_up() -> None:
    """Import, compile and cache what every implementation needs; leaves nothing else behind."""
    world = LocalWorld(Location(_FILE, (_FILE.parent,), "warm_raft"), "warm")
    for server in range(SERVERS):
        world.send(CreateServer(server, server, 1, SERVERS, b"", b""))
    now_ns = 0
    while now_ns < UNTIL_NS:
        idle = world.run_until(UNTIL_NS)
        now_ns = idle.now_ns
        for output in idle.outputs:
            if isinstance(output, RpcRequest):
                world.send(
                    DeliverRequest(output.call, output.source, output.target, output.method, output.args)
                )
            elif isinstance(output, RpcReply):
                world.send(DeliverReply(output.call, output.reply))
            elif isinstance(output, Answer) and output.call < SERVERS:
                world.send(GetState(SERVERS + output.call, output.server))
    world.threads()
    world.deadlock(certain=True)
    world.close()


class Compiler:
    """Compiles implementations ahead of their tests, and runs nothing of them.

    Source can be made to crash or to swamp the compiler itself. So the first try is made in a process that
    may be lost; what that one survives is compiled here, once, for all worlds to come.
    """

    def __init__(self) -> None:
        self._seen: set[tuple[bytes, Instrumentation]] = set()

    def compile(self, path: str, instrument: Instrumentation) -> None:
        """Have a file's code ready, if it compiles."""
        try:
            source = Path(path).read_bytes()
        except OSError:
            return
        if (source, instrument) in self._seen or len(source) > LONGEST_SOURCE:
            return
        self._seen.add((source, instrument))
        if _survives(source, path, instrument):
            compile_source(source, path, instrument)


def _survives(source: bytes, path: str, instrument: Instrumentation) -> bool:
    """Whether another process can compile it."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (COMPILE_SECONDS, COMPILE_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (COMPILE_BYTES, COMPILE_BYTES))
        try:
            compile_source(source, path, instrument)
            os.write(writing, b"yes")
        finally:
            os._exit(0)
    os.close(writing)
    answer = os.read(reading, 3)
    os.close(reading)
    return answer == b"yes"
