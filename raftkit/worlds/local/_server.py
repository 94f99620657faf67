"""One server of the local world: the implementation's instance, and what it was given."""

import errno
import inspect
import typing
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import partial
from random import Random
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

import raftkit.contract as contract
from raftkit.contract import ApplyMsg
from raftkit.errors import ContractError
from raftkit.sim import Space, Task
from raftkit.sim.race import Mark, Shadow
from raftkit.worlds.boundary import ApplyMessage, LogLine, Persisted, RpcRequest, SaveFailed, StuckThread
from raftkit.worlds.local._codec import Codec, view_of
from raftkit.worlds.local._lock_over_call import look_at_locks
from raftkit.worlds.local._report import describe_error, presentable, safe_repr

if TYPE_CHECKING:
    from raftkit.worlds.local._world import LocalWorld

_encode = msgspec.msgpack.Encoder().encode
LONGEST_LINE = 2_000
"""Characters of what is logged or printed at once."""
_NOT_RPC = frozenset({"start", "get_state", "kill", "snapshot"})
RETURNS = {"start": "(index: int, term: int, is_leader: bool)", "get_state": "(term: int, is_leader: bool)"}


class DiskError(OSError):
    """What a save raises that is to fail."""


class Wait:
    """What a task is parked on, with words for it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


class Server:
    """An incarnation of a server.

    Attributes:
        cut: Set when it has crashed: nothing that its threads still do reaches anybody.
        puts: What to call when the service takes the next message, oldest first.
        loop: The event loop in which everything runs, for implementations in asyncio style.
        refused: Whether it has reached past its world.
        shadow: Who did what to its memory, where its threads are watched.
        raced: Whether a data race was found in it.
        constructed: What its constructor has done, for all that comes after.
        service: What has happened before what its service does next: ``put`` and ``snapshot`` follow each other there.
        saves_left: How many saves still go well; below 0 all do.
        ended: Threads that have ended themselves by ``sys.exit``, of which Python says nothing.
    """

    def __init__(self, world: "LocalWorld", number: int, incarnation: int, servers: int) -> None:
        self.world = world
        self.number = number
        self.incarnation = incarnation
        self.group = (number, incarnation)
        self.cut = False
        self.cls: type | None = None
        self.instance: Any = None
        self.puts: deque[Callable[[], object]] = deque()
        self.loop: Any = None
        self.loop_task: Task | None = None
        self.put_wait = Wait("the service to take an ApplyMsg")
        self.put_future: Any = None  # the same in an event loop: what the latest put awaits
        self.snapshot_task: Task | None = None
        self.refused = False
        self.raced = False
        self.constructed = Mark()
        self.service = Mark()
        self.saves_left = -1
        self.ended: list[StuckThread] = []
        self.constructor: Task | None = None
        self._handlers: dict[str, Handler] = {}
        self._printed = ["", ""]  # what has no end of line yet, of stdout and of stderr
        self.peers = [LocalPeer(self, target) for target in range(servers)]
        self.space = Space(
            world.kernel,
            world.locks,
            Random(f"{world.seed}/server/{number}/{incarnation}"),
            group=self.group,
            roots=world.location.roots,
            overlay={"raftkit": _package, "raftkit.contract": self._contract},
            on_print=self._on_print,
            on_thread_error=self._on_thread_error,
            on_task_error=self._on_task_error,
            on_breakpoint=self._on_breakpoint,
            instrument=world.instrument,
        )
        self.space.on_thread_exit = self._on_thread_exit
        self.shadow: Shadow | None = None
        if world.watch is not None:
            self.shadow = world.watch.enter(self.space, partial(world.raced, self))

    def load(self) -> None:
        """Load the implementation's modules and find its class; its own exceptions pass through."""
        location = self.world.location
        module = self.space.load(location.path, location.module)
        self.cls = contract.find_class(module, location.class_name)

    @property
    def is_async(self) -> bool:
        """Whether any public method is a coroutine function: then all run in one event loop."""
        assert self.cls is not None
        methods = [getattr(self.cls, name, None) for name in dir(self.cls) if not name.startswith("_")]
        return any(inspect.iscoroutinefunction(method) for method in methods)

    @property
    def names(self) -> dict[str, str]:
        """The paper's names for its methods and fields, where it has others."""
        assert self.cls is not None
        return contract.rpc_names(self.cls)

    def set_clock(self, ahead_ns: int, drift_ppm: int) -> None:
        """Set its clock on the wall, and the pace of that and of its monotonic one."""
        kernel = self.world.kernel
        kernel.drift(self.group, drift_ppm)
        self.space.wall_ahead_ns = kernel.now_ns + ahead_ns - kernel.clock_ns(self.group)

    def construct(self, state: bytes, snapshot: bytes) -> None:
        """Construct the implementation; its own exceptions pass through."""
        assert self.cls is not None
        persister = LocalPersister(self, state, snapshot)
        self.instance = self.cls(self.peers, self.number, persister, LocalApplyChannel(self))

    def tell_end(self) -> None:
        """Call the instance's ``kill``, as far as it goes without waiting."""
        with nullcontext() if self.loop is None else self.loop.entered():
            ending = self.instance.kill()
            if inspect.iscoroutine(ending):
                try:
                    ending.send(None)
                except StopIteration:
                    return
                with suppress(RuntimeError):  # it would wait once more
                    ending.close()

    def close(self) -> None:
        """Let go of everything; nothing of it may run any more."""
        if self.loop is not None:
            self.loop.abandon()  # what was to begin in a loop that had not begun
        self.space.close()

    def tells(self, taken: Callable[[], object]) -> Callable[[], object]:
        """What the running thread has done comes before whatever the service does when it has taken the message."""
        mark = Mark()
        self.world.hand_over(mark)

        def take() -> object:
            self.service.add(mark)
            return taken()

        return take

    def running_coroutine(self) -> str:
        """The name of the coroutine that runs in its event loop; empty when none does."""
        import asyncio  # only whoever runs an event loop gets here

        task = asyncio.current_task(self.loop) if self.loop is not None else None
        return "" if task is None else task.get_name()

    def handler(self, method: str) -> "Handler":
        """The handler of that name, with its codecs.

        Raises:
            ContractError: There is no such public method.
        """
        handler = self._handlers.get(method)
        if handler is None:
            try:
                handler = self._handlers[method] = Handler(self, method)
            except ContractError as error:
                self.world.raised(self, f"call({method!r}, ...)", error)  # its author may catch it
                raise
        return handler

    def say(self, topic: str, text: str, fields: dict[str, Any]) -> None:
        """A log line for the trace."""
        if self.cut:
            return
        if self.world.debugger is not None:
            self.world.debugger.on_log(self.number, topic, fields)
        packed = _encode_fields(fields) if fields else b"\x80"
        self.world.emit(
            LogLine(self.number, self.incarnation, topic, presentable(text, LONGEST_LINE), packed)
        )

    # -- inside --------------------------------------------------------------

    def _on_breakpoint(self) -> None:
        if self.world.debugger is not None:
            self.world.debugger.on_breakpoint()
        else:
            self.say("WARN", "breakpoint() is ignored: raftkit test -s stops there", {})

    def _contract(self, space: Space) -> ModuleType:
        module = ModuleType("raftkit.contract", contract.__doc__)
        for name in contract.__all__:
            if isinstance(getattr(contract, name), type):
                setattr(module, name, getattr(contract, name))
        module.__dict__.update(log=contract.make_log(self.say), TOPICS=dict(contract.TOPICS))
        return module

    def _on_print(self, text: str, is_error: bool) -> None:
        *lines, rest = (self._printed[is_error] + text).split("\n")
        if len(rest) > 10_000:
            lines, rest = [*lines, rest], ""
        self._printed[is_error] = rest
        for line in lines:
            self.say("PRNT", line, {})

    def _on_thread_error(self, name: str, error: BaseException) -> None:
        self.world.raised(self, f"thread {name}", error)

    def _on_thread_exit(self, name: str, error: SystemExit) -> None:
        summary, details = describe_error(error)
        waits = f"nothing: it has ended itself by {summary}"
        self.ended.append(StuckThread(self.number, name, waits, details, has_ended=True))

    def _on_task_error(self, place: str, error: BaseException) -> None:
        self.world.raised(self, place, error)


