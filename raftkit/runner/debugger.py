"""A debugger that stops time: pdb inside an implementation's own frame, while nothing moves.

Virtual time passes only when the kernel runs, so that nobody times out while one thinks, and what
was looked at changes nothing: after ``continue`` the run ends as it would have.
"""

import pdb
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

from raftkit.cluster import Cluster
from raftkit.errors import RaftkitError
from raftkit.model import SECOND, seconds
from raftkit.sim import Task
from raftkit.worlds import StuckThread
from raftkit.worlds.local import LocalWorld

_WORD = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Condition:
    """A log line or an RPC to stop at: ``VOTE server=2 term=4``, ``append_entries server=0``.

    Attributes:
        name: A topic, or the name of a handler.
        fields: What must be equal: ``server``, and fields of the line or of the arguments.
    """

    name: str
    fields: Mapping[str, str]

    @staticmethod
    def parse(text: str) -> "Condition":
        """Read a condition.

        Raises:
            RaftkitError: It is not of that form.
        """
        name, *rest = text.split()
        pairs = [part.partition("=") for part in rest]
        if not _WORD.fullmatch(name) or any(not mark or not key or not value for key, mark, value in pairs):
            raise RaftkitError(
                f"--break-on {text!r} is not understood: a topic or a handler's name, then conditions, "
                "for example 'VOTE server=2 term=4' or 'append_entries server=0'"
            )
        return Condition(name, {key: value for key, _, value in pairs})

    def fits(self, name: str, server: int, values: Mapping[str, Any]) -> bool:
        """Whether something that happens on a server is what is waited for."""
        if name.lower() != self.name.lower():
            return False
        known = {"server": server, **values}
        return all(str(known.get(key)) == wanted for key, wanted in self.fields.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaks:
    """Where to stop.

    Attributes:
        at_ns: A moment of virtual time, or None.
        server: At that moment, only in code of this server; None for whoever runs first.
        on: What to stop at, each time that it happens.
    """

    at_ns: int | None = None
    server: int | None = None
    on: tuple[Condition, ...] = field(default=())


class Debugged:
    """Where the servers live that are debugged: all in one world, or each in one of its own.

    Args:
        worlds: Those that there are now.
    """

    def __init__(self, worlds: Callable[[], Sequence[LocalWorld]]) -> None:
        self._worlds = worlds

    @property
    def now_ns(self) -> int:
        """The time of whoever runs: nobody's clock is ahead of it."""
        return max(world.kernel.now_ns for world in self._worlds())

    @property
    def roots(self) -> tuple[str, ...]:
        """The implementation's own folders."""
        return tuple(str(Path(root).resolve()) for root in self._worlds()[0].location.roots)

    def threads(self) -> list[StuckThread]:
        """Every thread of every server."""
        return [thread for world in self._worlds() for thread in world.threads()]

    def timers(self) -> list[tuple[int, Task]]:
        """Tasks that go on by themselves, and when, soonest first."""
        timers = [timer for world in self._worlds() for timer in world.kernel.timers()]
        return sorted(timers, key=lambda timer: timer[0])


class TimeDebugger:
    """Stops a run where it was asked to.

    Args:
        breaks: Where to stop.
        stdin, stdout: The person; the terminal by default.
    """

    def __init__(
        self, breaks: Breaks, *, stdin: IO[str] | None = None, stdout: IO[str] | None = None
    ) -> None:
        self._at_ns = breaks.at_ns
        self._breaks = breaks
        self._stdin = stdin
        self._stdout = stdout
        self._world: Debugged | None = None
        self._cluster: Cluster | None = None
        self._every_step = False
        self._quits = False

    def attach(self, world: Debugged, cluster: Cluster) -> None:
        """Learn what is debugged, once it has been built."""
        self._world, self._cluster = world, cluster

    # -- what the world tells ------------------------------------------------

    def before_step(self, task: Task) -> None:
        """Stop at a moment: in the first thread that goes on inside the implementation's code."""
        if self._quits:
            raise KeyboardInterrupt
        if self._at_ns is None and not self._every_step:
            return
        world = self._world
        if world is None or (self._at_ns is not None and world.now_ns < self._at_ns):
            return
        if self._breaks.server is not None and self._server_of(task) != self._breaks.server:
            return
        frame = self._own_frame(task.glet.gr_frame if task.glet is not None else None)
        if frame is not None:
            self._at_ns, self._every_step = None, False
            self._stop(frame, f"thread {task.name!r} goes on")

    def on_log(self, server: int, topic: str, fields: dict[str, Any]) -> None:
        """Stop at a log line."""
        if any(condition.fits(topic, server, fields) for condition in self._breaks.on):
            self._stop(self._own_frame(sys._getframe()), f"S{server} logs {topic}")

    def on_breakpoint(self) -> None:
        """Stop at ``breakpoint()``."""
        self._stop(self._own_frame(sys._getframe()), "breakpoint()")

    def handle(self, server: int, method: str, args: Any, handler: Callable[[Any], Any]) -> Any:
        """Stop at a handler's first line."""
        values = _fields(args)
        if any(condition.fits(method, server, values) for condition in self._breaks.on):
            session = self._session(f"S{server} handles {method}")
            return session.runcall(handler, args)
        return handler(args)

    # -- inside --------------------------------------------------------------

    def step_event(self) -> None:
        """Stop again at the next step of any thread."""
        self._every_step = True

    def quit(self) -> None:
        """End the run before anything else happens."""
        self._quits = True

    def until(self, at_ns: int) -> None:
        """Stop again at a later moment."""
        self._at_ns = at_ns

    def _stop(self, frame: FrameType | None, why: str) -> None:
        if frame is not None:
            self._session(why).set_trace(frame)

    def _session(self, why: str) -> "Session":
        assert self._world is not None
        assert self._cluster is not None
        return Session(self, self._world, self._cluster, why, self._stdin, self._stdout)

    def _server_of(self, task: Task) -> int | None:
        group = task.group
        return group[0] if isinstance(group, tuple) else None

    def _own_frame(self, frame: FrameType | None) -> FrameType | None:
        """The innermost frame in the implementation's own files."""
        assert self._world is not None
        roots = self._world.roots
        while frame is not None:
            if frame.f_code.co_filename.startswith(roots):
                return frame
            frame = frame.f_back
        return None


class Session(pdb.Pdb):
    """pdb with commands for the simulated world."""

    def __init__(
        self,
        debugger: TimeDebugger,
        world: Debugged,
        cluster: Cluster,
        why: str,
        stdin: IO[str] | None,
        stdout: IO[str] | None,
    ) -> None:
        super().__init__(
            stdin=stdin, stdout=stdout, nosigint=True, skip=["raftkit.*", "structlog.*", "greenlet"]
        )
        if stdin is not None:
            self.use_rawinput = False
        self.prompt = f"(raftkit t={seconds(world.now_ns)}) "
        self._debugger = debugger
        self._world = world
        self._cluster = cluster
        self._why: str | None = why

    def interaction(self, frame: Any, traceback: Any) -> None:
        """Say why we stopped, once, and let pdb take over."""
        if self._why is not None:
            self.message(f"-- t={seconds(self._world.now_ns)}: {self._why}; time stands still")
            self._why = None
        super().interaction(frame, traceback)

    def precmd(self, line: str) -> str:
        """Commands may be written with a dash."""
        word, space, rest = line.partition(" ")
        return str(super().precmd(word.replace("-", "_") + space + rest if word == "step-event" else line))

    def do_quit(self, arg: str) -> bool:
        """quit: end the run."""
        self._debugger.quit()
        self.set_continue()
        return True

    do_q = do_exit = do_quit

    def do_servers(self, arg: str) -> None:
        """servers: each server, whether it is up and connected, and what it has applied."""
        for server in range(self._cluster.n):
            state = "up" if self._cluster.is_alive(server) else "down"
            links = "connected" if self._cluster.is_connected(server) else "cut off"
            applied = max(self._cluster.applied[server], default=0)
            self.message(f"S{server}  {state:<4}  {links:<9}  applied {applied}")

    def do_inflight(self, arg: str) -> None:
        """inflight: RPCs that have not ended."""
        self._list(
            (f"call {call.number}: S{call.source} -> S{call.target} {call.method}, {where}"
             for call, where in self._cluster.network.in_flight()),
            "no RPC is under way",
        )  # fmt: skip

    def do_timers(self, arg: str) -> None:
        """timers: sleeping and waiting threads that go on by themselves, soonest first."""
        self._list(
            (f"t={seconds(at_ns)}  {task.name}" for at_ns, task in self._world.timers()),
            "no thread sleeps",
        )

    def do_threads(self, arg: str) -> None:
        """threads: every simulated thread, what it waits for, and its stack."""
        for thread in self._world.threads():
            self.message(f"S{thread.server}  {thread.name}: waits for {thread.waits_for}")
            for line in thread.stack.splitlines():
                self.message(f"      {line}")

    def do_step_event(self, arg: str) -> bool:
        """step-event: go on to the next step of any thread."""
        self._debugger.step_event()
        self.set_continue()
        return True

    def do_until(self, arg: str) -> bool | None:
        """until 2.4s: go on to a moment of virtual time; without an s it is pdb's own until."""
        moment = re.fullmatch(r"\s*(\d+(?:\.\d+)?)s\s*", arg)
        if moment is None:
            return super().do_until(arg)
        self._debugger.until(round(float(moment.group(1)) * SECOND))
        self.set_continue()
        return True

    do_unt = do_until

    def _list(self, lines: Iterable[str], nothing: str) -> None:
        shown = list(lines)
        for line in shown or [nothing]:
            self.message(line)


def _fields(args: Any) -> dict[str, Any]:
    """The fields of an RPC's arguments, whatever they are made of."""
    if isinstance(args, dict):
        return {str(key): value for key, value in args.items()}
    names = list(getattr(args, "__dict__", ())) or [
        name for cls in type(args).__mro__ for name in getattr(cls, "__slots__", ())
    ]
    return {name: getattr(args, name) for name in names if hasattr(args, name)}
