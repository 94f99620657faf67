"""How far one can be locked in: each level holds what it says, and what is missing is said."""

from functools import partial
from pathlib import Path

import pytest

from raftkit.contract import locate
from raftkit.errors import ContractError
from raftkit.model import Limits
from raftkit.runner._watchdog import Watchdog
from raftkit.worlds.boundary import CreateServer, LogLine
from raftkit.worlds.process import (
    Isolation,
    Level,
    ProcessWorld,
    WorldProcess,
    _process,
    isolation_here,
    order_for,
)
from raftkit.worlds.process._nursery import Nursery

HOSTILE = Path(__file__).parent / "hostile"
LIMITS = Limits(idle_seconds=2.0)
OURS = isolation_here()


@pytest.fixture(params=[Level.SEALED, Level.FILTERED, Level.LIMITED])
def level(request, monkeypatch):
    """Each level that this machine has."""
    nursery = Nursery(request.param)
    if nursery.isolation().level is not request.param:
        pytest.skip(f"this machine is {nursery.isolation().level}")
    monkeypatch.setattr(_process, "nursery", nursery)
    yield request.param
    nursery.close()


def what_it_says(name: str) -> list[str]:
    """All that server 0 of a hostile file logs while it is constructed."""
    order = order_for(locate(str(HOSTILE / name)), "1", LIMITS)
    world = ProcessWorld(WorldProcess(order, LIMITS, partial(Watchdog, LIMITS)))
    try:
        world.send(CreateServer(1, 0, 1, 3, b"", b""))
        lines, now_ns = [], 0
        while now_ns < 1_000_000:
            idle = world.run_until(1_000_000)
            now_ns = idle.now_ns
            lines += [output.text for output in idle.outputs if isinstance(output, LogLine)]
        return lines
    finally:
        world.close()


def test_sockets_and_processes(level):
    """Refused by the filter wherever there is one; processes by a limit of their own as well."""
    lines = what_it_says("opens_sockets.py")
    assert lines
    if level is not Level.LIMITED:
        assert [line for line in lines if "ESCAPED" in line] == []


def test_files(level):
    """A root of its own or Landlock; without either, files are open, and the warning says so."""
    lines = what_it_says("reads_suites.py")
    escaped = [line for line in lines if "ESCAPED" in line]
    if level is Level.LIMITED:
        assert escaped
    else:
        assert escaped == []


def test_nothing_is_said_where_all_of_it_holds():
    """A warning is for what is missing."""
    assert Isolation(Level.SEALED, True).warning == ""


@pytest.mark.parametrize("level_name", [Level.FILTERED, Level.LIMITED, Level.NONE])
def test_what_is_missing_is_said(level_name):
    """Loud, once a run, and with the reason."""
    warning = Isolation(level_name, False, ("unshare: Operation not permitted",)).warning
    assert warning.startswith("--isolate is weaker here than it should be")
    assert "unshare: Operation not permitted" in warning


def test_shape_is_looked_at_in_there(tmp_path):
    """Top-level code is code: what it does cannot reach us, and what is wrong with it arrives."""
    from raftkit.runner.isolated import check_isolated

    path = tmp_path / "raft.py"
    path.write_text("import posix\nposix._exit(0)\n")
    with pytest.raises(ContractError) as caught:
        check_isolated(str(path))
    assert "did not come to an end" in caught.value.message
    path.write_text("class Raft: pass\n")
    with pytest.raises(ContractError) as caught:
        check_isolated(str(path))
    assert caught.value.wanted
