"""Where the servers of a test live: in this process, in locked ones or in Go's, together or apart."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from raftkit.contract import locate
from raftkit.runner.golab import go_worlds, refuse_mode
from raftkit.runner.isolated import isolated_worlds
from raftkit.runner.request import RunRequest
from raftkit.suite import Test
from raftkit.worlds import ApartWorld, Member, World
from raftkit.worlds.local import LocalWorld

if TYPE_CHECKING:
    from raftkit.runner.debugger import Debugged, TimeDebugger


def make_world(request: RunRequest, test: Test, seed: str, debugger: "TimeDebugger | None") -> World:
    """Where the servers live: here, in locked processes or in Go's; all in one world or each in its own."""
    location = locate(request.implementation)
    make: Callable[[str], Member]
    refuse_mode(location, request.mode, debugged=debugger is not None)
    if location.is_go:
        make = go_worlds(request, location, servers=test.servers if request.mode.apart else 1)
    elif request.mode.isolate and debugger is None:
        make = isolated_worlds(
            request,
            location,
            servers=test.servers if request.mode.apart else 1,
            deviations=test.deviations,
        )
    else:
        instrument = request.mode.instrumentation
        make = partial(
            LocalWorld, location, instrument=instrument, debugger=debugger, deviations=test.deviations
        )
    if request.mode.apart:
        return ApartWorld(lambda server, incarnation: make(f"{seed}/server/{server}/{incarnation}"))
    return make(seed)


def debugged_servers(world: World) -> "Debugged":
    """What a debugger may ask of a world of this process."""
    from raftkit.runner.debugger import Debugged  # pdb and more: only who debugs needs it

    return Debugged(
        lambda: cast("list[LocalWorld]", world.members if isinstance(world, ApartWorld) else [world])
    )
