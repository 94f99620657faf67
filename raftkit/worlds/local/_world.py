"""The local world: the implementation runs in this process, its threads as tasks of one kernel."""

import inspect
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, Protocol

import msgspec

from raftkit.contract import Location
from raftkit.errors import ContractError
from raftkit.model import Instrumentation, Verdict
from raftkit.sim import (
    BaseLock,
    BoundedChance,
    Kernel,
    Refused,
    Task,
    TaskKilled,
    guard,
    make_locks,
    unguard,
)
from raftkit.sim.race import Mark, Race, Watch
from raftkit.worlds.boundary import (
    Answer,
    CreateServer,
    DeliverReply,
    DeliverRequest,
    FailSave,
    FreezeServer,
    GetState,
    Idle,
    KillServer,
    NamesGiven,
    Remains,
    RpcReply,
    ServerRaised,
    SetClock,
    Snapshot,
    Start,
    StuckThread,
    TakeApply,
    ThawServer,
    ToWorld,
)
from raftkit.worlds.local import _coroutines, _deadlock
from raftkit.worlds.local._afterlife import bury
from raftkit.worlds.local._codec import view_of
from raftkit.worlds.local._race import describe_race
from raftkit.worlds.local._report import (
    describe_error,
    safe_repr,
    stack_of,
    stems_from,
    type_name,
    without_addresses,
)
from raftkit.worlds.local._server import RETURNS, DiskError, Handler, Server, check_return

STEP_NS = 10_000
"""Virtual time of one scheduling step: a loop that retries without pause still moves the clock."""
ENDS_THE_PROCESS = ("os._exit", "os.abort")
UNHEARD_NS = 10_000_000
"""When a call fails that nobody can hear any more, once all servers have been told their end."""
DEADLOCK_NS = 1_000_000_000
"""How long threads must have waited for each other before it is called a deadlock."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode
_NONE = _encode(None)


class Debugger(Protocol):
    """Somebody who may stop inside an implementation's code; time stands still meanwhile."""

    def before_step(self, task: Task) -> None:
        """A thread is about to run."""
        ...

    def on_log(self, server: int, topic: str, fields: dict[str, Any]) -> None:
        """The running thread logs a line."""
        ...

    def on_breakpoint(self) -> None:
        """The running thread has called ``breakpoint()``."""
        ...

    def handle(self, server: int, method: str, args: Any, handler: Callable[[Any], Any]) -> Any:
        """Call a handler, and return its reply."""
        ...