class Handler:
    """A public method that peers may call."""

    def __init__(self, server: Server, method: str) -> None:
        bound = (
            None if type(method) is not str or method.startswith("_") else getattr(server.cls, method, None)
        )
        if not callable(bound):
            public = [
                name
                for name in dir(server.cls)
                if not name.startswith("_") and name not in _NOT_RPC and callable(getattr(server.cls, name))
            ]
            raise ContractError(
                f"there is no RPC handler {method!r}",
                found="public methods: " + (", ".join(public) or "none"),
                wanted=f"def {method}(self, args) on the class, or call one of those that exist",
            )
        _check_parameters(server.cls, method, bound)
        args_type, reply_type = _annotations(server.space, bound)
        self.args = Codec(args_type, server.space)
        self.reply = Codec(reply_type, server.space)
        self.wait = [Wait(f"the reply of S{peer} to {method}") for peer in range(len(server.peers))]
        self.names = [f"{method} from S{peer}" for peer in range(len(server.peers))]
        self.method = method


def _check_parameters(cls: Any, method: str, bound: Any) -> None:
    """A handler takes the arguments that were sent, as one value."""
    try:
        signature = inspect.signature(bound)
    except (TypeError, ValueError):
        return
    is_static = isinstance(inspect.getattr_static(cls, method), staticmethod | classmethod)
    try:
        signature.bind(*([None] * (1 if is_static else 2)))
    except TypeError as error:
        raise ContractError(
            f"the RPC handler {method} cannot be called as peers call it: {error}",
            found=f"def {method}{signature}",
            wanted=f"def {method}(self, args): one value; several go into a dataclass or a tuple",
        ) from None


