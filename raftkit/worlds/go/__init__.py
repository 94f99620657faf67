"""The world of a Go lab: a student's package as it is, all servers in one process, in virtual time.

The package is built with Go's own build tag ``faketime``, under which time stands still while any goroutine can
run; through an overlay, so that nothing is written beside it. It speaks the boundary over two pipes, and is
watched and checked like any world in a process.
"""

from raftkit.worlds.go._build import build, refusal, run_go, waited
from raftkit.worlds.go._dump import Goroutine, own_goroutines
from raftkit.worlds.go._gopath import put_in_module
from raftkit.worlds.go._lockstep import put_in_lockstep
from raftkit.worlds.go._overlay import write_module
from raftkit.worlds.go._process import GoProcess, environment
from raftkit.worlds.go._replacements import Replacements
from raftkit.worlds.go._toolchain import Toolchain, find_toolchain
from raftkit.worlds.go._world import GoWorld

__all__ = [
    "GoProcess",
    "GoWorld",
    "Goroutine",
    "Replacements",
    "Toolchain",
    "build",
    "environment",
    "find_toolchain",
    "own_goroutines",
    "put_in_lockstep",
    "put_in_module",
    "refusal",
    "run_go",
    "waited",
    "write_module",
]