class LocalWorld:
    """A world in this process.

    Args:
        location: Where the implementation is.
        seed: Names the world's random streams.
        instrument: How the implementation's code is instrumented.
        debugger: May stop inside the implementation's code, or None.
        deviations: How many choices, of who runs next and of who gets a lock, are the seed's; None for all.
    """

    def __init__(
        self,
        location: Location,
        seed: str,
        *,
        instrument: Instrumentation = Instrumentation.BUDGET,
        debugger: "Debugger | None" = None,
        deviations: int | None = None,
    ) -> None:
        self.location = location
        self.debugger = debugger
        self.seed = seed
        self.instrument = instrument
        self.kernel = Kernel(f"{seed}/world", step_ns=STEP_NS, on_error=self._on_error, on_spin=self._on_spin)
        self.watch: Watch | None = None
        if instrument in (Instrumentation.PREEMPT, Instrumentation.RACE):
            self.watch = Watch(self.kernel, instrument, Random(f"{seed}/preemption"))
        if deviations is None:
            self.locks = make_locks(self.kernel, Random(f"{seed}/locks"), self.watch)
        else:
            self.kernel.bound_deviations(deviations)
            self.locks = make_locks(self.kernel, BoundedChance(f"{seed}/locks", deviations), self.watch)
        if debugger is not None:
            self.kernel.observe(debugger.before_step)
        guard(self.kernel, self._on_refused)
        self._inbox: list[ToWorld] = []
        self._outputs: list[Any] = []
        self._servers: dict[int, Server] = {}
        self._calls: dict[int, Callable[[bytes | None], object]] = {}
        self._call = 0
        self.locks_told: set[tuple[str, str]] = set()
        """Locks that were held over calls, by the place and by what was waited for."""
        self.unheard: Callable[[Callable[[], object]], None] = lambda tell: None
        """Told what would let somebody go on who speaks although his server was cut off: nobody hears him."""
        self._takers: dict[type, Callable[[Any], None]] = {
            CreateServer: self._create,
            KillServer: self._kill,
            FreezeServer: self._freeze,
            ThawServer: self._thaw,
            SetClock: self._set_clock,
            FailSave: self._fail_save,
            Start: self._start,
            GetState: self._get_state,
            Snapshot: self._snapshot,
            DeliverRequest: self._deliver_request,
            DeliverReply: self._deliver_reply,
            TakeApply: self._take_apply,
        }

    # -- the World protocol --------------------------------------------------

    def send(self, message: ToWorld) -> None:
        """Take a message; it takes effect when the world next runs."""
        self._inbox.append(message)

    def run_until(self, at_ns: int) -> Idle:
        """Run up to a moment, or to the first output."""
        if self._inbox:
            inbox, self._inbox = self._inbox, []
            for message in inbox:
                self._takers[type(message)](message)
        kernel = self.kernel
        if not self._outputs:
            kernel.run_until(at_ns)
        if not self._outputs:
            kernel.advance(at_ns)  # with nothing to do, the harness's clock is ours
        outputs, self._outputs = self._outputs, []
        return Idle(kernel.now_ns, outputs, kernel.next_ns())

    def advance(self, to_ns: int) -> None:
        """Take the time from outside; nothing can have happened here before that."""
        self.kernel.advance(to_ns)

    def threads(self) -> list[StuckThread]:
        """Every thread of every live server; instead of an event loop that waits, its coroutines."""
        alive = {server.group: server for server in self._servers.values()}
        idle = [
            server.loop_task for server in alive.values() if server.loop is not None and server.loop.is_idle
        ]
        tasks = [task for task in self.kernel.tasks() if task.group in alive and task not in idle]
        threads = [_deadlock.describe(self.kernel, task, alive) for task in tasks]
        threads += [_coroutines.describe_coroutine(*pair) for pair in self._coroutines()]
        return threads + [ended for server in alive.values() for ended in server.ended]

    def deadlock(self, *, certain: bool) -> list[StuckThread]:
        """Threads that can never go on, or tasks of an event loop."""
        servers = self._servers.values()
        found = _deadlock.find_deadlock(self.kernel, servers, waiting_ns=DEADLOCK_NS, certain=certain)
        if found or certain:
            return found
        return _coroutines.find_stuck_tasks(servers, before_ns=self.kernel.now_ns - DEADLOCK_NS)

    def bury(self, now_ns: int, *, holdings: bool) -> list[Remains]:
        """Tell every server its end, and say what is left of it some time later."""
        self._inbox.clear()
        self.kernel.advance(now_ns)
        return bury(self, self._servers.values(), holdings=holdings)

    def close(self) -> None:
        """End everything."""
        for server in self._servers.values():
            server.cut = True
        self.kernel.close()
        unguard(self.kernel)
        for server in self._servers.values():
            server.close()
        self._outputs.clear()

    def progress(self) -> int:
        """A number that grows with each scheduling step."""
        return self.kernel.steps

    @property
    def cpu_seconds(self) -> float:
        """Processor time beyond this process's own: none."""
        return 0.0

    # -- for servers ---------------------------------------------------------

    def emit(self, output: Any) -> None:
        """Say something to the harness; the world stops after the step under way."""
        self._outputs.append(output)
        self.kernel.stop = True

    def tell_end(self, server: Server) -> None:
        """Call an instance's ``kill``; where it waits, it goes on when it can."""
        self._invoke(server, "kill()", lambda: server.instance.kill(), lambda _: None)

    def nobody_hears(self) -> None:
        """Let calls fail a little later, those under way and all to come, and let what was handed over be taken."""
        kernel = self.kernel
        self.unheard = lambda tell: kernel.call_at(kernel.now_ns + UNHEARD_NS, _call, tell)
        for answer in self._calls.values():
            self.unheard(partial(answer, None))
        for server in self._servers.values():
            for taken in server.puts:
                self.unheard(taken)
        self._calls.clear()

    def hand_over(self, mark: Mark) -> None:
        """Leave with a mark what the running thread has done, for those that ``take_over`` comes before."""
        if self.watch is not None:
            self.watch.clocks.leave(mark)

    def take_over(self, mark: Mark) -> None:
        """Let what was left with a mark have happened before what the running thread does from here on."""
        if self.watch is not None:
            self.watch.clocks.take_up(mark)

    def raced(self, server: Server, race: Race) -> None:
        """Tell the harness that two threads of a server use the same thing at the same time."""
        if not server.cut and not server.raced:
            server.raced = True
            self.emit(describe_race(server, race))

    def begin_call(self, answer: Callable[[bytes | None], object]) -> int:
        """Number a call; ``answer`` takes its reply, or None when it has failed."""
        self._call += 1
        self._calls[self._call] = answer
        return self._call

    def raised(self, server: Server, place: str, error: BaseException) -> None:
        """Tell the harness that a server's own code raised."""
        if not server.cut:
            self._tell_raised(server, place, error)

    def _tell_raised(self, server: Server, place: str, error: BaseException) -> None:
        if isinstance(error, ContractError):
            self._out_of_shape(server, f"{place}: {error.message}", error.wanted, details=error.found)
            return
        summary, details = describe_error(error)
        if isinstance(error, Refused):
            if not server.refused:
                server.refused = True
                self._outside(server, f"imports {error.name}, in {place}", place, details)
            return
        self.emit(
            ServerRaised(
                server.number,
                server.incarnation,
                Verdict.CRASHED.value,
                type_name(error),
                f"server {server.number} raised {summary} in {place}",
                place,
                details,
                expected="no exception leaves the implementation's code",
                advice="start with the last line of the traceback that is in your own file",
                by_disk=stems_from(error, DiskError),
            )
        )

    # -- messages ------------------------------------------------------------

    def _spawn(self, server: Server, name: str, fn: Callable[..., None], *args: Any) -> Task:
        task = self.kernel.spawn(fn, *args, name=name, group=server.group)
        task.served = True
        return task

    def _invoke(
        self, server: Server, name: str, method: Callable[[], Any], then: Callable[[Any], None]
    ) -> Task:
        """Call into an instance: in a thread of its own, or inside its event loop; ``then`` takes the value."""
        if server.loop is None:
            return self._spawn(server, name, self._run, server, method, then)
        assert server.loop_task is not None
        if not server.loop.is_closed():
            server.loop.begin(self._await(server, name, method, then), name)
        return server.loop_task

    def _run(self, server: Server, method: Callable[[], Any], then: Callable[[Any], None]) -> None:
        if server.instance is None and server.constructor is not None:
            self.kernel.join(server.constructor)  # nobody has the instance before it is made
        self.take_over(server.constructed)
        then(method())

    async def _await(
        self, server: Server, name: str, method: Callable[[], Any], then: Callable[[Any], None]
    ) -> None:
        try:
            value = method()
            then(await value if inspect.isawaitable(value) else value)
        except (TaskKilled, GeneratorExit):
            raise
        except BaseException as error:
            self.raised(server, name, error)

    def _create(self, message: CreateServer) -> None:
        server = Server(self, message.server, message.incarnation, message.servers)
        self._servers[message.server] = server
        if message.ahead_ns or message.drift_ppm:
            server.set_clock(message.ahead_ns, message.drift_ppm)
        server.constructor = self._spawn(server, "constructor", self._construct, server, message)

    def _construct(self, server: Server, message: CreateServer) -> None:
        server.load()
        if names := server.names:
            self.emit(NamesGiven(server.number, server.incarnation, names))
        if not server.is_async:
            server.construct(message.state, message.snapshot)
            self.hand_over(server.constructed)
            self.emit(Answer(message.call, server.number, _NONE))
            return
        server.loop = server.space.import_module("asyncio").new_event_loop()
        server.loop_task = self._spawn(server, "event loop", self._run_loop, server)
        self._invoke(
            server,
            "its constructor",
            lambda: server.construct(message.state, message.snapshot),
            lambda _: self.emit(Answer(message.call, server.number, _NONE)),
        )

    def _run_loop(self, server: Server) -> None:
        server.loop.run_forever()
        server.loop.abandon()
        self._out_of_shape(server, "its event loop was stopped", "a loop that runs until the server ends")

    def _kill(self, message: KillServer) -> None:
        server = self._servers.pop(message.server, None)
        if server is None:
            return
        self.kernel.thaw(server.group)
        server.cut = True  # first: nothing that its end brings about may reach anybody
        if server.instance is not None:
            ending = self._spawn(server, "kill()", server.tell_end)
            self.kernel.run_now(ending)
            if ending.error is not None:  # the last word that is heard of it
                self._tell_raised(server, "kill()", ending.error)
        self.kernel.kill_group(server.group)
        server.close()

    def _freeze(self, message: FreezeServer) -> None:
        if (server := self._servers.get(message.server)) is not None:
            self.kernel.freeze(server.group)

    def _thaw(self, message: ThawServer) -> None:
        if (server := self._servers.get(message.server)) is not None:
            self.kernel.thaw(server.group)

    def _set_clock(self, message: SetClock) -> None:
        if (server := self._servers.get(message.server)) is not None:
            server.set_clock(message.ahead_ns, message.drift_ppm)

    def _fail_save(self, message: FailSave) -> None:
        if (server := self._servers.get(message.server)) is not None:
            server.saves_left = message.after

    def _start(self, message: Start) -> None:
        command = _decode(message.command)
        self._ask(message, "start", lambda instance: instance.start(command))

    def _get_state(self, message: GetState) -> None:
        self._ask(message, "get_state", lambda instance: instance.get_state())

    def _ask(self, message: Start | GetState, method: str, ask: Callable[[Any], Any]) -> None:
        server = self._servers[message.server]

        def answer(value: Any) -> None:
            plain = check_return(method, value)
            if plain is None:
                self._out_of_shape(server, f"{method}() returned {safe_repr(value)}", RETURNS[method])
            else:
                self.emit(Answer(message.call, server.number, _encode(plain)))

        self._invoke(server, f"{method}()", lambda: ask(server.instance), answer)

    def _snapshot(self, message: Snapshot) -> None:
        server = self._servers[message.server]
        if not hasattr(server.cls, "snapshot"):
            wanted = "def snapshot(self, index, snapshot) -> None"
            self._out_of_shape(server, "there is no method snapshot", wanted)
            return

        def answer(_: Any) -> None:
            server.snapshot_task = None
            self.hand_over(server.service)
            self.emit(Answer(message.call, server.number, _NONE))

        def ask() -> Any:
            self.take_over(server.service)
            return server.instance.snapshot(message.index, message.snapshot)

        server.snapshot_task = self._invoke(server, "snapshot()", ask, answer)

    def _deliver_request(self, message: DeliverRequest) -> None:
        server = self._servers[message.target]
        try:
            handler = server.handler(message.method)
        except ContractError:
            return  # it has been told

        def handle() -> Any:
            method, args = getattr(server.instance, message.method), handler.args.decode(message.args)
            if self.debugger is not None:
                return self.debugger.handle(server.number, message.method, args, method)
            return method(args)

        name = handler.names[message.source]
        self._invoke(server, name, handle, lambda reply: self._handled(server, handler, message, reply))

    def _handled(self, server: Server, handler: Handler, message: DeliverRequest, reply: Any) -> None:
        if reply is None:
            self._out_of_shape(
                server,
                f"the handler {message.method} returned nothing",
                "a handler returns its reply; None would look like a lost message to the caller",
            )
            return
        data = handler.reply.encode(reply, "reply")
        self.emit(RpcReply(message.call, server.number, server.incarnation, data, view_of(data, reply)))

    def _deliver_reply(self, message: DeliverReply) -> None:
        answer = self._calls.pop(message.call, None)
        if answer is not None:
            answer(message.reply)

    def _take_apply(self, message: TakeApply) -> None:
        server = self._servers.get(message.server)
        if server is not None and server.puts:
            server.puts.popleft()()

    # -- trouble -------------------------------------------------------------

    def _out_of_shape(self, server: Server, found: str, wanted: str, details: str = "") -> None:
        self.emit(
            ServerRaised(
                server.number,
                server.incarnation,
                Verdict.FAILED.value,
                "ContractBroken",
                f"server {server.number}: {found}",
                "",
                details,
                expected=wanted,
                advice="see docs/contract.md",
            )
        )

    def _on_refused(self, what: str, call: str) -> None:
        """The implementation reached past its world: the run ends, even if it has a way to go on."""
        task = self.kernel.current
        server = self._server_of(task) if task is not None else None
        if task is None or server is None or server.cut or server.refused:
            return
        server.refused = True
        place = self._place(server, task)
        asked = f"asked for {what}, by {without_addresses(call)}, in {place}"
        # Had it been let, its end would have been a crash like any other.
        verdict = Verdict.CRASHED if call in ENDS_THE_PROCESS else Verdict.FAILED
        self._outside(server, asked, place, stack_of(self.kernel, task), verdict)

    def _outside(
        self, server: Server, what: str, place: str, details: str, verdict: Verdict = Verdict.FAILED
    ) -> None:
        self.emit(
            ServerRaised(
                server.number,
                server.incarnation,
                verdict.value,
                "OutsideWorld",
                f"server {server.number} {what}",
                place,
                details,
                expected="servers talk through peers, keep state through their persister, and touch nothing else",
                advice="take it out; what is printed or logged becomes part of the trace anyway",
            )
        )

    def _place(self, server: Server, task: Task) -> str:
        """Words for what a task is: in an event loop, the coroutine that runs or has raised."""
        name = server.running_coroutine() if task is server.loop_task else ""
        return name or (f"its {task.name}" if task.name in ("constructor", "event loop") else task.name)

    def _coroutines(self) -> list[tuple[Server, Any]]:
        return [
            (server, task)
            for server in self._servers.values()
            if server.loop is not None
            for task in server.loop.live_tasks()
        ]

    def _server_of(self, task: Task) -> Server | None:
        for server in self._servers.values():
            if server.group == task.group:
                return server
        return None

    def _on_error(self, task: Task, error: BaseException) -> None:
        server = self._server_of(task)
        if server is not None:
            self.raised(server, self._place(server, task), error)

    def _on_spin(self, task: Task) -> None:
        server = self._server_of(task)
        if server is None:
            return
        place = self._place(server, task)
        locks = len(self._wanted_from(task))
        held = f"it holds {locks} lock(s) that others wait for\n" if locks else ""
        self.emit(
            ServerRaised(
                server.number,
                server.incarnation,
                Verdict.BUSY.value,
                "BusyLoop",
                f"server {server.number}: {place} loops without ever waiting for anything",
                place,
                stack_of(self.kernel, task) + held,
                expected="a loop that waits for something sleeps, or waits on a Condition",
                advice="let the loop wait: time.sleep(0.01), or a Condition that is notified",
            )
        )

    def _wanted_from(self, task: Task) -> set[BaseLock]:
        return {
            other.waits_for
            for other in self.kernel.tasks()
            if isinstance(other.waits_for, BaseLock) and other.waits_for.owner is task
        }


def _call(tell: Callable[[], object]) -> None:
    tell()
