"""The process in which one world lives: a local world behind two pipes.

Whoever forks it has closed everything else. It answers one frame with one frame, and ends when the
judge closes the pipe. What it says is checked on the other side: nothing here is trusted.
"""

import gc
import threading
import time
import traceback

from raftkit.errors import ContractError
from raftkit.worlds.local import LocalWorld, check_implementation
from raftkit.worlds.process._frames import (
    Beat,
    Broken,
    Buried,
    Bury,
    Checked,
    FromChild,
    Go,
    Look,
    Refused,
    Seen,
    Stopped,
    ToChild,
    TooLong,
)
from raftkit.worlds.process._jail import forbid_processes
from raftkit.worlds.process._link import Link
from raftkit.worlds.process._order import Order

BEAT_SECONDS = 0.5
"""How often the process tells that its world moves."""


def serve(order: Order, link: Link) -> None:
    """Answer until the judge closes the pipe."""
    gc.disable()
    try:
        if not order.seed:
            forbid_processes()
            link.send(_check(order))
            return
        world = LocalWorld(
            order.location, order.seed, instrument=order.instrument, deviations=order.deviations
        )
        _start_pulse(world, link)
        forbid_processes()
        while (frame := link.receive()) is not None:
            link.send(_answer(world, frame))
    except TooLong as error:
        link.send(Broken(f"the servers said {error}", ours=False))
    except BaseException:
        link.send(Broken(traceback.format_exc(), ours=True))


def _answer(world: LocalWorld, frame: ToChild) -> FromChild:
    match frame:
        case Go():
            return _run(world, frame)
        case Look():
            return _look(world, frame)
        case Bury():
            return Buried(world.bury(frame.now_ns, holdings=frame.holdings))


def _run(world: LocalWorld, frame: Go) -> Stopped:
    kernel = world.kernel
    kernel.advance(frame.from_ns)
    for message in frame.inbox:
        world.send(message)
    idle = world.run_until(frame.until_ns)
    return Stopped(idle.now_ns, kernel.next_ns(), idle.outputs)


def _look(world: LocalWorld, frame: Look) -> Seen:
    world.kernel.advance(frame.now_ns)
    return Seen(world.deadlock(certain=frame.certain) if frame.deadlock else world.threads())


def _check(order: Order) -> FromChild:
    try:
        return Checked(check_implementation(order.location.spec))
    except ContractError as error:
        return Refused(error.message, error.where, error.found, error.wanted, error.advice)


def _start_pulse(world: LocalWorld, link: Link) -> None:
    """Tell now and then that the world moves; while C code holds the interpreter, it does not."""

    def watch() -> None:
        seen = 0
        while True:
            time.sleep(BEAT_SECONDS)
            if world.kernel.steps != seen:
                seen = world.kernel.steps
                link.send(Beat())

    threading.Thread(target=watch, name="pulse", daemon=True).start()
