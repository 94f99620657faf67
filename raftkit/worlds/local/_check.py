"""Load an implementation once, before any test runs, and check its shape."""

from importlib.util import decode_source
from pathlib import Path

from raftkit.contract import Location, check_shape, find_class, locate
from raftkit.errors import ContractError
from raftkit.model import SECOND, Verdict, seconds
from raftkit.sim import Refused, Task
from raftkit.worlds.boundary import ServerRaised
from raftkit.worlds.local._report import describe_error, stack_of
from raftkit.worlds.local._server import Server
from raftkit.worlds.local._world import LocalWorld

IMPORT_NS = 60 * SECOND
"""Virtual time that the modules of an implementation may take to be imported."""


def check_implementation(spec: str, *, impls: Path | None = None) -> str:
    """Find, load and check an implementation; returns its absolute spec.

    Runs the module's own top-level code, so it belongs into a process that may be lost.

    Raises:
        ContractError: What is wrong, beside what is wanted.
    """
    location = locate(spec, impls=impls)
    _check_text(location)
    trial = _Trial(location)
    trial.run()
    return location.spec


class _Trial(LocalWorld):
    """A world in which one server is loaded and never constructed."""

    def __init__(self, location: Location) -> None:
        super().__init__(location, "check")
        self.error: BaseException | None = None

    def run(self) -> None:
        server = Server(self, 0, 0, 1)
        self._servers[0] = server
        task = self._spawn(server, "import", self._load, server)
        while not task.done and self.error is None and self.kernel.now_ns < IMPORT_NS:
            if self.run_until(IMPORT_NS).quiet:
                break
        if not task.done and self.error is None:
            self.error = _never_imported(self.location, task, stack_of(self.kernel, task))
        self.close()
        if self.error is not None:
            raise self.error

    def _load(self, server: Server) -> None:
        try:
            module = server.space.load(self.location.path, self.location.module)
            check_shape(find_class(module, self.location.class_name), file=str(self.location.path))
        finally:
            self.kernel.stop = True  # whatever its threads do from here on is of no interest

    def _on_error(self, task: Task, error: BaseException) -> None:
        if self.error is None:
            self.error = error if isinstance(error, ContractError) else _cannot_load(self.location, error)

    def emit(self, output: object) -> None:
        if isinstance(output, ServerRaised) and self.error is None:
            self.kernel.stop = True
            self.error = ContractError(
                f"{self.location.path.name} {_what_broke(output)}",
                where=str(self.location.path),
                found=output.details.rstrip(),
            )


def _what_broke(output: ServerRaised) -> str:
    if output.verdict == Verdict.BUSY:
        return "loops while it is imported, without ever waiting for anything"
    return output.summary.removeprefix("server 0 ")


def _never_imported(location: Location, task: Task, stack: str) -> ContractError:
    waits = f"it waits for {task.waits_for}" if task.waits_for is not None else "it is still at work"
    return ContractError(
        f"{location.path.name} does not come to an end of its import: {waits}",
        where=str(location.path),
        found=stack.rstrip(),
        wanted=f"top-level code that ends within {seconds(IMPORT_NS)} of virtual time",
        advice="start threads and wait for things in the constructor, and not at the top of the module",
    )


def _cannot_load(location: Location, error: BaseException) -> ContractError:
    summary, details = describe_error(error)
    if isinstance(error, SyntaxError):
        place = f"{error.filename}:{error.lineno}"
        return ContractError(
            f"{location.path.name} does not compile: {error.msg}",
            where=place,
            found=(error.text or "").rstrip(),
        )
    if isinstance(error, ImportError):
        return ContractError(
            f"{location.path.name} cannot be imported: {error}",
            where=str(location.path),
            found=details.rstrip(),
            advice=""
            if isinstance(error, Refused)
            else "modules and packages beside the file can be imported by name",
        )
    return ContractError(
        f"{location.path.name} raises while it is imported: {summary}",
        where=str(location.path),
        found=details.rstrip(),
    )


def _check_text(location: Location) -> None:
    if location.is_go:
        raise ContractError(
            "only an implementation in Python can be run in this process",
            where=str(location.path),
            found="a Go lab",
            wanted="raftkit test, stress or replay, without a debugger",
        )
    try:
        text = location.path.read_bytes()
    except OSError as error:
        raise ContractError(
            f"{location.path.name} cannot be read: {error.strerror}", where=str(location.path)
        ) from None
    if b"\0" in text[:4096]:
        raise ContractError(
            f"{location.path.name} is not a Python file", where=str(location.path), found="binary data"
        )
    try:
        decode_source(text)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ContractError(
            f"{location.path.name} is not the text that it says it is: {error}",
            where=str(location.path),
            wanted="UTF-8, or a line `# -*- coding: ... -*-` at the top",
        ) from None