def _annotations(space: Space, method: Any) -> tuple[Any, Any]:
    """The annotated types of a handler's only parameter and of its reply; None where it does not say."""
    try:
        parameters = list(inspect.signature(method).parameters.values())[1:]
        with space.present():
            hints = typing.get_type_hints(method)
    except Exception:
        return None, None
    args = hints.get(parameters[0].name) if parameters else None
    return args, hints.get("return")


def _package(space: Space) -> ModuleType:
    module = ModuleType("raftkit")
    module.__path__ = []
    return module


def _encode_fields(fields: dict[str, Any]) -> bytes:
    try:
        return msgspec.msgpack.encode(fields, enc_hook=safe_repr)
    except Exception:
        return _encode({str(key): safe_repr(value) for key, value in fields.items()})


class LocalPeer:
    """``peers[i]``: the end of a link."""

    __slots__ = ("_server", "_target")

    def __init__(self, server: Server, target: int) -> None:
        self._server = server
        self._target = target

    def call(self, method: str, args: Any) -> Any:
        """Call a handler of that server; its reply, or None when the call failed."""
        server = self._server
        kernel = server.world.kernel
        handler = server.handler(method)
        wait = handler.wait[self._target]
        task = kernel.current
        assert task is not None
        self._send(handler, args, partial(kernel.wake, task))
        since_ns = kernel.now_ns
        reply = kernel.park(wait)
        if server.world.locks.contended:
            look_at_locks(server, wait.text, since_ns)
        return None if reply is None else handler.reply.decode(reply)

    async def call_async(self, method: str, args: Any) -> Any:
        """The same for asyncio style: other coroutines run meanwhile."""
        handler = self._server.handler(method)
        wait, finish = _future()
        self._send(handler, args, finish)
        reply = await wait
        return None if reply is None else handler.reply.decode(reply)

    def _send(self, handler: "Handler", args: Any, answer: Callable[[bytes | None], object]) -> None:
        server = self._server
        if server.shadow is not None:
            server.shadow.send(args)
        data = handler.args.encode(args, "args")
        if server.cut:
            server.world.unheard(partial(answer, None))
            return
        call = server.world.begin_call(answer)
        request = RpcRequest(
            call, server.number, server.incarnation, self._target, handler.method, data, view_of(data, args)
        )
        server.world.emit(request)

    def __repr__(self) -> str:
        return f"<Peer S{self._target}>"

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("a peer stays with its server")


def _future() -> tuple[Any, Callable[..., object]]:
    """A future of the running event loop, and what completes it from outside."""
    import asyncio  # only whoever runs an event loop gets here

    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def finish(value: Any = None) -> None:
        if not future.done():
            future.set_result(value)

    return future, lambda value=None: loop.is_closed() or loop.call_soon_threadsafe(finish, value)


