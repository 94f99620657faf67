"""The process from which worlds' processes are forked: ``python -m raftkit.worlds.process.zygote FD LEVEL``.

It has imported what a world needs, has run a world of our own once, and runs nothing of anybody else's:
whatever is forked from it is clean, and costs some milliseconds. It knows no suite and no trace.
"""

import gc
import os
import signal
import socket
import sys

import msgspec

from raftkit.worlds.process import _system
from raftkit.worlds.process._keeper import keep
from raftkit.worlds.process._order import Order
from raftkit.worlds.process._root import code_paths
from raftkit.worlds.process._trial import find_isolation
from raftkit.worlds.process._warm import Compiler, warm_up
from raftkit.worlds.process.isolation import Level

_decode = msgspec.msgpack.Decoder(Order).decode
ORDER_FDS = 5


def main() -> None:
    """Fork a keeper for each order until the judge closes the socket."""
    judge = socket.socket(fileno=int(sys.argv[1]))
    _prepare()
    isolation = find_isolation(Level(sys.argv[2]))
    hello = msgspec.msgpack.encode(isolation)
    judge.sendall(len(hello).to_bytes(4, "little") + hello)
    compiler = Compiler()
    while True:
        head, descriptors, _, _ = socket.recv_fds(judge, 4, ORDER_FDS)
        if len(head) < 4:
            return
        body = judge.recv(int.from_bytes(head, "little"), socket.MSG_WAITALL)
        order = _decode(body)
        compiler.compile(order.path, order.instrument)
        if os.fork() == 0:
            judge.close()
            keep(order, isolation, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _prepare() -> None:
    import resource

    if _system.IS_KNOWN:
        _system.die_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the judge to handle
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers vanish by themselves
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))  # the judge may have had bounds of its own
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.dont_write_bytecode = True
    warm_up()
    code_paths()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