class LocalPersister:
    """What survives a crash: kept by the harness, cached here."""

    __slots__ = ("_server", "_snapshot", "_state")

    def __init__(self, server: Server, state: bytes, snapshot: bytes) -> None:
        self._server = server
        self._state = state
        self._snapshot = snapshot

    def save_raft_state(self, state: bytes) -> None:
        """Replace the saved Raft state."""
        state = _bytes(state, "state")
        self._reach_disk()
        self._state = state
        self._tell(None)

    def save_state_and_snapshot(self, state: bytes, snapshot: bytes | None) -> None:
        """Replace both in one step; None keeps the snapshot that is saved."""
        state = _bytes(state, "state")
        snapshot = None if snapshot is None else _bytes(snapshot, "snapshot")
        self._reach_disk()
        self._state = state
        if snapshot is not None:
            self._snapshot = snapshot
        self._tell(snapshot)

    def _reach_disk(self) -> None:
        """Raise what a disk says that does not take this save, when there is such a disk."""
        server = self._server
        if server.saves_left < 0 or server.cut:
            return
        server.saves_left -= 1
        if server.saves_left < 0:
            server.world.emit(SaveFailed(server.number, server.incarnation))
            raise DiskError(errno.EIO, "the disk has not taken this save")

    def _tell(self, snapshot: bytes | None) -> None:
        server = self._server
        if not server.cut:
            server.world.emit(Persisted(server.number, server.incarnation, self._state, snapshot))

    def read_raft_state(self) -> bytes:
        """The saved Raft state; empty before the first save."""
        return self._state

    def read_snapshot(self) -> bytes:
        """The saved snapshot; empty before the first."""
        return self._snapshot

    def raft_state_size(self) -> int:
        """Bytes of saved Raft state."""
        return len(self._state)

    def snapshot_size(self) -> int:
        """Bytes of saved snapshot."""
        return len(self._snapshot)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("a persister stays with its server")


def _bytes(value: Any, what: str) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    raise TypeError(f"the persister saves bytes: {what} is {type(value).__name__}")


class LocalApplyChannel:
    """``apply_ch``: unbuffered; ``put`` returns when the service has taken the message."""

    __slots__ = ("_server",)

    def __init__(self, server: Server) -> None:
        self._server = server

    def put(self, message: ApplyMsg) -> None:
        """Hand a message to the service and wait until it is taken."""
        server = self._server
        kernel = server.world.kernel
        task = kernel.current
        assert task is not None
        self._hand_over(message, partial(kernel.wake, task))
        since_ns = kernel.now_ns
        kernel.park(server.put_wait)
        if server.world.locks.contended:
            look_at_locks(server, server.put_wait.text, since_ns)
        server.world.take_over(server.service)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("an apply channel stays with its server")

    async def put_async(self, message: ApplyMsg) -> None:
        """The same for asyncio style: other coroutines run meanwhile."""
        taken, finish = _future()
        self._server.put_future = taken
        self._hand_over(message, finish)
        await taken

    def _hand_over(self, message: ApplyMsg, taken: Callable[[], object]) -> None:
        server = self._server
        output = self._message(message)
        if server.cut:
            server.world.unheard(taken)
            return
        server.puts.append(taken if server.world.watch is None else server.tells(taken))
        server.world.emit(output)

    def _message(self, message: Any) -> ApplyMessage:
        server = self._server
        if not isinstance(message, ApplyMsg):
            raise TypeError(f"apply_ch.put takes an ApplyMsg, not {type(message).__name__}")
        if bool(message.command_valid) == bool(message.snapshot_valid):
            raise ValueError("an ApplyMsg has either command_valid or snapshot_valid set, and not both")
        if message.command_valid:
            index = _integer(message.command_index, "command_index")
            try:
                command = _encode(message.command)
            except Exception:
                command = _encode(safe_repr(message.command))
            return ApplyMessage(server.number, server.incarnation, index, command)
        index = _integer(message.snapshot_index, "snapshot_index")
        term = _integer(message.snapshot_term, "snapshot_term")
        snapshot = _bytes(message.snapshot, "ApplyMsg.snapshot")
        return ApplyMessage(server.number, server.incarnation, index, None, snapshot, term)


def _integer(value: Any, what: str) -> int:
    if not _is_int(value):
        raise TypeError(f"ApplyMsg.{what} is {safe_repr(value, 60)}, and not an int")
    return int(value)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and type(value) is not bool and -(1 << 62) < value < 1 << 62


def check_return(method: str, value: Any) -> Any:
    """What ``start`` and ``get_state`` returned, as plain data; None when it is out of shape."""
    length = 3 if method == "start" else 2
    if not isinstance(value, tuple | list) or len(value) != length:
        return None
    *numbers, flag = value
    if not all(map(_is_int, numbers)) or not isinstance(flag, int) or flag not in (0, 1):
        return None
    return [*map(int, numbers), bool(flag)]
